// Lesson 4: read a digit in visiting order, and watch the bits add up.
//
// It is given `network`, the bytes of a model's file or its address; `images`, the bytes of some
// digits, shown from the least to the most surprising; `digit`, which one; and `rank`, how many
// pixels have been visited.

import { NATS_TO_BITS, sigmoid } from "../engine/likelihood.js";
import { loadNetwork } from "../engine/network.js";
import { bytes, html, svg } from "./page.js";
import { BLUE, Picture, Plot, afterReading, fixed, frame, slider } from "./parts.js";

const MODEL_FILE_BYTES = 2 ** 26;
const UNSEEN = [204, 224, 240];

function read(model, el, network) {
  const d = network.nInputs, order = network.ordering, given = bytes(model.get("images"));
  if (!given.length || given.length % d) throw new Error(`images must be digits of ${d} pixels.`);
  const digits = Array.from({ length: given.length / d }, (_, k) => {
    const x = given.slice(k * d, (k + 1) * d), logits = network.logits(x);
    const bits = network.logProbs(x).map((v) => -v * NATS_TO_BITS);
    const paid = [0];
    for (const pixel of order) paid.push(paid[paid.length - 1] + bits[pixel]);
    return { x, p: logits.map(sigmoid), paid };
  }).sort((a, b) => a.paid[d] - b.paid[d]);
  const pictures = ["seen so far", "expected: p(ink)"].map((name) => (
    new Picture(name, Math.round(Math.sqrt(d)))));
  for (const picture of pictures) picture.node.setAttribute("style", "--wide: 150px; --most: 230px");
  const dearest = Math.ceil(digits[digits.length - 1].paid[d] / 10) * 10;
  const bill = new Plot({
    width: 330, height: 240, x: [0, d], y: [0, dearest], xTicks: [0, Math.round(d / 2), d],
    yTicks: [0, dearest / 2, dearest], xLabel: "pixels visited", yLabel: "bits paid", label: "the bill",
  });
  function move() {
    const { x, p, paid } = digits[model.get("digit")], rank = model.get("rank");
    const unseen = new Set(order.slice(rank));
    [x, p].forEach((values, k) => pictures[k].paint(Array.from(values, (v, i) => (
      unseen.has(i) ? UNSEEN : new Array(3).fill(Math.round(255 * (1 - v)))))));
    const points = paid.map((bits, i) => [i, bits]);
    bill.show(`${fixed(paid[rank], 0)} of ${fixed(paid[d], 0)} bits`,
      bill.curve("whole bill", points, "#8a8a8a"), bill.curve("bill so far", points.slice(0, rank + 1), BLUE),
      svg("circle", { cx: bill.X(rank), cy: bill.Y(paid[rank]), r: 5, fill: BLUE,
        "data-mark": JSON.stringify([rank, paid[rank]]) }));
  }
  frame(el, [
    slider(model, "digit", { label: "digit", min: 0, max: digits.length - 1, step: 1, show: String }, move),
    slider(model, "rank", { label: "visited", min: 0, max: d, step: 8, show: (n) => `${n} pixels` }, move),
  ], [...pictures.map((picture) => picture.node),
    html("figure", { style: "--wide: 230px; --most: 340px" }, bill.node)]);
  move();
}

const render = ({ model, el }) => (
  afterReading(model, el, "network", MODEL_FILE_BYTES, loadNetwork, read));

export default { render };
