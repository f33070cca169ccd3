// What the explorers with sliders share: controls that hold a model's state, plots, and pictures.

import { fetchBytes } from "../engine/archive.js";
import { bytes, html, svg } from "./page.js";

export const INK = "var(--made-ink, #111)";
export const BLUE = "var(--made-blue, #0072B2)";
export const VERMILION = "var(--made-vermilion, #D55E00)";
export const GREY = "#8a8a8a";
const LOOK = `
.ex { font: 14px/1.4 system-ui, sans-serif; color: var(--made-ink, #111);
  background: var(--made-paper, #fff); padding: 10px; max-width: 860px; border: 1px solid #8a8a8a;
  border-radius: 6px; box-sizing: border-box; }
.ex * { box-sizing: border-box; }
.ex-controls { display: flex; flex-wrap: wrap; gap: 6px 18px; align-items: center; }
.ex label { display: inline-flex; align-items: center; gap: 6px; max-width: 100%; }
.ex input[type=range] { width: 220px; min-width: 80px; flex: 0 1 auto; margin: 0; min-height: 28px;
  accent-color: var(--made-blue, #0072B2); }
.ex select { font: inherit; color: inherit; background: var(--made-paper, #fff);
  border: 1px solid #8a8a8a; border-radius: 4px; padding: 2px 7px; min-height: 28px;
  min-width: 0; flex: 0 1 auto; }
.ex output { font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
.ex-panels { display: flex; flex-wrap: wrap; gap: 12px; margin-top: 8px; align-items: flex-start; }
.ex-panels figure { margin: 0; flex: 1 1 var(--wide, 150px); max-width: var(--most, 100%); }
.ex figcaption { text-align: center; min-height: 1.4em; }
.ex svg { display: block; width: 100%; height: auto; overflow: visible; }
.ex svg text { fill: var(--made-ink, #111); font-size: 13px; white-space: pre; }
.ex canvas { display: block; width: 100%; background: #fff; border: 1px solid #c0c4c8;
  image-rendering: pixelated; }
.ex p { margin: 6px 0 0; min-height: 1.4em; }
.ex :focus-visible { outline: 3px solid var(--made-ink, #111111); outline-offset: 2px; }
`;

/** What an explorer puts on a page: its controls, its panels and a line of text. */
export function frame(el, controls, panels, ...rest) {
  el.append(html("style", {}, LOOK), html("div", { class: "ex" },
    html("div", { class: "ex-controls" }, ...controls),
    html("div", { class: "ex-panels" }, ...panels), ...rest));
}

/**
 * Read the file that the model's value `name` is, or is the address of, and begin with what `read`
 * makes of it; a file that is none is told where the explorer would be.
 */
export async function afterReading(model, el, name, mostBytes, read, begin) {
  const note = html("p", { role: "status", "aria-busy": "true" }, "Reading …");
  const place = html("div", { class: "ex" }, note);
  el.append(html("style", {}, LOOK), place);
  try {
    const given = model.get(name);
    const found = await read(typeof given === "string"
      ? await fetchBytes(given, mostBytes) : bytes(given));
    el.replaceChildren();
    begin(model, el, found);
  } catch (error) {
    note.textContent = error.message;
  }
  note.setAttribute("aria-busy", "false");
}

/** A slider for the model's value `name`; `show` says the value in words and units. */
export function slider(model, name, { label, min, max, step, show }, act) {
  const value = Math.min(Math.max(Number(model.get(name)), min), max);
  const input = html("input", { type: "range", min, max, step, value, "aria-label": label });
  const shown = html("output");
  const say = () => {
    shown.textContent = show(model.get(name));
    input.setAttribute("aria-valuetext", shown.textContent);
  };
  input.addEventListener("input", () => {
    model.set(name, Number(input.value));
    model.save_changes();
    say();
    act();
  });
  say();
  return html("label", {}, `${label} `, input, shown);
}

/** A choice among words for the model's value `name`. */
export function choice(model, name, label, words, act) {
  const select = html("select", { "aria-label": label },
    ...words.map((word) => html("option", { value: word }, word)));
  select.value = model.get(name);
  select.addEventListener("change", () => {
    model.set(name, select.value);
    model.save_changes();
    act();
  });
  return html("label", {}, `${label} `, select);
}

/** A number with a real minus sign; what rounds to 0 has none. */
export const fixed = (value, digits) => {
  const text = value.toFixed(digits);
  return text.replace("-", Number(text) ? "−" : "");
};

/** A slope as text: its sign and one decimal; no sign for what rounds to 0. */
export const signed = (slope) => (
  Math.abs(slope) < 0.05 ? "0.0" : (slope > 0 ? "+" : "") + fixed(slope, 1));

