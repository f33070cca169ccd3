// The drawing pad: plain canvas and HTML, nothing from a network.
// The reader draws above the line; Python draws the rest and this file shows it.

const SIDE = 28;
const CELL = 12; // canvas pixels a cell of the pad; CSS scales it to the page
const INK = [0, 0, 0];
const DRAWN = [0, 114, 178];
const STYLE = `
.pad { font: 14px/1.4 system-ui, sans-serif; color: #111; background: #fff; padding: 10px;
  max-width: 760px; border: 1px solid #d0d4d8; border-radius: 6px; box-sizing: border-box; }
.pad * { box-sizing: border-box; }
.pad-controls { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; }
.pad label { display: inline-flex; align-items: center; gap: 6px; white-space: nowrap; }
.pad button { font: inherit; color: #111; background: #fff; border: 1px solid #8a8a8a;
  border-radius: 4px; padding: 2px 9px; min-height: 30px; cursor: pointer; }
.pad button[aria-pressed=true] { background: #DCEBF5; border-color: #0072B2; }
.pad input[type=range] { width: 110px; margin: 0; accent-color: #0072B2; }
.pad output { min-width: 1.6em; font-weight: 600; }
.pad-panels { display: flex; flex-wrap: wrap; gap: 14px; margin-top: 10px; align-items: flex-start; }
.pad-grid { width: 336px; max-width: 100%; height: auto; border: 1px solid #8a8a8a;
  touch-action: none; cursor: crosshair; display: block; }
.pad-draws { display: grid; grid-template-columns: repeat(4, 1fr); gap: 6px; flex: 1 1 300px;
  max-width: 370px; }
.pad-draws canvas { width: 100%; aspect-ratio: 1; border: 1px solid #d0d4d8;
  image-rendering: pixelated; display: block; }
.pad :focus-visible { outline: 3px solid #111; outline-offset: 1px; }
.pad p { margin: 8px 0 0; min-height: 1.4em; }
.pad .pad-hint { color: #555; font-size: 12.5px; }
`;

