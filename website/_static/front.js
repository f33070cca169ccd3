// The front page: what the course is about, computed before the reader's eyes.
//
// A worker (front_worker.js) holds the networks: a small one, which is there at once, and the large
// one, which is fetched when the reader begins. front.json holds some digits, and draws that Python
// made when the course was built (tools/front.py).

import { fetchBytes } from "./engine/archive.js";
import { countPaths, faults, makeMasks } from "./engine/masks.js";
import { NATS_TO_BITS, sum } from "./engine/likelihood.js";
import { Network, allBinary } from "./engine/network.js";
import { Generator } from "./engine/random.js";
import { drawOn } from "./widgets/pen.js";
import { html, svg } from "./widgets/page.js";

const SIDE = 28, D = SIDE * SIDE, HALF = D / 2, DRAWS = 8, CELL = 12;
const front = document.getElementById("front");
const $ = (id) => document.getElementById(id);
const MINUS = "\u2212";
const number = (value, digits = 1) => value.toFixed(digits).replace("-", MINUS);
const still = matchMedia("(prefers-reduced-motion: reduce)");

// --- the worker ----------------------------------------------------------------------------------

const worker = new Worker(new URL("./front_worker.js", import.meta.url), { type: "module" });
const waiting = new Map();
let asked = 0;
worker.onmessage = ({ data: { id, answer, error } }) => {
  const { resolve, reject } = waiting.get(id);
  waiting.delete(id);
  if (error) reject(new Error(error));
  else resolve(answer);
};
worker.onerror = () => say("draw-status", "This browser cannot run the networks: it lacks module workers.");

function ask(what, given = {}) {
  asked += 1;
  const id = asked;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, ask: what, ...given });
  });
}

/** A function that runs `work` once at a time; calls meanwhile lead to one more run. */
function oneAtATime(work) {
  let running = false, again = false;
  return async function run() {
    if (running) { again = true; return; }
    running = true;
    try {
      do {
        again = false;
        await work();
      } while (again);
    } catch (error) {
      say("draw-status", error.message);
    } finally {
      running = false;
    }
  };
}

function say(id, text) {
  if ($(id).textContent !== text) $(id).textContent = text;
}

// --- colours and pictures ------------------------------------------------------------------------

const probe = document.createElement("canvas").getContext("2d");

/** The page's colours as [red, green, blue]. */
function palette() {
  const style = getComputedStyle(front);
  const rgb = (name) => {
    probe.fillStyle = style.getPropertyValue(name).trim();
    return [1, 3, 5].map((at) => parseInt(probe.fillStyle.slice(at, at + 2), 16));
  };
  const names = ["ink", "paper", "blue", "vermilion", "wash", "line", "soft"];
  return Object.fromEntries(names.map((name) => [name, rgb(`--${name}`)]));
}

const mix = (a, b, t) => a.map((v, i) => Math.round(v + t * (b[i] - v)));
const css = (color) => `rgb(${color.join(" ")})`;

/** Paint a canvas of 28 by 28 pixels; color(pixel) -> [red, green, blue]. */
function paintSmall(canvas, color) {
  const picture = new ImageData(SIDE, SIDE);
  for (let i = 0; i < D; i += 1) picture.data.set([...color(i), 255], 4 * i);
  canvas.getContext("2d").putImageData(picture, 0, 0);
}

/** Paint a pad of larger cells and, where the keyboard is, its cursor. */
function paintPad(canvas, color, cursor = null, colors = palette()) {
  const context = canvas.getContext("2d");
  for (let i = 0; i < D; i += 1) {
    context.fillStyle = css(color(i));
    context.fillRect((i % SIDE) * CELL, Math.floor(i / SIDE) * CELL, CELL, CELL);
  }
  if (cursor !== null) {
    context.strokeStyle = css(colors.vermilion);
    context.lineWidth = 3;
    const [x, y] = [(cursor % SIDE) * CELL, Math.floor(cursor / SIDE) * CELL];
    context.strokeRect(x + 1, y + 1, CELL - 2, CELL - 2);
  }
  return context;
}

