// Lesson 2's plane of codes: two numbers in, a picture of ink probabilities out. Its file is
// data/plane.npz, which tools/plane.py writes.

import { Archive } from "./archive.js";
import { readDense, readNumbers } from "./dense.js";

const MOST_CODES = 2 ** 16;

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
  const decode = await readDense(archive, 2);
  const flat = await readNumbers(archive, "codes", 16 * MOST_CODES, [0, 2]);
  const count = flat.shape[0];
  const labels = (await readNumbers(archive, "labels", 8 * MOST_CODES, [count])).values;
  const codes = Array.from({ length: count }, (_, k) => [flat.values[2 * k], flat.values[2 * k + 1]]);
  const edges = [0, 1].map((axis) => codes.map((code) => code[axis]).sort((a, b) => a - b));
  return {
    decode, codes, labels,
    low: edges.map((sorted) => Math.floor(quantile(sorted, 0.01))),
    high: edges.map((sorted) => Math.ceil(quantile(sorted, 0.99))),
  };
}

/** The middle of each axis, where an explorer begins. */
export const middle = (codes) => [0, 1].map((axis) => (
  quantile(codes.map((code) => code[axis]).sort((a, b) => a - b), 0.5)));

/** As NumPy's: between two neighbours, in proportion. */
function quantile(sorted, q) {
  const place = q * (sorted.length - 1), below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
