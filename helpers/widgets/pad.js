// The drawing pad: the reader draws above the line, and a model draws the rest, in the browser.
//
// It is given `network`, the bytes of a model's file or the address of one; `examples`, the bytes of
// some digits; and `rows`, how many rows are given at first.

import { fetchBytes } from "../engine/archive.js";
import { loadNetwork } from "../engine/network.js";
import { Sampler, complete } from "../engine/sampling.js";
import { bytes, html } from "./page.js";
import { drawOn } from "./pen.js";

const SIDE = 28;
const DRAWS = 8;
const MODEL_BYTES = 2 ** 26;
const CELL = 12; // canvas pixels a cell of the pad; CSS scales it to the page
const INK = [0, 0, 0];
const DRAWN = [0, 114, 178];
const STYLE = `
.pad { font: 14px/1.4 system-ui, sans-serif; color: var(--made-ink, #111); background: var(--made-paper, #fff);
  padding: 10px; max-width: 760px; border: 1px solid #8a8a8a; border-radius: 6px;
  box-sizing: border-box; }
.pad * { box-sizing: border-box; }
.pad-controls { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; }
.pad label { display: inline-flex; align-items: center; gap: 6px; white-space: nowrap; }
.pad button { font: inherit; color: inherit; background: none; border: 1px solid #8a8a8a;
  border-radius: 4px; padding: 2px 9px; min-height: 30px; cursor: pointer; }
.pad button[aria-pressed=true] { color: #111; background: #DCEBF5; border-color: #0072B2; }
.pad input[type=range] { width: 110px; margin: 0; accent-color: var(--made-blue, #0072B2); }
.pad output { min-width: 1.6em; font-weight: 600; }
.pad-panels { display: flex; flex-wrap: wrap; gap: 14px; margin-top: 10px; align-items: flex-start; }
.pad-grid { width: 336px; max-width: 100%; height: auto; border: 1px solid #8a8a8a;
  touch-action: none; cursor: crosshair; display: block; }
.pad-draws { display: grid; grid-template-columns: repeat(4, 1fr); gap: 6px; flex: 1 1 300px;
  max-width: 370px; }
.pad-draws canvas { width: 100%; aspect-ratio: 1; border: 1px solid #d0d4d8;
  image-rendering: pixelated; display: block; }
.pad :focus-visible { outline: 3px solid var(--made-ink, #111111); outline-offset: 1px; }
.pad p { margin: 8px 0 0; min-height: 1.4em; }
.pad .pad-hint { opacity: 0.8; font-size: 12.5px; }
`;