const cursorOf = (pen, canvas) => (document.activeElement === canvas ? pen.cursor : null);
const fromHex = (text) => Uint8Array.from({ length: D }, (_, i) => (parseInt(text[i >> 2], 16) >> (3 - (i & 3))) & 1);

// --- what is shared ------------------------------------------------------------------------------

const begun = new Uint8Array(D); // the reader's upper half
const drawing = new Uint8Array(D); // the whole drawing that later screens score
let stored = { examples: [], tosses: [] };
let model = null; // the name of the network that computes
const units = {};
let completions = [];
let kept = 0;
let ownEdits = false; // the reader has gone on drawing on the second screen
let costs = new Float64Array(D); // bits a pixel
let sums = new Float64Array(D + 1); // bits of the first k pixels
let probabilities = new Float64Array(D); // of ink
const repaints = [];

// --- screen 1: begin a digit ---------------------------------------------------------------------

const draw = { seed: 0, example: 0, erase: false };
const drawPad = $("draw-pad");
const drawPen = drawOn(drawPad, SIDE, begun, {
  rows: () => SIDE / 2,
  erasing: () => draw.erase,
  changed: () => { begin(); paintBegun(); finish(); },
  moved: () => paintBegun(),
});

function paintBegun() {
  const colors = palette();
  const context = paintPad(drawPad, (i) => (
    i >= HALF ? colors.wash : begun[i] ? colors.ink : colors.paper
  ), cursorOf(drawPen, drawPad), colors);
  context.strokeStyle = css(colors.line);
  context.lineWidth = 1;
  context.setLineDash([4, 4]); // the digits of the data lie within the middle 20 by 20 pixels
  context.strokeRect(4 * CELL + 0.5, 4 * CELL + 0.5, 20 * CELL, 20 * CELL);
  context.setLineDash([]);
  context.fillStyle = css(colors.blue);
  context.fillRect(0, HALF / SIDE * CELL - 1, drawPad.width, 2);
}

const tiles = Array.from({ length: DRAWS }, (_, k) => {
  const canvas = html("canvas", { width: SIDE, height: SIDE });
  const button = html("button", { type: "button", "aria-pressed": "false", "aria-label": `Completion ${k + 1}` }, canvas);
  button.addEventListener("click", () => {
    kept = k;
    ownEdits = false;
    keep();
  });
  $("draw-tiles").append(button);
  return { canvas, button };
});

function paintTiles() {
  const colors = palette();
  tiles.forEach(({ canvas, button }, k) => {
    button.setAttribute("aria-pressed", String(k === kept));
    const drawn = completions[k];
    paintSmall(canvas, (i) => (!drawn || !drawn[i] ? colors.paper : i < HALF ? colors.ink : colors.blue));
  });
}

const describe = (name) => `${units[name].map((n) => n.toLocaleString("en")).join(" and ")} hidden units`;

const finish = oneAtATime(async () => {
  if (!model) return;
  const name = model;
  const { drawn, milliseconds } = await ask("complete", {
    name, pixels: begun.slice(), given: HALF, n: DRAWS, seed: draw.seed,
  });
  completions = drawn;
  paintTiles();
  $("draw-tiles").setAttribute("aria-busy", "false");
  say("draw-status", `${drawn.length} draws in ${Math.round(milliseconds)} ms, by ${describe(name)}`);
  front.dataset.drawn = Number(front.dataset.drawn ?? 0) + 1;
  front.dataset.milliseconds = milliseconds;
  front.dataset.first ??= performance.now();
  if (!ownEdits) keep();
});

/** Take the completion that is pressed on to the next screens. */
function keep() {
  paintTiles();
  drawing.set(completions[kept] ?? begun);
  score();
}

function pressed(id, state, then = () => {}) {
  $(id).addEventListener("click", () => {
    state.erase = !state.erase;
    $(id).setAttribute("aria-pressed", String(state.erase));
    then();
  });
}

