// Lesson 8: slide x₁ and see the density of x₂ that is left.
//
// It is given `slices`, the bytes of data/ring.npz or its address (helpers/widgets/conditional.py
// makes such bytes), and `x1`.

import { loadSlices, weighted } from "../engine/mixture.js";
import { sum } from "../engine/likelihood.js";
import { html, svg } from "./page.js";
import { BLUE, INK, Plot, VERMILION, afterReading, fixed, frame, slider } from "./parts.js";

const FILE_BYTES = 2 ** 22;
const SKY = "#56B4E9";
const SHADES = [[247, 251, 255], [222, 235, 247], [198, 219, 239], [158, 202, 225], [107, 174, 214],
  [66, 146, 198], [33, 113, 181], [8, 81, 156], [8, 48, 107]]; // matplotlib's "Blues"
const SMALL_PEAK = 0.05; // of the highest; lower ones are not told

/** The colour of a density, as a part of the highest one. */
function shade(part) {
  const at = part * (SHADES.length - 1), below = Math.min(Math.floor(at), SHADES.length - 2);
  return SHADES[below].map((c, i) => Math.round(c + (at - below) * (SHADES[below + 1][i] - c)));
}

/** The map: x₁ to the right, x₂ upwards. */
function paint(canvas, { values, columns, first, family }) {
  const n = values.length, top = (p) => p.reduce((a, b) => Math.max(a, b), 0);
  const density = columns.map((params, i) => (
    Array.from(values, (x2) => first[i] * sum(weighted(params, family, x2)))));
  const most = top(density.map(top));
  const image = new ImageData(n, n);
  density.forEach((column, i) => column.forEach((p, j) => {
    image.data.set([...shade(p / most), 255], 4 * ((n - 1 - j) * n + i));
  }));
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** The places of the peaks of a curve. */
function peaks(points) {
  const most = Math.max(...points.map(([, p]) => p));
  return points.filter(([, p], i) => i > 0 && i + 1 < points.length && p >= points[i - 1][1]
    && p > points[i + 1][1] && p > SMALL_PEAK * most).map(([x]) => x);
}

function begin(model, el, slices) {
  const { x1, values, params, truth, family } = slices, n = values.length;
  const reach = [values[0], values[n - 1]], ticks = [-2, 0, 2];
  const map = new Plot({
    width: 300, height: 290, x: reach, y: reach, xTicks: ticks, yTicks: ticks, xLabel: "x₁",
    yLabel: "x₂", label: "density of the model, dark where it is high", margins: [26, 10, 36, 44],
  });
  map.show("density of the model");
  map.node.setAttribute("style", "position: relative");
  const of = (part, whole) => `${(100 * part) / whole}%`;
  const canvas = html("canvas", { width: n, height: n, "aria-hidden": "true", style:
    `position: absolute; border: 0; left: ${of(map.left, 300)}; top: ${of(map.top, 290)}; `
    + `width: ${of(map.wide, 300)}; height: ${of(map.high, 290)}` });
  paint(canvas, slices);
  const slice = new Plot({
    width: 330, height: 290, x: reach, y: [0, 1.8], xTicks: ticks, yTicks: [0, 0.5, 1, 1.5],
    xLabel: "x₂", yLabel: "density", label: "density of x₂ given x₁", margins: [26, 10, 36, 50],
  });
  const line = (name, height, color, style) => {
    const node = slice.curve(name, Array.from(values, (x2, j) => [x2, height(x2, j)]), color);
    for (const [key, value] of Object.entries(style)) node.setAttribute(key, value);
    return node;
  };
  const said = html("p", { role: "status" });
  function move() {
    const at = model.get("x1"), here = `x₁ = ${fixed(at, 1)}`;
    const i = x1.reduce((best, value, k) => (
      Math.abs(value - at) < Math.abs(x1[best] - at) ? k : best), 0);
    const parts = Array.from(values, (x2) => weighted(params[i], family, x2));
    map.show("density of the model", svg("path", { stroke: VERMILION, "stroke-width": 2,
      d: `M${map.X(at)} ${map.top}v${map.high}`, "data-cut": at }));
    slice.show(`p(x₂ | ${here})`,
      ...Array.from(parts[0], (_, k) => (
        line(`Gaussian ${k + 1}`, (x2, j) => parts[j][k], SKY, { "stroke-width": 1 }))),
      ...(truth ? [line("truth", (x2, j) => truth[i][j], INK,
        { "stroke-width": 1.5, "stroke-dasharray": "6 4" })] : []),
      line("model", (x2, j) => sum(parts[j]), BLUE, {}));
    const found = peaks(Array.from(values, (x2, j) => [x2, sum(parts[j])]));
    said.textContent = `${here}: the model has ${found.length === 1 ? "one peak" : `${found.length} peaks`}, `
      + `at ${found.map((x2) => fixed(x2, 1)).join(" and ")}.`;
  }
  const lines = `blue: the model; light: its Gaussians${truth ? "; dashed: the truth" : ""}`;
  frame(el, [
    slider(model, "x1", { label: "x₁", min: x1[0], max: x1[x1.length - 1], step: 0.1,
      show: (value) => fixed(value, 1) }, move),
  ], [
    html("figure", { style: "--wide: 220px; --most: 320px" },
      html("div", { style: "position: relative" }, canvas, map.node)),
    html("figure", { style: "--wide: 260px; --most: 440px" }, slice.node,
      html("figcaption", {}, lines)),
  ], said);
  move();
}

const render = ({ model, el }) => (
  afterReading(model, el, "slices", FILE_BYTES, loadSlices, begin));

export default { render };