function render({ model, el }) {
  const examples = bytes(model.get("examples"));
  const pixels = examples.slice(0, SIDE * SIDE);
  const state = {
    rows: model.get("rows"), seed: 0, example: 0, erase: false, sampler: null, due: false, closed: false, answered: 0,
  };

  const grid = html("canvas", {
    class: "pad-grid", width: SIDE * CELL, height: SIDE * CELL, tabindex: "0", role: "application",
    "aria-label": "Drawing pad, 28 by 28 pixels. Arrow keys move, space draws or erases a pixel.",
  });
  const status = html("p", { role: "status" });
  const button = (text, act) => {
    const node = html("button", { type: "button" }, text);
    node.addEventListener("click", act);
    return node;
  };
  const erase = button("Erase", () => {
    state.erase = !state.erase;
    erase.setAttribute("aria-pressed", state.erase);
  });
  erase.setAttribute("aria-pressed", "false");
  const rows = html("input", {
    type: "range", min: "1", max: String(SIDE - 1), value: String(state.rows),
    "aria-label": "rows given, from the top",
  });
  const rowsOut = html("output", {}, String(state.rows));
  rows.addEventListener("input", () => {
    state.rows = Number(rows.value);
    rowsOut.textContent = rows.value;
    change();
  });
  const controls = html("div", { class: "pad-controls" },
    button("Clear", () => { pixels.fill(0); change(); }),
    erase,
    button("Example", () => {
      state.example = (state.example + 1) % (examples.length / (SIDE * SIDE));
      const from = state.example * SIDE * SIDE;
      pixels.set(examples.slice(from, from + SIDE * SIDE));
      change();
    }),
    button("Draw again", () => { state.seed += 1; change(); }),
    html("label", {}, "rows given ", rows, rowsOut));
  const tiles = Array.from({ length: DRAWS }, (_, i) => html("canvas", {
    width: SIDE, height: SIDE, role: "img", "aria-label": `completion ${i + 1}`,
  }));
  const draws = html("div", { class: "pad-draws", "aria-busy": "true" }, ...tiles);
  const hint = html("p", { class: "pad-hint" },
    "Draw in the white part with mouse, finger or pen. Keyboard: focus the pad, arrow keys move, "
    + "space draws or erases. Black is given, blue is drawn by the model.");
  el.append(html("style", {}, STYLE), html("div", { class: "pad" },
    controls,
    html("div", { class: "pad-panels" }, grid, draws), status, hint));

  const context = grid.getContext("2d");
  function paint() {
    context.fillStyle = "#fff";
    context.fillRect(0, 0, grid.width, grid.height);
    context.fillStyle = "#DCEBF5";
    context.fillRect(0, state.rows * CELL, grid.width, grid.height);
    context.fillStyle = "#111";
    for (let i = 0; i < state.rows * SIDE; i += 1) {
      if (pixels[i]) context.fillRect((i % SIDE) * CELL, Math.floor(i / SIDE) * CELL, CELL, CELL);
    }
    context.setLineDash([4, 4]);
    context.lineWidth = 1;
    context.strokeStyle = "#8a8a8a"; // digits of the data fill the middle 20 by 20 pixels
    context.strokeRect(4 * CELL + 0.5, 4 * CELL + 0.5, 20 * CELL, 20 * CELL);
    context.setLineDash([]);
    context.strokeStyle = "#0072B2";
    context.lineWidth = 2;
    context.beginPath();
    context.moveTo(0, state.rows * CELL);
    context.lineTo(grid.width, state.rows * CELL);
    context.stroke();
    if (pen.cursor !== null && document.activeElement === grid) {
      context.strokeStyle = "#D55E00";
      context.lineWidth = 3;
      context.strokeRect((pen.cursor % SIDE) * CELL, Math.floor(pen.cursor / SIDE) * CELL, CELL, CELL);
    }
  }

  function show(drawn) {
    tiles.forEach((tile, k) => {
      const picture = new ImageData(SIDE, SIDE);
      for (let i = 0; i < SIDE * SIDE; i += 1) {
        const color = i < state.rows * SIDE ? INK : DRAWN;
        for (let c = 0; c < 3; c += 1) picture.data[4 * i + c] = drawn[k][i] ? color[c] : 255;
        picture.data[4 * i + 3] = 255;
      }
      tile.getContext("2d").putImageData(picture, 0, 0);
    });
  }

  function draw() {
    state.due = false;
    if (state.closed) return;
    const known = Array.from(pixels, (_, i) => i < state.rows * SIDE);
    const begun = performance.now();
    show(complete(state.sampler, pixels, known, DRAWS, { seed: state.seed }));
    const took = Math.round(performance.now() - begun);
    state.answered += 1;
    grid.dataset.milliseconds = took;
    grid.dataset.answered = state.answered;
    status.textContent = `${DRAWS} completions drawn here, in ${took} ms`;
    draws.setAttribute("aria-busy", "false");
  }

  // What changes while the page is busy is drawn once, as it is then.
  function change() {
    paint();
    if (!state.sampler || state.due) return;
    state.due = true;
    draws.setAttribute("aria-busy", "true");
    setTimeout(draw);
  }

  async function begin() {
    status.textContent = "Reading the model …";
    try {
      const given = model.get("network");
      const file = typeof given === "string" ? await fetchBytes(given, MODEL_BYTES) : bytes(given);
      const network = await loadNetwork(file);
      if (network.nInputs !== SIDE * SIDE || network.ordering.some((pixel, rank) => pixel !== rank)) {
        throw new Error("The model must visit 784 pixels row by row.");
      }
      state.sampler = new Sampler(network);
      change();
    } catch (error) {
      status.textContent = error.message;
      draws.setAttribute("aria-busy", "false");
    }
  }

  const pen = drawOn(grid, SIDE, pixels, {
    rows: () => state.rows, erasing: () => state.erase, changed: change, moved: paint,
  });
  paint();
  begin();
  return () => {
    state.closed = true;
    draws.setAttribute("aria-busy", "false");
  };
}

export default { render };