pressed("draw-erase", draw);
$("draw-clear").addEventListener("click", () => { begun.fill(0); paintBegun(); finish(); });
$("draw-again").addEventListener("click", () => { draw.seed += 1; finish(); });
$("draw-example").addEventListener("click", () => {
  draw.example = (draw.example + 1) % stored.examples.length;
  example();
});

function example() {
  begun.set(stored.examples[draw.example].subarray(0, HALF));
  ownEdits = false;
  paintBegun();
  finish();
}

// --- screen 2: what every pixel costs ------------------------------------------------------------

const bits = { erase: false, digit: 0, noise: 0 };
const bitsPad = $("bits-pad");
const bitsPen = drawOn(bitsPad, SIDE, drawing, {
  rows: () => SIDE,
  erasing: () => bits.erase,
  changed: () => { begin(); ownEdits = true; paintCosts(); score(); },
  moved: () => paintCosts(),
});

/** Ink and paper, tinted where the network did not expect them: 8 bits or more are full colour. */
function tint(colors, i) {
  const strength = Math.min(1, (costs[i] / 8) ** 0.7);
  return drawing[i] ? mix(colors.ink, colors.vermilion, strength) : mix(colors.paper, colors.blue, strength);
}

function paintCosts() {
  const colors = palette();
  paintPad(bitsPad, (i) => tint(colors, i), cursorOf(bitsPen, bitsPad), colors);
  const strip = $("bits-rows"), context = strip.getContext("2d");
  context.clearRect(0, 0, strip.width, strip.height);
  const byRow = Array.from({ length: SIDE }, (_, r) => sums[(r + 1) * SIDE] - sums[r * SIDE]);
  const most = Math.max(8, ...byRow);
  context.fillStyle = css(colors.soft);
  byRow.forEach((n, r) => context.fillRect(0, r * CELL + 2, n / most * strip.width, CELL - 4));
  const total = sums[D];
  say("bits-total", number(total));
  say("bits-nats", number(total / NATS_TO_BITS));
  say("bits-power", number(-total));
  const at = cursorOf(bitsPen, bitsPad) ?? costs.indexOf(costs.reduce((a, b) => Math.max(a, b), 0));
  const what = cursorOf(bitsPen, bitsPad) === null ? "The costliest" : "This pixel";
  say("bits-pixel", `${what}, row ${Math.floor(at / SIDE) + 1}, column ${at % SIDE + 1}: `
    + `p(ink) = ${probabilities[at].toPrecision(2)}, it is ${drawing[at] ? "ink" : "blank"}: ${number(costs[at], 2)} bits.`);
}

const score = oneAtATime(async () => {
  if (!model) return;
  const scored = drawing.slice();
  const nats = await ask("costs", { name: model, pixels: scored });
  costs = nats.map((v) => -v * NATS_TO_BITS);
  probabilities = nats.map((v, i) => (scored[i] ? Math.exp(v) : -Math.expm1(v)));
  sums = new Float64Array(D + 1);
  costs.forEach((v, i) => { sums[i + 1] = sums[i] + v; });
  front.dataset.bits = sums[D];
  paintCosts();
  paintSum();
});

function replace(pixels) {
  begin();
  ownEdits = true;
  drawing.set(pixels);
  score();
}

pressed("bits-erase", bits);
$("bits-clear").addEventListener("click", () => replace(new Uint8Array(D)));
$("bits-digit").addEventListener("click", () => {
  bits.digit = (bits.digit + 1) % stored.examples.length;
  replace(stored.examples[bits.digit]);
});
$("bits-noise").addEventListener("click", () => {
  const coins = new Generator(bits.noise).uniforms(D);
  bits.noise += 1;
  replace(Uint8Array.from(coins, (u) => Number(u < 0.5)));
});

// --- screen 3: added up --------------------------------------------------------------------------

