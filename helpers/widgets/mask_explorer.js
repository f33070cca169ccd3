// The mask explorer: change degrees, orderings and rules, and watch the proofs.
//
// It is given `settings`, which degrees are drawn from, and `rules`, what is connected to what; it
// keeps the `degrees` that the reader has changed.

import { countPaths, faults, hiddenMask, isOrder, makeDegrees, orderOf, outputMask } from "../engine/masks.js";
import { Network, randomize, totalProbability } from "../engine/network.js";
import { Generator } from "../engine/random.js";
import { html, svg } from "./page.js";

const TOLERANCE = 1e-6;
const STYLE = `
.mx { font: 14px/1.4 system-ui, sans-serif; color: var(--made-ink, #111);
  background: var(--made-paper, #fff); padding: 10px; max-width: 760px;
  border: 1px solid #8a8a8a; border-radius: 6px; box-sizing: border-box; }
.mx * { box-sizing: border-box; }
.mx-controls { display: flex; flex-wrap: wrap; gap: 6px 16px; align-items: center; }
.mx label { display: inline-flex; align-items: center; gap: 6px; white-space: nowrap; }
.mx input[type=range] { width: 104px; margin: 0; accent-color: var(--made-blue, #0072B2); }
.mx select, .mx button, .mx input[type=text] { font: inherit; color: inherit;
  background: var(--made-paper, #fff); border: 1px solid #8a8a8a; border-radius: 4px; padding: 2px 7px; min-height: 28px; }
.mx button { cursor: pointer; }
.mx input[type=text] { width: 11em; }
.mx output { min-width: 1.2em; font-weight: 600; }
.mx svg { display: block; width: 100%; touch-action: manipulation; }
.mx :focus-visible { outline: 3px solid var(--made-ink, #111111); outline-offset: 1px; }
.mx .unit { cursor: pointer; outline: none; }
.mx .unit:focus-visible circle { stroke: var(--made-ink, #111111); stroke-width: 4; }
.mx-selected { min-height: 34px; display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
.mx-checks { list-style: none; padding: 0; margin: 6px 0 0; display: grid; gap: 4px; }
.mx-checks li { padding: 4px 8px; border-left: 5px solid; background: var(--made-soft, #f4f6f8); }
.mx-checks .good { border-color: #009E73; }
.mx-checks .bad { border-color: #D55E00; background: color-mix(in srgb, #D55E00 16%, var(--made-paper, #fff)); font-weight: 600; }
.mx-checks .warn { border-color: #A66F00;
  background: color-mix(in srgb, #E69F00 14%, var(--made-paper, #fff)); }
.mx-hint { opacity: 0.8; font-size: 12.5px; margin: 4px 0 0; }
`;

/** Degrees as the settings say: inputs, hidden layers, and the outputs once more. */
function build({ n_inputs: n, hidden_units: units, ordering, seed, how }) {
  const degrees = makeDegrees(n, units, ordering, how, new Generator(seed));
  return [...degrees, degrees[0].slice()];
}

/** Masks and verdicts for any degrees, however badly chosen; the outputs' need not be the inputs'. */
function examine(degrees, { strict, direct }) {
  const last = degrees.length - 1;
  const rule = strict ? outputMask : hiddenMask;
  const masks = degrees.slice(1).map((after, l) => (l + 1 < last ? hiddenMask : rule)(degrees[l], after));
  const short = direct ? rule(degrees[0], degrees[last]) : null;
  const paths = countPaths(masks, short);
  const network = new Network({
    degrees: degrees.slice(0, -1), kernels: masks, biases: degrees.slice(1), direct: short,
    activation: "tanh",
  });
  const total = totalProbability(randomize(network, new Generator(0)));
  return { masks, direct: short, paths, ...faults(paths, degrees[0]), total };
}

