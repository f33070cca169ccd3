// Lesson 2: walk the plane of codes and see what each place decodes to.
//
// It is given `plane`, the bytes of data/plane.npz or its address; it keeps `z1` and `z2`.

import { loadPlane, middle } from "../engine/plane.js";
import { html, svg } from "./page.js";
import { INK, Picture, Plot, afterReading, fixed, frame, slider } from "./parts.js";

const CLASSES = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", INK];
const PLANE_BYTES = 2 ** 24;

/** Push places apart until circles of a radius (per axis) hardly overlap. */
function apart(places, radius) {
  let found = places.map((place) => place.map((v, axis) => v / radius[axis]));
  for (let turn = 0; turn < 100; turn += 1) {
    found = found.map((place, i) => {
      const moved = [...place];
      found.forEach((other, j) => {
        const gap = [place[0] - other[0], place[1] - other[1]];
        const distance = Math.hypot(...gap) + (i === j ? 9 : 0);
        const push = Math.max(2 - distance, 0) / Math.max(distance, 1e-6);
        moved[0] += 0.25 * push * gap[0];
        moved[1] += 0.25 * push * gap[1];
      });
      return moved;
    });
  }
  return found.map((place) => place.map((v, axis) => v * radius[axis]));
}

function begin(model, el, { decode, codes, labels, low, high }) {
  const start = middle(codes);
  ["z1", "z2"].forEach((name, axis) => {
    const kept = model.get(name) ?? start[axis];
    model.set(name, Math.min(Math.max(kept, low[axis]), high[axis]));
  });
  const edges = [0, 1].map((axis) => {
    const pad = 0.04 * (high[axis] - low[axis]);
    return [low[axis] - pad, high[axis] + pad];
  });
  const ticks = (axis) => [low[axis], Math.round((low[axis] + high[axis]) / 2), high[axis]];
  const map = new Plot({
    width: 430, height: 360, x: edges[0], y: edges[1], xTicks: ticks(0), yTicks: ticks(1),
    xLabel: "z₁", yLabel: "z₂", label: "map of the codes, coloured by digit", margins: [8, 10, 36, 64],
  });
  const mark = (digit, [a, b]) => {
    const color = CLASSES[digit % 5], x = map.X(a), y = map.Y(b);
    const place = { fill: color, "data-class": digit };
    return digit < 5 ? svg("circle", { cx: x, cy: y, r: 2.4, ...place })
      : svg("path", { d: `M${x - 2.8} ${y + 2.2}h5.6l-2.8 -5Z`, ...place });
  };
  const seen = codes.map((code, i) => [labels[i], code]).filter(([, code]) => (
    code.every((v, axis) => v >= edges[axis][0] && v <= edges[axis][1])));
  map.still.append(...seen.map(([digit, code]) => mark(digit, code)));
  const digits = [...new Set(labels)].sort((a, b) => a - b);
  const centres = digits.map((digit) => middle(codes.filter((_, i) => labels[i] === digit)));
  const spans = [0, 1].map((axis) => {
    const values = codes.map((code) => code[axis]);
    return 0.05 * (Math.max(...values) - Math.min(...values));
  });
  apart(centres, spans).forEach((place, i) => {
    const [x, y] = [map.X(place[0]), map.Y(place[1])];
    map.still.append(
      svg("circle", { cx: x, cy: y, r: 11, fill: "var(--made-paper, #fff)", stroke: CLASSES[digits[i] % 5] }),
      svg("text", { x, y: y + 5, "text-anchor": "middle" }, String(digits[i])));
  });
  const picture = new Picture("decoded there");
  picture.node.setAttribute("style", "--wide: 200px; --most: 320px");
  function move() {
    const z = [model.get("z1"), model.get("z2")];
    const [x, y] = [map.X(z[0]), map.Y(z[1])];
    map.show("", svg("path", { d: `M${x - 13} ${y}h26M${x} ${y - 13}v26`, stroke: INK, "stroke-width": 3,
      "data-cross": JSON.stringify(z) }));
    picture.ink(decode(z));
  }
  const sliders = ["z₁", "z₂"].map((label, axis) => slider(model, `z${axis + 1}`, {
    label, min: low[axis], max: high[axis], step: (high[axis] - low[axis]) / 100,
    show: (value) => fixed(value, 1),
  }, move));
  frame(el, sliders, [
    html("figure", { style: "--wide: 300px; --most: 430px" }, map.node), picture.node]);
  move();
}

const render = ({ model, el }) => afterReading(model, el, "plane", PLANE_BYTES, loadPlane, begin);

export default { render };