function html(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  node.setAttribute("data-lm-suppress-shortcuts", "true"); // keys here are not JupyterLab's
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

function bytes(value) {
  if (!value) return new Uint8Array(0);
  return value instanceof Uint8Array
    ? value : new Uint8Array(value.buffer ?? value, value.byteOffset ?? 0, value.byteLength);
}

function render({ model, el }) {
  const pixels = new Uint8Array(SIDE * SIDE);
  pixels.set(bytes(model.get("pixels")));
  const state = {
    rows: model.get("rows"), seed: 0, example: 0, erase: false, last: null, cursor: null,
    sent: null, waiting: false, changed: false, number: (model.get("request").number ?? 0),
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
      const examples = bytes(model.get("examples"));
      state.example = (state.example + 1) % (examples.length / (SIDE * SIDE));
      const from = state.example * SIDE * SIDE;
      pixels.set(examples.slice(from, from + SIDE * SIDE));
      change();
    }),
    button("Draw again", () => { state.seed += 1; change(); }),
    html("label", {}, "rows given ", rows, rowsOut));
  const tiles = Array.from({ length: 8 }, (_, i) => html("canvas", {
    width: SIDE, height: SIDE, role: "img", "aria-label": `completion ${i + 1}`,
  }));
  const hint = html("p", { class: "pad-hint" },
    "Draw in the white part with mouse, finger or pen. Keyboard: focus the pad, arrow keys move, "
    + "space draws or erases. Black is given, blue is drawn by the model.");
  el.append(html("style", {}, STYLE), html("div", { class: "pad" },
    controls,
    html("div", { class: "pad-panels" }, grid, html("div", { class: "pad-draws" }, ...tiles)),
    status, hint));

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
    if (state.cursor !== null && document.activeElement === grid) {
      context.strokeStyle = "#D55E00";
      context.lineWidth = 3;
      context.strokeRect((state.cursor % SIDE) * CELL, Math.floor(state.cursor / SIDE) * CELL,
        CELL, CELL);
    }
  }

  function show() {
    const draws = bytes(model.get("draws"));
    const answered = model.get("reply");
    if (draws.length < 8 * SIDE * SIDE) return;
    tiles.forEach((tile, k) => {
      const picture = new ImageData(SIDE, SIDE);
      for (let i = 0; i < SIDE * SIDE; i += 1) {
        const color = i < answered.rows * SIDE ? INK : DRAWN;
        const on = draws[k * SIDE * SIDE + i];
        for (let c = 0; c < 3; c += 1) picture.data[4 * i + c] = on ? color[c] : 255;
        picture.data[4 * i + 3] = 255;
      }
      tile.getContext("2d").putImageData(picture, 0, 0);
    });
  }

  // One request at a time: what changes meanwhile goes with the next one, so that a slow kernel
  // never has a queue to work off.
  function ask() {
    if (state.waiting) { state.changed = true; return; }
    state.waiting = true;
    state.changed = false;
    state.number += 1;
    state.sent = performance.now();
    model.set("pixels", new DataView(pixels.slice().buffer));
    model.set("rows", state.rows);
    model.set("request", { number: state.number, rows: state.rows, seed: state.seed });
    model.save_changes();
  }

  function change() {
    paint();
    ask();
  }

  function answered() {
    show();
    const reply = model.get("reply");
    if (reply.number !== state.number || !state.waiting) return;
    state.waiting = false;
    const waited = Math.round(performance.now() - state.sent);
    grid.dataset.milliseconds = waited;
    grid.dataset.answered = reply.number;
    status.textContent = `8 completions in ${waited} ms, `
      + `${Math.round(1000 * reply.seconds)} ms of it sampling`;
    if (state.changed) ask();
  }

  function cell(event) {
    const box = grid.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width * SIDE,
      (event.clientY - box.top) / box.height * SIDE];
  }

  function dab(x, y, value) {
    const radius = value ? 1.0 : 1.6;
    for (let row = Math.floor(y - 2); row <= y + 2; row += 1) {
      for (let column = Math.floor(x - 2); column <= x + 2; column += 1) {
        const inside = row >= 0 && row < state.rows && column >= 0 && column < SIDE;
        const far = Math.hypot(column + 0.5 - x, row + 0.5 - y);
        if (inside && far <= radius) pixels[row * SIDE + column] = value;
      }
    }
  }

  function stroke([x, y]) {
    const [fromX, fromY] = state.last ?? [x, y];
    const steps = Math.max(1, Math.ceil(2 * Math.hypot(x - fromX, y - fromY)));
    for (let i = 0; i <= steps; i += 1) {
      const t = i / steps;
      dab(fromX + t * (x - fromX), fromY + t * (y - fromY), state.erase ? 0 : 1);
    }
    state.last = [x, y];
    change();
  }

  grid.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    event.preventDefault();
    grid.focus({ preventScroll: true });
    grid.setPointerCapture(event.pointerId);
    state.cursor = null;
    state.last = null;
    stroke(cell(event));
  });
  grid.addEventListener("pointermove", (event) => {
    if (state.last === null || !grid.hasPointerCapture(event.pointerId)) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) stroke(cell(one));
  });
  const lift = () => { state.last = null; };
  grid.addEventListener("pointerup", lift);
  grid.addEventListener("pointercancel", lift);
  grid.addEventListener("blur", paint);
  const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -SIDE, ArrowDown: SIDE };
  grid.addEventListener("keydown", (event) => {
    if (event.key in moves) {
      const next = (state.cursor ?? 13 + 8 * SIDE) + (state.cursor === null ? 0 : moves[event.key]);
      if (next >= 0 && next < state.rows * SIDE) state.cursor = next;
      paint();
    } else if (event.key === " " && state.cursor !== null) {
      pixels[state.cursor] = 1 - pixels[state.cursor];
      change();
    } else return;
    event.preventDefault();
    event.stopPropagation(); // arrows and space are JupyterLab's own keys elsewhere
  });

  model.on("change:reply", answered);
  paint();
  show();
  return () => model.off("change:reply", answered);
}

export default { render };
