// Lesson 1: drag p over a handful of zeros and ones; likelihood, NLL and their slopes follow.
//
// It is given `x`, zeros and ones, and `p`.

import { bernoulliNll, sum } from "../engine/likelihood.js";
import { html, svg } from "./page.js";
import { BLUE, GREY, Plot, VERMILION, between, fixed, frame, signed, slider } from "./parts.js";

function render({ model, el }) {
  const x = Array.from(model.get("x"));
  const ones = sum(x), zeros = x.length - ones, best = ones / x.length;
  const nll = (p) => bernoulliNll(x, new Array(x.length).fill(Math.log(p / (1 - p))));
  const tops = [1.35 * Math.exp(-nll(best)), 4 * nll(best) + 1];
  const axes = { width: 480, x: [0, 1], xTicks: [0, 0.2, 0.4, 0.6, 0.8, 1] };
  const likelihood = new Plot({
    ...axes, height: 180, y: [0, tops[0]], xLabel: "", yLabel: "likelihood", label: "likelihood against p",
    yTicks: [0.25, 0.5, 0.75].map((part) => Number((part * tops[0]).toPrecision(1))),
  });
  const loss = new Plot({
    ...axes, height: 200, y: [0, tops[1]], xLabel: "p, the probability of a 1", yLabel: "NLL (nats)",
    label: "NLL against p", yTicks: [0, 0.25, 0.5, 0.75].map((part) => Math.round(part * tops[1])),
  });
  const grid = between(0.005, 0.995, 199);
  likelihood.still.append(likelihood.curve("likelihood", grid.map((p) => [p, Math.exp(-nll(p))]), BLUE));
  loss.still.append(loss.curve("NLL", grid.map((p) => [p, nll(p)]), VERMILION));
  for (const plot of [likelihood, loss]) {
    plot.still.append(svg("line", { x1: plot.X(best), x2: plot.X(best), y1: plot.top + 0.17 * plot.high,
      y2: plot.top + plot.high, stroke: GREY, "stroke-dasharray": "5 4" }));
  }
  loss.still.append(svg("text", { x: loss.X(best + 0.01), y: loss.Y(0.6) }, `sample mean ${fixed(best, 2)}`));

  function move() {
    const p = model.get("p"), likely = Math.exp(-nll(p)), slope = zeros / (1 - p) - ones / p;
    likelihood.show(`p = ${fixed(p, 2)}    likelihood ${fixed(likely, 4)}`,
      ...likelihood.tangent(p, likely, -slope * likely, BLUE));
    loss.show(`NLL ${fixed(nll(p), 2)} nats    slope ${signed(slope)}`,
      ...loss.tangent(p, nll(p), slope, VERMILION));
  }
  const p = slider(model, "p", {
    label: "p", min: 0.01, max: 0.99, step: 0.01, show: (value) => fixed(value, 2),
  }, move);
  const title = svg("text", { x: 267, y: 16, "text-anchor": "middle" }, `x = ${x.join(" ")}`);
  frame(el, [p], [html("figure", { style: "--wide: 300px; --most: 600px" },
    svg("svg", { viewBox: "0 0 480 22" }, title), likelihood.node, loss.node)]);
  move();
}

export default { render };