// Which units lie on a path from an input, through unit k of layer l, to an output.
function light(masks, direct, l, k) {
  const last = masks.length;
  const sizes = [...masks.map((m) => m.length), masks[last - 1][0].length];
  const lit = sizes.map((n) => new Array(n).fill(false));
  const edges = masks.map((m) => m.map((row) => row.map(() => false)));
  const short = direct ? direct.map((row) => row.map(() => false)) : null;
  // a unit counts as fed only if some input reaches it: a constant carries nothing
  const fed = sizes.map((n) => new Array(n).fill(false));
  fed[0].fill(true);
  masks.forEach((m, i) => m.forEach((row, a) => row.forEach((on, b) => {
    if (on && fed[i][a]) fed[i + 1][b] = true;
  })));
  lit[l][k] = true;
  const back = sizes.map((n) => new Array(n).fill(false));
  back[l][k] = true;
  for (let i = l; i > 0; i--) masks[i - 1].forEach((row, a) => row.forEach((on, b) => {
    if (on && back[i][b] && fed[i - 1][a]) { back[i - 1][a] = lit[i - 1][a] = edges[i - 1][a][b] = true; }
  }));
  const ahead = sizes.map((n) => new Array(n).fill(false));
  if (fed[l][k]) ahead[l][k] = true;
  for (let i = l; i < last; i++) masks[i].forEach((row, a) => row.forEach((on, b) => {
    if (on && ahead[i][a]) ahead[i + 1][b] = true;
  }));
  // forward, only what goes on to reach an output
  const reaches = sizes.map((n) => new Array(n).fill(false));
  reaches[last].fill(true);
  for (let i = last; i > l; i--) masks[i - 1].forEach((row, a) => row.forEach((on, b) => {
    if (on && reaches[i][b]) reaches[i - 1][a] = true;
    if (on && ahead[i - 1][a] && reaches[i][b]) { lit[i][b] = edges[i - 1][a][b] = true; }
  }));
  if (short) direct.forEach((row, a) => row.forEach((on, b) => {
    if (on && ((l === 0 && a === k) || (l === last && b === k))) {
      lit[0][a] = lit[last][b] = short[a][b] = true;
    }
  }));
  return { lit, edges, short };
}

const list = (numbers) => numbers.join(", ").replace(/, ([^,]*)$/, " and $1");