const step = $("sum-step");
let playing = null;

function paintSum() {
  const k = Number(step.value), colors = palette();
  paintPad($("sum-picture"), (i) => (
    i >= k ? colors.wash : drawing[i] ? colors.ink : colors.paper
  ), k ? k - 1 : null, colors);
  const total = sums[D], across = (n) => 44 + n / D * 306, up = (v) => 172 - v / Math.max(total, 1) * 150;
  const line = (from, to) => Array.from(sums.subarray(from, to + 1), (v, n) => (
    `${n ? "L" : "M"}${across(from + n).toFixed(1)},${up(v).toFixed(1)}`)).join("");
  const text = (x, y, anchor, words) => svg("text", { x, y, "text-anchor": anchor }, words);
  $("sum-chart").replaceChildren(
    svg("path", { d: "M44,16 V172 H350", fill: "none", stroke: css(colors.soft) }),
    svg("path", { d: line(k, D), fill: "none", stroke: css(colors.line), "stroke-width": 2 }),
    svg("path", { d: line(0, k), fill: "none", stroke: css(colors.blue), "stroke-width": 3 }),
    svg("circle", { cx: across(k), cy: up(sums[k]), r: 6, fill: css(colors.vermilion) }),
    text(38, 27, "end", number(total, 0)), text(38, 176, "end", "0"), text(38, 100, "end", "bits"),
    text(44, 191, "start", "0"), text(350, 191, "end", String(D)), text(197, 191, "middle", "pixels read"),
  );
  say("sum-place", `${k} / ${D}`);
  const i = k - 1;
  if (!k) say("sum-line", "Nothing is read yet: 0 bits.");
  else {
    const p = drawing[i] ? probabilities[i] : 1 - probabilities[i];
    const rest = k < D ? `Sum so far: ${number(sums[k], 2)} bits.`
      : `Sum: ${number(total, 2)} bits, which is ${MINUS}log\u2082 of the drawing's probability.`;
    say("sum-line", `Row ${Math.floor(i / SIDE) + 1}, column ${i % SIDE + 1} is ${drawing[i] ? "ink" : "blank"}: `
      + `${MINUS}log\u2082 ${p.toPrecision(3)} = ${number(costs[i], 2)} bits. ${rest}`);
  }
}

function go(k) {
  step.value = Math.min(Math.max(k, 0), D);
  paintSum();
}

function stop() {
  cancelAnimationFrame(playing);
  playing = null;
  $("sum-play").textContent = "Play";
}

function play() {
  if (playing !== null) return stop();
  if (Number(step.value) >= D) go(0);
  if (still.matches) return go(D);
  $("sum-play").textContent = "Pause";
  const on = () => {
    go(Number(step.value) + 2);
    if (Number(step.value) < D) playing = requestAnimationFrame(on);
    else stop();
  };
  playing = requestAnimationFrame(on);
  return undefined;
}

step.addEventListener("input", () => { begin(); paintSum(); });
$("sum-play").addEventListener("click", play);
$("sum-back").addEventListener("click", () => { stop(); go(Number(step.value) - 1); });
$("sum-next").addEventListener("click", () => { stop(); go(Number(step.value) + 1); });
$("sum-costly").addEventListener("click", () => {
  stop();
  const from = Number(step.value);
  const next = costs.findIndex((v, i) => i >= from && v > 1);
  go(next < 0 ? D : next + 1);
});

// --- screen 4: eight probabilities ---------------------------------------------------------------

const DEGREES = [[1, 2, 3], [1, 1, 2, 2]];
const SUBSCRIPTS = "\u2081\u2082\u2083\u2084";
const proof = { seed: 3, on: null, at: null, near: null };
const columns = [[70, 180, 290], [45, 135, 225, 315], [70, 180, 290]];
const heights = [168, 102, 36];
// every connection that could be: {l: layer, i: from, j: to}
const EDGES = [0, 1].flatMap((l) => columns[l].flatMap((_, i) => columns[l + 1].map((__, j) => ({ l, i, j }))));
const unitName = (l, k) => (l === 1 ? `hidden unit ${k + 1}` : l ? `output ${k + 1}` : `x${SUBSCRIPTS[k]}`);
const edgeName = ({ l, i, j }) => `${unitName(l, i)} to ${unitName(l + 1, j)}`;