/** Two significant digits, as Python's format(value, ".2g"). */
export function general(value) {
  const [digits, exponent] = value.toExponential(1).split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 2) return String(Number(value.toPrecision(2)));
  const sign = power < 0 ? "−" : "+";
  return `${Number(digits)}e${sign}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** Numbers from low to high, n of them, both ends among them. */
export const between = (low, high, n) => (
  Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1)));

/** Axes to draw on: `x` and `y` are [low, high], ticks are numbers. */
export class Plot {
  constructor({ width, height, x, y, xTicks, yTicks, xLabel, yLabel, label, margins = [26, 10, 36, 64] }) {
    const [top, right, bottom, left] = margins;
    Object.assign(this, { x, y, left, top, wide: width - left - right, high: height - top - bottom });
    const [end, low] = [left + this.wide, top + this.high];
    this.caption = svg("text", { x: left + this.wide / 2, y: 16, "text-anchor": "middle" });
    this.moving = svg("g");
    this.still = svg("g");
    const tick = (value) => String(value).replace("-", "−");
    this.node = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label,
      "data-axes": JSON.stringify({ x, y, left, top, wide: this.wide, high: this.high }) },
    svg("path", { d: `M${left} ${top}V${low}H${end}`, fill: "none", stroke: INK }),
    ...xTicks.flatMap((value) => [
      svg("path", { d: `M${this.X(value)} ${low}v5`, stroke: INK }),
      svg("text", { x: this.X(value), y: low + 18, "text-anchor": "middle" }, tick(value))]),
    ...yTicks.flatMap((value) => [
      svg("path", { d: `M${left} ${this.Y(value)}h-5`, stroke: INK }),
      svg("text", { x: left - 8, y: this.Y(value) + 4, "text-anchor": "end" }, tick(value))]),
    svg("text", { x: left + this.wide / 2, y: height - 3, "text-anchor": "middle" }, xLabel),
    svg("text", { transform: `translate(12 ${top + this.high / 2}) rotate(-90)`, "text-anchor": "middle" },
      yLabel),
    this.caption, this.still, this.moving);
  }

  X(value) {
    return this.left + (this.wide * (value - this.x[0])) / (this.x[1] - this.x[0]);
  }

  Y(value) {
    return this.top + this.high * (1 - (value - this.y[0]) / (this.y[1] - this.y[0]));
  }

  /** A line through [[x, y], …], cut where it leaves the axes. */
  curve(name, points, color) {
    const [low, high] = this.y;
    let path = "", pen = null;
    points.slice(1).forEach((to, i) => {
      const from = points[i];
      const cut = ([x, y]) => {
        const edge = Math.min(Math.max(y, low), high);
        return y === edge ? [x, y] : [from[0] + ((to[0] - from[0]) * (edge - from[1])) / (to[1] - from[1]), edge];
      };
      if ((from[1] > high && to[1] > high) || (from[1] < low && to[1] < low)) return;
      const place = ([x, y]) => `${this.X(x).toFixed(3)} ${this.Y(y).toFixed(3)}`;
      const [first, last] = [place(cut(from)), place(cut(to))];
      path += pen === first ? `L${last}` : `M${first}L${last}`;
      pen = last;
    });
    return svg("path", { d: path, fill: "none", stroke: color, "stroke-width": 2, "data-curve": name });
  }

  /** A dot with a short tangent, of about equal length whatever the slope; a triangle says "above". */
  tangent(x, y, slope, color) {
    const [low, high] = this.y, span = this.x[1] - this.x[0];
    if (y > high) {
      const [cx, cy] = [this.X(x), this.top];
      return [svg("path", { d: `M${cx - 6} ${cy + 5}L${cx + 6} ${cy + 5}L${cx} ${cy - 6}Z`, fill: color,
        stroke: INK, "data-mark": JSON.stringify([x, y]) })];
    }
    const half = (0.14 * span) / Math.hypot(1, (slope * span) / (high - low));
    const ends = [x - half, x + half].map((at) => [at, y + slope * (at - x)]);
    return [
      svg("line", { x1: this.X(ends[0][0]), y1: this.Y(ends[0][1]), x2: this.X(ends[1][0]),
        y2: this.Y(ends[1][1]), stroke: INK, "stroke-width": 2 }),
      svg("circle", { cx: this.X(x), cy: this.Y(y), r: 5, fill: color, stroke: INK,
        "data-mark": JSON.stringify([x, y]) })];
  }

  /** Put in place what moves, and say what it shows. */
  show(text, ...nodes) {
    this.caption.textContent = text;
    this.moving.replaceChildren(...nodes);
  }
}

/** A square picture with a caption; `paint` takes colours [r, g, b] in 0 … 255, one a pixel. */
export class Picture {
  constructor(caption, side = 28) {
    this.side = side;
    this.canvas = html("canvas", { width: side, height: side, role: "img", "aria-label": caption });
    this.node = html("figure", {}, this.canvas, html("figcaption", {}, caption));
  }

  paint(colors) {
    const image = new ImageData(this.side, this.side);
    colors.forEach((color, i) => {
      for (let c = 0; c < 3; c += 1) image.data[4 * i + c] = color[c];
      image.data[4 * i + 3] = 255;
    });
    this.canvas.getContext("2d").putImageData(image, 0, 0);
  }

  /** Ink in [0, 1], dark on white. */
  ink(values) {
    this.paint(Array.from(values, (v) => new Array(3).fill(Math.round(255 * (1 - v)))));
  }
}