function render({ model, el }) {
  let selected = { l: -1, k: 0 };
  let hovered = null;
  let focusWanted = false;
  const root = html("div", { class: "mx" });
  root.append(html("style", {}, STYLE));
  el.append(root);

  const settings = () => model.get("settings");
  let report = null; // what the degrees and rules amount to
  let error = "";
  const degrees = () => model.get("degrees");
  const set = (name, value) => { model.set(name, value); model.save_changes(); };
  const change = (part) => set("settings", { ...settings(), ...part });

  // --- controls -----------------------------------------------------------------------------
  const controls = html("div", { class: "mx-controls" });
  const refreshers = [];
  function range(name, low, high, read, write) {
    const input = html("input", { type: "range", min: low, max: high, step: 1, "aria-label": name });
    const shown = html("output");
    input.addEventListener("input", () => write(Number(input.value)));
    const label = html("label", {}, name, input, shown);
    refreshers.push(() => {
      const value = read();
      label.style.display = value === undefined ? "none" : "";
      if (value !== undefined) { input.value = value; shown.textContent = value; }
    });
    controls.append(label);
  }
  range("D", 2, 8, () => settings().n_inputs, (v) => change({
    n_inputs: v,
    ordering: Array.isArray(settings().ordering) ? "natural" : settings().ordering,
  }));
  range("hidden layers", 1, 3, () => settings().hidden_units.length, (v) => {
    const units = settings().hidden_units;
    change({ hidden_units: Array.from({ length: v }, (_, i) => units[i] ?? units[units.length - 1]) });
  });
  for (let i = 0; i < 3; i++) {
    range(`units ${i + 1}`, 1, 8, () => settings().hidden_units[i], (v) => {
      change({ hidden_units: settings().hidden_units.map((n, j) => (j === i ? v : n)) });
    });
  }
  range("seed", 0, 20, () => settings().seed, (v) => change({ seed: v }));

  function choice(name, options, read, write) {
    const select = html("select", { "aria-label": name });
    for (const [value, text] of options) select.append(html("option", { value }, text));
    select.addEventListener("change", () => write(select.value));
    refreshers.push(() => { select.value = read(); });
    controls.append(html("label", {}, name, select));
  }
  const own = html("input", { type: "text", "aria-label": "visiting order, counted from 1" });
  choice("ordering", [["natural", "natural"], ["reversed", "reversed"], ["random", "random"],
    ["own", "my own"]], () => (Array.isArray(settings().ordering) ? "own" : settings().ordering),
  (v) => {
    if (v !== "own") return change({ ordering: v });
    return change({ ordering: orderOf(degrees()[0]) });
  });
  function typed() {
    const order = own.value.split(/[\s,]+/).filter(Boolean).map((t) => Number(t) - 1);
    if (JSON.stringify(order) !== JSON.stringify(settings().ordering)) change({ ordering: order });
  }
  own.addEventListener("change", typed);
  own.addEventListener("keydown", (event) => { if (event.key === "Enter") typed(); });
  controls.append(own);
  refreshers.push(() => {
    const order = settings().ordering;
    own.style.display = Array.isArray(order) ? "" : "none";
    if (Array.isArray(order) && document.activeElement !== own) {
      own.value = order.map((i) => i + 1).join(" ");
    }
  });
  choice("hidden degrees", [["random", "random"], ["even", "even"]],
    () => settings().how, (v) => change({ how: v }));
  choice("output rule", [["strict", "> (right)"], ["loose", "≥ (a leak)"]],
    () => (model.get("rules").strict ? "strict" : "loose"),
    (v) => set("rules", { ...model.get("rules"), strict: v === "strict" }));
  const direct = html("input", { type: "checkbox" });
  direct.addEventListener("change", () => set("rules", { ...model.get("rules"), direct: direct.checked }));
  refreshers.push(() => { direct.checked = model.get("rules").direct; });
  controls.append(html("label", {}, direct, "direct connections"));
  const reset = html("button", { type: "button" }, "undo my edits");
  reset.addEventListener("click", drawDegrees);
  controls.append(reset);
  root.append(controls);

  // --- the network --------------------------------------------------------------------------
  const picture = svg("svg", { role: "group", "aria-label":
    "The network. Arrow keys walk from unit to unit, plus and minus change the degree." });
  root.append(picture);
  const bar = html("div", { class: "mx-selected", "aria-live": "polite" });
  root.append(bar);
  const list_ = html("ul", { class: "mx-checks", "aria-live": "polite" });
  root.append(list_);
  root.append(html("p", { class: "mx-hint" },
    "Point at a unit to light its paths; click to keep it, then − and + change its degree. " +
    "Keyboard: Tab to the network, arrows to walk, + and − to change."));

  const layerName = (l) => {
    const last = degrees().length - 1;
    return l === 0 ? "input" : l === last ? "output" : `hidden layer ${l}, unit`;
  };

  function bump(by) {
    const { l, k } = selected;
    if (l < 0) return;
    const top = settings().n_inputs;
    const next = Math.min(Math.max(degrees()[l][k] + by, 0), top);
    if (next === degrees()[l][k]) return;
    set("degrees", degrees().map((row, i) => (i === l ? row.map((m, j) => (j === k ? next : m)) : row)));
  }

  function point(unit) {
    const name = unit ? unit.getAttribute("data-unit") : null;
    if (name === (hovered ? `${hovered.l}-${hovered.k}` : null)) return;
    hovered = name ? { l: Number(name.split("-")[0]), k: Number(name.split("-")[1]) } : null;
    draw();
  }

  function clamp() {
    const d = degrees();
    if (selected.l >= d.length) selected = { l: -1, k: 0 };
    if (selected.l >= 0) selected.k = Math.min(selected.k, d[selected.l].length - 1);
  }

  function draw() {
    const r = report;
    for (const refresh of refreshers) refresh();
    if (!r) return;
    clamp();
    const d = degrees();
    const last = d.length - 1;
    const width = Math.max(280, picture.clientWidth || root.clientWidth || 600);
    const gap = 76;
    const height = 74 + gap * last + 20;
    const radius = Math.min(17, width / 8 / 2 - 4);
    const at = (l, k) => ({
      x: (width / 2) + (k - (d[l].length - 1) / 2) * Math.min(70, (width - 8) / Math.max(d[l].length, 4)),
      y: height - 47 - gap * l,
    });
    const one = hovered ?? (selected.l >= 0 ? selected : null);
    const on = one ? light(r.masks, r.direct, one.l, one.k) : null;
    const leak = new Set(r.leaks.map(([, j]) => j));
    const starved = new Set(r.missing.map(([, j]) => j));
    const had = picture.contains(document.activeElement) || focusWanted;
    picture.replaceChildren();
    picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    picture.setAttribute("height", height);
    const line = (a, b, lit, bend) => {
      const style = { fill: "none", stroke: lit ? "#0072B2" : "#c9ced3", "stroke-width": lit ? 2.6 : 1 };
      const path = bend
        ? `M${a.x},${a.y} Q${(a.x + b.x) / 2 + bend},${(a.y + b.y) / 2} ${b.x},${b.y}`
        : `M${a.x},${a.y} L${b.x},${b.y}`;
      return svg("path", { d: path, ...style });
    };
    for (const wanted of [false, true]) {  // what is lit lies on top
      r.masks.forEach((m, l) => m.forEach((row, a) => row.forEach((there, b) => {
        const lit = Boolean(on && on.edges[l][a][b]);
        if (there && lit === wanted) picture.append(line(at(l, a), at(l + 1, b), lit));
      })));
      if (r.direct) r.direct.forEach((row, a) => row.forEach((there, b) => {
        const lit = Boolean(on && on.short[a][b]);
        if (there && lit === wanted) picture.append(line(at(0, a), at(last, b), lit, width / 5));
      }));
    }
    let focused = null;
    d.forEach((row, l) => row.forEach((degree, k) => {
      const { x, y } = at(l, k);
      const lit = Boolean(on && on.lit[l][k]);
      const chosen = selected.l === l && selected.k === k;
      const first = selected.l < 0 && l === 0 && k === 0;
      const edge = l === last && leak.has(k) ? "#D55E00" : l === last && starved.has(k) ? "#A66F00"
        : lit || chosen ? "#0072B2" : "#6b737a";
      const unit = svg("g", { class: "unit", tabindex: chosen || first ? 0 : -1, role: "button",
        "aria-pressed": String(chosen), "aria-label": `${layerName(l)} ${k + 1}, degree ${degree}`,
        "data-unit": `${l}-${k}` });
      unit.append(svg("circle", { cx: x, cy: y, r: radius, fill: lit ? "#0072B2" : "#fff",
        stroke: edge, "stroke-width": chosen || edge === "#D55E00" ? 3.5 : 2 }));
      unit.append(svg("text", { x, y: y + 5, "text-anchor": "middle", "font-size": 15,
        fill: lit ? "#fff" : "#111", "pointer-events": "none" }, degree));
      if (l === 0 || l === last) {
        unit.append(svg("text", { x, y: l ? y - radius - 7 : y + radius + 17, "text-anchor": "middle",
          "font-size": 13, fill: "currentColor" }, l ? (d[l].length > 6 && width < 480 ? `${k + 1}` : `out ${k + 1}`)
          : `x${String.fromCharCode(0x2081 + k)}`));
      }
      unit.addEventListener("click", () => {
        const again = selected.l === l && selected.k === k;
        selected = again ? { l: -1, k: 0 } : { l, k };
        hovered = null;
        draw();
      });
      if (chosen || first) focused = unit;
      picture.append(unit);
    }));
    if (had && focused) focused.focus({ preventScroll: true });
    focusWanted = false;
    say(r, one);
  }

  function say(r, one) {
    const d = degrees();
    const last = d.length - 1;
    bar.replaceChildren();
    if (one) {
      const seen = [];
      const feeds = [];
      if (one.l === last) r.paths.forEach((row, i) => { if (row[one.k]) seen.push(i + 1); });
      if (one.l === 0) r.paths[one.k].forEach((n, j) => { if (n) feeds.push(j + 1); });
      const middle = one.l > 0 && one.l < last ? light(r.masks, null, one.l, one.k).lit : null;
      if (middle) {
        middle[0].forEach((v, i) => { if (v) seen.push(i + 1); });
        middle[last].forEach((v, j) => { if (v) feeds.push(j + 1); });
      }
      const text = [`${layerName(one.l)} ${one.k + 1}: degree ${d[one.l][one.k]}`];
      if (one.l > 0) text.push(seen.length ? `sees x ${list(seen)}` : "sees nothing");
      if (one.l < last) text.push(feeds.length ? `feeds output ${list(feeds)}` : "feeds no output");
      const minus = html("button", { type: "button", "aria-label": "lower its degree" }, "−");
      const plus = html("button", { type: "button", "aria-label": "raise its degree" }, "+");
      minus.addEventListener("click", () => bump(-1));
      plus.addEventListener("click", () => bump(1));
      const picked = one.l === selected.l && one.k === selected.k;
      bar.append(html("span", {}, text.join("; ") + "."), ...(picked ? [minus, plus] : []));
    } else {
      bar.append(html("span", { style: "opacity:0.8" }, "No unit picked."));
    }
    const item = (kind, text) => html("li", { class: kind }, text);
    const mark = (good) => (good ? "✓ " : "✗ ");
    const outputs = (pairs) => list([...new Set(pairs.map(([, j]) => j + 1))].sort((a, b) => a - b));
    const rows = [];
    if (error) rows.push(item("bad", error));
    const safe = r.leaks.length === 0;
    rows.push(item(safe ? "good" : "bad", mark(safe) + (safe
      ? "Paths: none runs from an input to an output of the same or a lower rank."
      : `Paths: output ${outputs(r.leaks)} sees what it must not.`)));
    const one_ = Math.abs(r.total - 1) < TOLERANCE;
    rows.push(item(one_ ? "good" : "bad", mark(one_) +
      `Σp over all ${2 ** d[0].length} inputs, N(0, 1) weights: ${r.total.toFixed(6)}`));
    const full = r.missing.length === 0;
    rows.push(item(full ? "good" : "warn", full
      ? "✓ Every output sees all that it may."
      : `! ${r.missing.length} allowed dependenc${r.missing.length > 1 ? "ies have" : "y has"} no path: ` +
        `output ${outputs(r.missing)} starve${new Set(r.missing.map(([, j]) => j)).size > 1 ? "" : "s"}.`));
    list_.replaceChildren(...rows);
  }

  // The units are drawn afresh at every change, so the picture listens for them.
  picture.addEventListener("mousemove", (event) => point(event.target.closest?.(".unit")));
  picture.addEventListener("mouseleave", () => point(null));
  picture.addEventListener("keydown", (event) => {
    const d = degrees();
    const { l, k } = selected.l < 0 ? { l: 0, k: 0 } : selected;
    const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [1, 0], ArrowDown: [-1, 0] };
    if (event.key in moves) {
      const [up, along] = moves[event.key];
      const to = Math.min(Math.max(l + up, 0), d.length - 1);
      const next = selected.l < 0 ? k : Math.round(k + along);
      selected = { l: to, k: Math.min(Math.max(next, 0), d[to].length - 1) };
    } else if (event.key === "+" || event.key === "=") {
      selected = { l, k };
      bump(1);
    } else if (event.key === "-" || event.key === "_") {
      selected = { l, k };
      bump(-1);
    } else if (event.key === "Enter" || event.key === " ") {
      selected = selected.l < 0 ? { l: 0, k: 0 } : { l: -1, k: 0 };
    } else {
      return;
    }
    event.preventDefault();
    hovered = null;
    focusWanted = true;
    draw();
  });

  function drawDegrees() {
    const { ordering, n_inputs: n } = settings();
    error = "";
    if (Array.isArray(ordering) && !isOrder(ordering, n)) {
      error = `An order names each of ${Array.from({ length: n }, (_, i) => i + 1).join(", ")} once.`;
      draw();
    } else {
      const drawn = build(settings());
      if (JSON.stringify(drawn) === JSON.stringify(degrees())) check(); // nobody would be told
      else set("degrees", drawn);
    }
  }

  function check() {
    report = examine(degrees(), model.get("rules"));
    draw();
  }

  const heard = { settings: drawDegrees, degrees: check, rules: check };
  for (const [name, act] of Object.entries(heard)) model.on(`change:${name}`, act);
  if (degrees().length) check();
  else drawDegrees();
  let seen = 0;
  const watch = new ResizeObserver(() => {
    if (root.clientWidth !== seen) { seen = root.clientWidth; draw(); }
  });
  watch.observe(root);
  return () => {
    watch.disconnect();
    for (const [name, act] of Object.entries(heard)) model.off(`change:${name}`, act);
  };
}

export default { render };
