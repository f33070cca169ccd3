// What the explorers share: making elements, and reading bytes in whatever form they come.

const SVG = "http://www.w3.org/2000/svg";

function element(node, attributes, children) {
  node.setAttribute("data-lm-suppress-shortcuts", "true"); // keys here are not JupyterLab's
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/** An element of HTML. */
export function html(tag, attributes = {}, ...children) {
  return element(document.createElement(tag), attributes, children);
}

/** An element of a drawing. */
export function svg(tag, attributes = {}, ...children) {
  return element(document.createElementNS(SVG, tag), attributes, children);
}

/** Bytes as a Uint8Array: from a kernel (DataView), from a page (base64), or as they are. */
export function bytes(value) {
  if (!value) return new Uint8Array(0);
  if (typeof value === "string") return Uint8Array.from(atob(value), (c) => c.charCodeAt(0));
  return value instanceof Uint8Array
    ? value : new Uint8Array(value.buffer ?? value, value.byteOffset ?? 0, value.byteLength);
}
