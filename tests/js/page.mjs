// A page without a browser: enough of a DOM, a canvas that keeps its pixels, and a widget's model.
// Reads {source, model, steps} from standard input, plays the steps, prints what was painted after
// each of them. See tests/test_figures_javascript.py.

import { readFileSync } from "node:fs";

class Style {
  constructor() { this.display = ""; }
}

class Context {
  constructor(canvas) {
    this.canvas = canvas;
    this.dash = [];
    this.calls = [];
  }
  note(name, ...rest) {
    this.calls.push([name, ...rest]);
  }
  fillRect(x, y, w, h) { this.note("fill", this.fillStyle, x, y, w, h); }
  strokeRect(x, y, w, h) { this.note("stroke", this.strokeStyle, x, y, w, h, [...this.dash]); }
  setLineDash(dash) { this.dash = dash; }
  beginPath() { this.path = []; }
  moveTo(x, y) { this.path.push([x, y]); }
  lineTo(x, y) { this.path.push([x, y]); }
  stroke() { this.note("line", this.strokeStyle, this.path); }
  putImageData(picture, x, y) { this.note("image", [...picture.data], x, y); }
}

class Node {
  constructor(tag) {
    this.tag = tag;
    this.attributes = {};
    this.children = [];
    this.listeners = {};
    this.style = new Style();
    this.dataset = {};
    this.text = "";
    this.value = "";
    this.clientWidth = 600;
    this.captured = new Set();
  }
  setAttribute(name, value) {
    this.attributes[name] = String(value);
    if (name === "value" && !this.value) this.value = String(value);
  }
  getAttribute(name) { return this.attributes[name] ?? null; }
  append(...nodes) {
    for (const node of nodes) {
      if (node instanceof Node) node.parent = this;
      this.children.push(node);
    }
  }
  replaceChildren(...nodes) { this.children = []; this.append(...nodes); }
  get textContent() {
    return this.text + this.children.map((c) => (c instanceof Node ? c.textContent : String(c))).join("");
  }
  set textContent(value) { this.children = []; this.text = String(value); }
  get width() { return Number(this.attributes.width); }
  get height() { return Number(this.attributes.height); }
  contains(node) {
    for (let one = node; one; one = one.parent) if (one === this) return true;
    return false;
  }
  closest(selector) {
    for (let one = this; one; one = one.parent) {
      if (`.${one.attributes.class}` === selector) return one;
    }
    return null;
  }
  all() { return [this, ...this.children.flatMap((c) => (c instanceof Node ? c.all() : []))]; }
  focus() {
    if (document.activeElement === this) return;
    document.activeElement?.fire("blur", {});
    document.activeElement = this;
  }
  addEventListener(name, act) { (this.listeners[name] ??= []).push(act); }
  fire(name, event) {
    const whole = { target: this, button: 0, pointerId: 1, preventDefault() {}, stopPropagation() {}, ...event };
    for (let one = this; one; one = one.parent) for (const act of one.listeners[name] ?? []) act(whole);
  }
  getContext() { return (this.context ??= new Context(this)); }
  getBoundingClientRect() { return this.box ?? { left: 0, top: 0, width: this.width, height: this.height }; }
  setPointerCapture(id) { this.captured.add(id); }
  hasPointerCapture(id) { return this.captured.has(id); }
}

globalThis.document = {
  activeElement: null,
  createElement: (tag) => new Node(tag),
  createElementNS: (space, tag) => new Node(tag),
};
globalThis.ImageData = class {
  constructor(width, height) { this.data = new Uint8ClampedArray(4 * width * height); }
};
globalThis.ResizeObserver = class {
  observe() {}
  disconnect() {}
};

class Model {
  constructor(values) {
    this.values = values;
    this.listeners = {};
    this.sent = [];
    this.unsent = {};
  }
  get(name) { return this.values[name]; }
  set(name, value) { // what is equal to what was there is no change, as in a notebook
    if (JSON.stringify(this.values[name]) === JSON.stringify(value)) return;
    this.unsent[name] = value;
    this.change(name, value);
  }
  change(name, value) {
    this.values[name] = value;
    for (const act of this.listeners[`change:${name}`] ?? []) act();
  }
  save_changes() {
    if (Object.keys(this.unsent).length) this.sent.push(this.unsent);
    this.unsent = {};
  }
  on(name, act) { (this.listeners[name] ??= []).push(act); }
  off(name, act) { this.listeners[name] = (this.listeners[name] ?? []).filter((one) => one !== act); }
}

const revive = (key, value) => (value?.bytes ? new DataView(new Uint8Array(value.bytes).buffer) : value);
const dull = (key, value) => (value instanceof DataView ? { bytes: [...new Uint8Array(value.buffer)] } : value);

const { source, model: values, steps } = JSON.parse(readFileSync(0, "utf-8"), revive);
const module = await import(`data:text/javascript;base64,${Buffer.from(source).toString("base64")}`);
const model = new Model(values);
const page = new Node("body");
const stop = module.default.render({ model, el: page });

function find({ tag, text, label, unit, cls, type }) {
  const found = page.all().filter((node) => (tag === undefined || node.tag === tag)
    && (text === undefined || node.textContent === text)
    && (label === undefined || (node.attributes["aria-label"] ?? "").startsWith(label))
    && (unit === undefined || node.attributes["data-unit"] === unit)
    && (type === undefined || node.attributes.type === type)
    && (cls === undefined || node.attributes.class === cls));
  if (!found.length) throw new Error(`nothing is ${JSON.stringify({ tag, text, label, unit, cls, type })}`);
  return found[0];
}

function painted() {
  const nodes = page.all().map((node) => ({
    tag: node.tag,
    ...node.attributes,
    text: node.textContent,
    value: node.value,
    hidden: node.style.display === "none",
    checked: node.checked,
    focused: node === document.activeElement,
    calls: node.context?.calls.splice(0),
  })).filter((node) => node.tag !== "style");
  return { nodes, sent: model.sent.splice(0) };
}

/** Wait until nothing says that it is busy. */
async function settled() {
  do await new Promise((done) => setTimeout(done, 2));
  while (page.all().some((node) => node.attributes["aria-busy"] === "true"));
}

await settled();
const shown = [painted()];
for (const { on, event, with: given = {}, set = {}, change, stop: ended, hurry } of steps) {
  if (ended) stop();
  else if (change) for (const [name, value] of Object.entries(change)) model.change(name, value);
  else {
    const node = find(on);
    Object.assign(node, set);
    if (event) node.fire(event, given);
    else node.focus();
  }
  if (hurry) continue; // the next step follows at once
  await settled();
  shown.push(painted());
}
const style = page.all().find((node) => node.tag === "style").textContent;
process.stdout.write(JSON.stringify({ shown, style }, dull));
