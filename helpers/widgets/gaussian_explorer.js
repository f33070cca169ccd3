// Lesson 1: drag μ and σ over a handful of real points; the bell, its NLL and the slopes follow.
//
// It is given `x`, points in −3 … 3, and `mean` and `std`.

import { gaussianNll, sum } from "../engine/likelihood.js";
import { html, svg } from "./page.js";
import { BLUE, INK, Plot, VERMILION, between, fixed, frame, general, signed, slider } from "./parts.js";

function render({ model, el }) {
  const x = Array.from(model.get("x")), n = x.length;
  const centre = sum(x) / n, square = sum(x.map((v) => (v - centre) ** 2)) / n;
  const nll = (mean, std) => (
    gaussianNll(x, new Array(n).fill(mean), new Array(n).fill(Math.log(std))));
  const density = (value, mean, std) => Math.exp(-gaussianNll([value], [mean], [Math.log(std)]));
  const top = 3 * nll(centre, Math.sqrt(square)) + 6;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => Math.round(part * top));
  const bell = new Plot({
    width: 290, height: 260, x: [-4, 4], y: [-0.05, 1.3], xTicks: [-4, -2, 0, 2, 4],
    yTicks: [0, 0.5, 1], xLabel: "x", yLabel: "density", label: "density of the points",
  });
  const alongMean = new Plot({
    width: 290, height: 260, x: [-3, 3], y: [0, top], xTicks: [-2, 0, 2], yTicks: ticks,
    xLabel: "μ (σ held)", yLabel: "NLL (nats)", label: "NLL against μ",
  });
  const alongStd = new Plot({
    width: 290, height: 260, x: [0.2, 3], y: [0, top], xTicks: [1, 2, 3], yTicks: ticks,
    xLabel: "σ (μ held)", yLabel: "", label: "NLL against σ",
  });
  bell.still.append(...x.map((value) => svg("line", {
    x1: bell.X(value), x2: bell.X(value), y1: bell.Y(0) - 6, y2: bell.Y(0) + 6, stroke: INK,
    "stroke-width": 2,
  })));

  function move() {
    const mean = model.get("mean"), std = model.get("std"), here = nll(mean, std);
    const squares = n * (square + (centre - mean) ** 2);
    const slopes = [(n * (mean - centre)) / std ** 2, n / std - squares / std ** 3];
    bell.show(`likelihood ${general(Math.exp(-here))},  NLL ${fixed(here, 2)}`,
      bell.curve("density", between(-4, 4, 161).map((v) => [v, density(v, mean, std)]), BLUE),
      ...x.flatMap((value) => [
        svg("line", { x1: bell.X(value), x2: bell.X(value), y1: bell.Y(0),
          y2: bell.Y(density(value, mean, std)), stroke: VERMILION, "stroke-width": 2 }),
        svg("circle", { cx: bell.X(value), cy: bell.Y(density(value, mean, std)), r: 3.5,
          fill: VERMILION })]));
    alongMean.show(`slope in μ: ${signed(slopes[0])}`,
      alongMean.curve("NLL against μ", between(-3, 3, 121).map((m) => [m, nll(m, std)]), BLUE),
      ...alongMean.tangent(mean, here, slopes[0], BLUE));
    alongStd.show(`slope in σ: ${signed(slopes[1])}`,
      alongStd.curve("NLL against σ", between(0.2, 3, 141).map((s) => [s, nll(mean, s)]), BLUE),
      ...alongStd.tangent(std, here, slopes[1], BLUE));
  }
  const sliders = [
    slider(model, "mean", {
      label: "μ", min: -3, max: 3, step: 0.1, show: (value) => fixed(value, 1),
    }, move),
    slider(model, "std", {
      label: "σ", min: 0.2, max: 3, step: 0.05, show: (value) => fixed(value, 2),
    }, move),
  ];
  frame(el, sliders, [bell, alongMean, alongStd].map((plot) => (
    html("figure", { style: "--wide: 240px; --most: 320px" }, plot.node))));
  move();
}

export default { render };