function undo() {
  proof.on = makeMasks(DEGREES).map((mask) => mask.map((row) => Array.from(row)));
  paintProof();
}

/** The eight probabilities of the network as it is connected now, and what leaks in it. */
function prove() {
  const random = new Generator(proof.seed);
  const weights = proof.on.map((mask) => mask.map((row) => row.map((on) => {
    const w = 2 * random.normal();
    return on ? w : 0;
  })));
  const biases = [4, 3].map((n) => Array.from({ length: n }, () => random.normal()));
  const network = new Network({ degrees: DEGREES, kernels: weights, biases, activation: "tanh" });
  const every = [...allBinary(3)];
  const { leaks } = faults(countPaths(proof.on), DEGREES[0]);
  return { every, p: every.map((x) => Math.exp(network.logProb(x))), leaks };
}

function paintProof() {
  const { every, p, leaks } = prove();
  const total = sum(p);
  const leaky = ({ l, i, j }) => proof.on[l][i][j] && leaks.some(([from, to]) => (
    l ? to === j && proof.on[0][from][i] : from === i && proof.on[1][j][to]));
  const net = $("proof-net");
  net.replaceChildren(...EDGES.map((edge, n) => {
    const { l, i, j } = edge;
    const on = proof.on[l][i][j];
    const names = ["edge", on && "on", leaky(edge) && "leak", n === proof.at && "at", n === proof.near && "near"];
    return svg("line", {
      class: names.filter(Boolean).join(" "), x1: columns[l][i], y1: heights[l], x2: columns[l + 1][j], y2: heights[l + 1],
    });
  }).sort((a, b) => a.classList.length - b.classList.length));
  const ranks = [DEGREES[0], DEGREES[1], DEGREES[0]];
  ranks.forEach((layer, l) => layer.forEach((rank, k) => {
    const bad = l === 2 && leaks.some(([, to]) => to === k);
    const [x, y] = [columns[l][k], heights[l]];
    net.append(svg("g", bad ? { class: "leak" } : {}, svg("circle", { cx: x, cy: y, r: 14 }),
      svg("text", { x, y: y + 5, "text-anchor": "middle" }, String(rank)),
      ...(l === 1 ? [] : [svg("text", { x, y: l ? y - 21 : y + 31, "text-anchor": "middle" },
        l ? `p(x${SUBSCRIPTS[k]})` : `x${SUBSCRIPTS[k]}`)])));
  }));
  paintMasks(leaky);
  const most = Math.max(...p);
  $("proof-bars").replaceChildren(...every.flatMap((x, k) => {
    const tall = p[k] / most * 62, at = 6 + 44.5 * k;
    return [
      svg("rect", { x: at, y: 82 - tall, width: 36, height: tall, rx: 2, fill: `var(--${leaks.length ? "vermilion" : "blue"})` }),
      svg("text", { x: at + 18, y: 77 - tall, "text-anchor": "middle" }, p[k].toFixed(3).slice(1)),
      svg("text", { x: at + 18, y: 99, "text-anchor": "middle" }, x.join("")),
    ];
  }));
  const good = Math.abs(total - 1) < 1e-9;
  $("proof-sum").dataset.good = good;
  $("proof-sum").dataset.total = total;
  const [from, to] = leaks[0] ?? [];
  say("proof-sum", `${good ? "\u2713" : "\u2717"} Sum of the eight: ${total.toFixed(6)}`
    + (good ? "" : `: output ${to + 1} hears x${SUBSCRIPTS[from]}`));
  const chosen = proof.at ?? proof.near;
  say("proof-edge", chosen === null ? "Click a line or a square; keys: arrows, space."
    : `${edgeName(EDGES[chosen])}: ${proof.on[EDGES[chosen].l][EDGES[chosen].i][EDGES[chosen].j] ? "connected" : "cut"}`);
}

