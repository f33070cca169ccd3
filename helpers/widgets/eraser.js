// The eraser: the reader erases any part of a digit, and a model of every ordering completes it.
//
// It is given `network`, the bytes of a fresh model's file or the address of one; `examples`, the
// bytes of some digits; and `unknown`, the bytes of what is erased at first, one a pixel.

import { fetchBytes } from "../engine/archive.js";
import { knownFirst, makeDegrees } from "../engine/masks.js";
import { loadWeights, networkOf } from "../engine/network.js";
import { Generator } from "../engine/random.js";
import { complete } from "../engine/sampling.js";
import { bytes, html } from "./page.js";
import { frame } from "./parts.js";
import { drawOn } from "./pen.js";

const SIDE = 28;
const PIXELS = SIDE * SIDE;
const CELL = 12; // canvas pixels a cell; CSS scales it to the page
const TILES = 8;
const MODEL_BYTES = 2 ** 23;
const REGIONS = {
  "upper half": (row) => row < 14,
  "lower half": (row) => row >= 14,
  "left half": (row, column) => column < 14,
  "right half": (row, column) => column >= 14,
  centre: (row, column) => Math.abs(row - 13.5) < 6 && Math.abs(column - 13.5) < 6,
  everything: () => true,
};

const STYLE = `
.ex-grid { touch-action: none; cursor: crosshair; }
.ex-tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 6px; }
.ex button { font: inherit; color: inherit; background: none; border: 1px solid #8a8a8a;
  border-radius: 4px; padding: 2px 9px; min-height: 30px; cursor: pointer; }
.ex button[aria-pressed=true] { color: #111; background: #DCEBF5; border-color: #0072B2; }
`;

function button(text, act) {
  const node = html("button", { type: "button" }, text);
  node.addEventListener("click", act);
  return node;
}

function render({ model, el }) {
  const examples = bytes(model.get("examples"));
  const digit = examples.slice(0, PIXELS);
  const unknown = bytes(model.get("unknown")).slice();
  const state = { seed: 0, example: 0, restore: false, weights: null, due: false, closed: false };

  const canvas = html("canvas", {
    class: "ex-grid", width: SIDE * CELL, height: SIDE * CELL, tabindex: "0", role: "application",
    "aria-label": "A digit, 28 by 28 pixels; what is erased is light blue. "
      + "Arrow keys move, space erases or restores a pixel.",
  });
  const tiles = Array.from({ length: TILES }, (_, i) => html("canvas", {
    width: SIDE, height: SIDE, role: "img", "aria-label": `completion ${i + 1}`,
  }));
  const draws = html("div", { class: "ex-tiles", "aria-busy": "true" }, ...tiles);
  const status = html("p", { role: "status" });
  const restore = button("Restore", () => {
    state.restore = !state.restore;
    restore.setAttribute("aria-pressed", state.restore);
  });
  restore.setAttribute("aria-pressed", "false");
  const region = html("select", { "aria-label": "erase a region" },
    html("option", { value: "" }, "choose a region"),
    ...Object.keys(REGIONS).map((name) => html("option", { value: name }, name)));
  region.addEventListener("change", () => {
    const inside = REGIONS[region.value];
    if (!inside) return;
    unknown.forEach((_, i) => { unknown[i] = inside(Math.floor(i / SIDE), i % SIDE) ? 1 : 0; });
    change(region.value);
  });
  frame(el, [
    restore, html("label", {}, "erase ", region),
    button("Whole again", () => { unknown.fill(0); change(); }),
    button("Example", () => {
      state.example = (state.example + 1) % (examples.length / PIXELS);
      digit.set(examples.slice(state.example * PIXELS, (state.example + 1) * PIXELS));
      change(region.value);
    }),
    button("Draw again", () => { state.seed += 1; change(region.value); }),
  ], [
    html("figure", { style: "--wide: 260px; --most: 336px" }, canvas,
      html("figcaption", {}, "known, and erased")),
    html("figure", { style: "--wide: 260px; --most: 400px" }, draws,
      html("figcaption", {}, "eight completions")),
  ], status, html("p", {}, "Erase with mouse, finger or pen. Keyboard: focus the digit, arrow keys "
    + "move, space erases or restores. Black is known, blue is drawn by the model."),
  html("style", {}, STYLE));
  const known = () => Array.from(unknown, (gone) => !gone);
  const context = canvas.getContext("2d");
  function paint() {
    for (let i = 0; i < PIXELS; i += 1) {
      context.fillStyle = unknown[i] ? "#BFE0F2" : digit[i] ? "#111" : "#fff";
      context.fillRect((i % SIDE) * CELL, Math.floor(i / SIDE) * CELL, CELL, CELL);
    }
    if (pen.cursor !== null && document.activeElement === canvas) {
      context.strokeStyle = "#D55E00";
      context.lineWidth = 3;
      context.strokeRect((pen.cursor % SIDE) * CELL, Math.floor(pen.cursor / SIDE) * CELL, CELL, CELL);
    }
  }

  function show(drawn, kept) {
    tiles.forEach((tile, k) => {
      const picture = new ImageData(SIDE, SIDE);
      for (let i = 0; i < PIXELS; i += 1) {
        const color = kept[i] ? [0, 0, 0] : [0, 114, 178];
        for (let c = 0; c < 3; c += 1) picture.data[4 * i + c] = drawn[k][i] ? color[c] : 255;
        picture.data[4 * i + 3] = 255;
      }
      tile.getContext("2d").putImageData(picture, 0, 0);
    });
  }

  function draw() {
    state.due = false;
    if (state.closed) return;
    const begun = performance.now(), kept = known(), random = new Generator(state.seed);
    const order = knownFirst(kept, random);
    const { units } = state.weights;
    const degrees = makeDegrees(PIXELS, units.slice(1), order, "random", random);
    const drawn = complete(networkOf(state.weights, degrees), digit, kept, TILES, { seed: state.seed });
    show(drawn, kept);
    const took = Math.round(performance.now() - begun);
    canvas.dataset.milliseconds = took;
    canvas.dataset.answered = Number(canvas.dataset.answered ?? 0) + 1;
    const gone = unknown.reduce((n, one) => n + one, 0);
    status.textContent = `${gone} of ${PIXELS} pixels erased; `
      + `an ordering with the others first, and ${TILES} completions, drawn here in ${took} ms`;
    draws.setAttribute("aria-busy", "false");
  }

  // What changes while the page is busy is drawn once, as it is then.
  function change(where = "") {
    region.value = where; // what is erased by hand is no region, which can then be chosen again
    paint();
    if (!state.weights || state.due) return;
    state.due = true;
    draws.setAttribute("aria-busy", "true");
    setTimeout(draw);
  }

  async function begin() {
    status.textContent = "Reading the model …";
    try {
      const given = model.get("network");
      const file = typeof given === "string" ? await fetchBytes(given, MODEL_BYTES) : bytes(given);
      const { weights } = await loadWeights(file);
      if (!weights.fresh || weights.units[0] !== PIXELS) {
        throw new Error("The model must be of 784 pixels and trained on fresh orderings.");
      }
      state.weights = weights;
      change(region.value);
    } catch (error) {
      status.textContent = error.message;
      draws.setAttribute("aria-busy", "false");
    }
  }

  const pen = drawOn(canvas, SIDE, unknown, {
    rows: () => SIDE, erasing: () => state.restore, changed: () => change(), moved: paint,
  });
  paint();
  begin();
  return () => {
    state.closed = true;
    draws.setAttribute("aria-busy", "false");
  };
}

export default { render };
