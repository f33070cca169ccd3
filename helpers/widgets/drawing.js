// Lesson 5: follow one digit as it is drawn, pixel by pixel.
//
// It is given `network`, the bytes of a model's file or its address; `digit`, the bytes of a finished
// draw; and `step`, how many pixels are drawn. One pass over the digit gives the p that every pixel
// was drawn with, for no p depends on what was drawn later.

import { sigmoid } from "../engine/likelihood.js";
import { loadNetwork } from "../engine/network.js";
import { bytes, html } from "./page.js";
import { Picture, afterReading, fixed, frame, slider } from "./parts.js";

const FILE_BYTES = 2 ** 26;
const UNDRAWN = [191, 224, 242];
const NEXT = [213, 94, 0];

function follow(model, el, network) {
  const digit = bytes(model.get("digit"));
  const n = network.nInputs, order = network.ordering;
  if (digit.length !== n) throw new Error(`digit must have ${n} pixels, got ${digit.length}.`);
  const probs = network.logits(digit).map(sigmoid);
  const side = Math.round(Math.sqrt(n));
  const pictures = ["pixels so far", "p each was drawn with"].map((name) => new Picture(name, side));
  for (const picture of pictures) picture.node.setAttribute("style", "--wide: 220px; --most: 300px");
  const line = html("p", { role: "status" });
  function move() {
    const step = model.get("step"), later = new Set(order.slice(step));
    [digit, probs].forEach((values, k) => {
      pictures[k].paint(Array.from(values, (v, d) => (
        later.has(d) ? UNDRAWN : new Array(3).fill(Math.round(255 * (1 - v))))));
    });
    line.textContent = `${step} of ${n} pixels drawn. `;
    if (step < n) {
      const d = order[step];
      for (const picture of pictures) {
        const context = picture.canvas.getContext("2d");
        context.fillStyle = `rgb(${NEXT})`;
        context.fillRect(d % side, Math.floor(d / side), 1, 1);
      }
      line.textContent += `Next: pixel ${d}, p = ${fixed(probs[d], 3)}, drawn: `
        + `${digit[d] ? "ink" : "no ink"}.`;
    }
  }
  const steps = slider(model, "step", {
    label: "pixels drawn", min: 0, max: n, step: 1, show: String,
  }, move);
  frame(el, [steps], pictures.map((picture) => picture.node), line);
  move();
}

const render = ({ model, el }) => (
  afterReading(model, el, "network", FILE_BYTES, loadNetwork, follow));

export default { render };