function paintMasks(leaky) {
  const titles = ["inputs \u2192 hidden", "hidden \u2192 outputs"];
  $("proof-masks").replaceChildren(...titles.map((title, l) => {
    const mask = proof.on[l];
    const grid = svg("svg", { viewBox: `0 0 ${mask[0].length * 24} ${mask.length * 24}`, role: "img", "aria-label": `Mask, ${title}` });
    EDGES.forEach((edge, n) => {
      if (edge.l !== l) return;
      const { i, j } = edge;
      const square = svg("rect", {
        x: 24 * j + 1, y: 24 * i + 1, width: 22, height: 22, rx: 2, style: "cursor: pointer",
        fill: !mask[i][j] ? "#23313d" : leaky(edge) ? "var(--vermilion)" : "#bcdcf2",
        stroke: n === proof.at ? "var(--ink)" : "none", "stroke-width": 3,
      });
      square.addEventListener("click", () => toggle(n));
      grid.append(square);
    });
    return html("div", { class: "front-mask" }, grid, html("span", {}, title));
  }));
}

function toggle(n) {
  const { l, i, j } = EDGES[n];
  proof.on[l][i][j] = Number(!proof.on[l][i][j]);
  paintProof();
}

/** The connection nearest to a pointer, away from the units where all of them meet. */
function nearest(event) {
  const box = $("proof-net").getBoundingClientRect();
  const [x, y] = [(event.clientX - box.left) / box.width * 360, (event.clientY - box.top) / box.height * 208];
  const far = EDGES.map(({ l, i, j }) => {
    const [x1, y1, x2, y2] = [columns[l][i], heights[l], columns[l + 1][j], heights[l + 1]];
    const t = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / ((x2 - x1) ** 2 + (y2 - y1) ** 2);
    const within = Math.min(Math.max(t, 0.22), 0.78);
    return Math.hypot(x - x1 - within * (x2 - x1), y - y1 - within * (y2 - y1));
  });
  const least = Math.min(...far);
  return least < 16 ? far.indexOf(least) : null;
}

const net = $("proof-net");
net.addEventListener("pointermove", (event) => {
  const near = event.pointerType === "mouse" ? nearest(event) : null;
  if (near !== proof.near) { proof.near = near; paintProof(); }
});
net.addEventListener("pointerleave", () => { proof.near = null; paintProof(); });
net.addEventListener("click", (event) => {
  const near = nearest(event);
  if (near !== null) { proof.at = null; toggle(near); }
});
net.addEventListener("blur", () => { proof.at = null; paintProof(); });
net.addEventListener("focus", () => {
  if (net.matches(":focus-visible")) { proof.at ??= 0; paintProof(); }
});
net.addEventListener("keydown", (event) => {
  const half = EDGES.length / 2, n = EDGES.length, at = proof.at ?? 0;
  const moves = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowUp: at + half, ArrowDown: at - half };
  if (event.key in moves) proof.at = (moves[event.key] + n) % n;
  else if (event.key === " " || event.key === "Enter") { proof.at = at; toggle(at); }
  else return;
  event.preventDefault();
  paintProof();
});
$("proof-weights").addEventListener("click", () => { proof.seed += 1; paintProof(); });
$("proof-undo").addEventListener("click", undo);

// --- screen 5: the same coins --------------------------------------------------------------------

const toss = { at: 0, flip: false, uniforms: null, here: null };

const tossAgain = oneAtATime(async () => {
  if (!units.large || !stored.tosses.length) return;
  const { seed, pixels } = stored.tosses[toss.at];
  const uniforms = await ask("coins", { seed, n: D });
  const other = pixels.indexOf(1);
  if (toss.flip) uniforms[other] = 1 - uniforms[other];
  const here = await ask("toss", { name: "large", uniforms });
  Object.assign(toss, { uniforms, here });
  paintCoins();
});

