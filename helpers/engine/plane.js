// Lesson 2's plane of codes: two numbers in, a picture of ink probabilities out. Its file is
// data/plane.npz, which tools/plane.py writes.

import { Archive } from "./archive.js";
import { sigmoid, sum } from "./likelihood.js";

const MOST_CODES = 2 ** 16;
const MOST_PLANE_UNITS = 2 ** 12;

/**
 * The decoder and the digits' codes: {decode(z), codes, labels, low, high}.
 *
 * decode: two numbers -> probabilities of ink. low and high: the corners of the plane that holds
 * 98 % of the codes along each axis.
 */
export async function loadPlane(bytes) {
  try {
    return await unpackPlane(new Archive(bytes));
  } catch (error) {
    throw new Error(`The file must be one written by tools/plane.py: ${error.message}`);
  }
}

async function unpackPlane(archive) {
  const numbers = async (name, most, shape) => {
    const array = await archive.read(name, most);
    if (array.shape.length !== shape.length || shape.some((n, i) => n && n !== array.shape[i])) {
      throw new Error(`${name} must have shape (${shape.map((n) => n || "any")}), got (${array.shape})`);
    }
    if (array.kind === "U" || !array.values.every(Number.isFinite)) {
      throw new Error(`${name} must be finite numbers`);
    }
    return array;
  };
  const layers = [];
  let width = 2;
  for (let i = 0; archive.names.includes(`kernel_${i}`); i += 1) {
    const kernel = await numbers(`kernel_${i}`, 8 * width * MOST_PLANE_UNITS, [width, 0]);
    const [, units] = kernel.shape;
    const scale = (await numbers(`kernel_${i}_scale`, 8 * units, [units])).values;
    const bias = (await numbers(`bias_${i}`, 8 * units, [units])).values;
    const rows = Array.from({ length: width }, (_, k) => (
      Float32Array.from(scale, (s, j) => kernel.values[k * units + j] * s)));
    layers.push({ rows, bias });
    width = units;
  }
  if (!layers.length) throw new Error("kernel_0 is missing");
  const flat = await numbers("codes", 16 * MOST_CODES, [0, 2]);
  const count = flat.shape[0];
  const labels = (await numbers("labels", 8 * MOST_CODES, [count])).values;
  const codes = Array.from({ length: count }, (_, k) => [flat.values[2 * k], flat.values[2 * k + 1]]);
  const decode = (z) => {
    let h = Array.from(z);
    layers.forEach(({ rows, bias }, i) => {
      const out = Float64Array.from(bias, (b, j) => b + sum(rows.map((row, k) => h[k] * row[j])));
      h = out.map(i + 1 < layers.length ? (v) => Math.max(v, 0) : sigmoid);
    });
    return h;
  };
  const edges = [0, 1].map((axis) => codes.map((code) => code[axis]).sort((a, b) => a - b));
  return {
    decode, codes, labels,
    low: edges.map((sorted) => Math.floor(quantile(sorted, 0.01))),
    high: edges.map((sorted) => Math.ceil(quantile(sorted, 0.99))),
  };
}

/** As NumPy's: between two neighbours, in proportion. */
function quantile(sorted, q) {
  const place = q * (sorted.length - 1), below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