function paintCoins() {
  const colors = palette();
  const { seed, pixels } = stored.tosses[toss.at] ?? {};
  if (!pixels) return;
  paintSmall($("coins-python"), (i) => (pixels[i] ? colors.ink : colors.paper));
  if (!toss.here) return;
  const differ = [...toss.here.keys()].filter((i) => toss.here[i] !== pixels[i]).length;
  paintSmall($("coins-tosses"), (i) => mix(colors.paper, colors.ink, toss.uniforms[i]));
  paintSmall($("coins-here"), (i) => {
    if (toss.here[i] !== pixels[i]) return colors.vermilion;
    return toss.here[i] ? colors.ink : colors.paper;
  });
  $("coins-tosses").setAttribute("aria-label", `${D} numbers between 0 and 1, as greys`);
  $("coins-python").setAttribute("aria-label", `Python's digit: ${sum(pixels)} pixels of ink`);
  $("coins-here").setAttribute("aria-label", `This browser's digit: ${sum(toss.here)} pixels of ink`);
  $("coins-verdict").dataset.good = differ === 0;
  $("coins-verdict").dataset.differ = differ;
  say("coins-verdict", differ ? `\u2717 ${differ} of ${D} pixels differ` : `\u2713 ${D} of ${D} pixels agree`);
  const first = [...toss.uniforms.slice(0, 3)].map((u) => u.toFixed(6)).join(", ");
  say("coins-note", `default_rng(${seed}).random(${D}) begins ${first}. A pixel is ink where its toss lies below the network's p.`);
}

$("coins-again").addEventListener("click", () => {
  toss.at = (toss.at + 1) % stored.tosses.length;
  begin();
  tossAgain();
});
$("coins-flip").addEventListener("click", () => {
  toss.flip = !toss.flip;
  $("coins-flip").setAttribute("aria-pressed", String(toss.flip));
  begin();
  tossAgain();
});

// --- beginning -----------------------------------------------------------------------------------

const MODEL_BYTES = 2 ** 24;
let wanted = false;

/** Fetch a network and hand it to the worker. */
async function load(name, file) {
  const bytes = await fetchBytes(new URL(`./explorers/${file}`, import.meta.url).href, MODEL_BYTES);
  units[name] = (await ask("load", { name, bytes })).units;
}

/** Fetch the large network, once: the reader has begun. */
async function begin() {
  if (wanted || !model) return;
  wanted = true;
  try {
    say("coins-verdict", "The large network is on its way \u2026");
    await load("large", "made_raster.npz");
    model = "large";
    front.dataset.model = model;
    finish();
    if (ownEdits) score();
    tossAgain();
  } catch (error) {
    say("draw-status", error.message);
    say("coins-verdict", error.message);
  }
}

async function open() {
  repaints.push(paintBegun, paintTiles, paintCosts, paintSum, paintProof, paintCoins);
  paintBegun();
  paintTiles();
  undo();
  try {
    const loading = load("small", "made_small.npz");
    const { examples, tosses } = await (await fetch(new URL("./front.json", import.meta.url))).json();
    stored = {
      examples: examples.map(fromHex),
      tosses: tosses.map(({ seed, pixels }) => ({ seed, pixels: fromHex(pixels) })),
    };
    paintCoins();
    await loading;
    model = "small";
    front.dataset.model = model;
    example();
  } catch (error) {
    say("draw-status", error.message);
    $("draw-tiles").setAttribute("aria-busy", "false");
    return;
  }
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, begin, { once: true, passive: true });
  new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting)) begin(); }).observe($("bits-pad"));
}

// The theme may change while the page is open.
const repaint = () => repaints.forEach((one) => one());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
new MutationObserver(repaint).observe(document.body, { attributes: true, attributeFilter: ["data-theme"] });

open();
