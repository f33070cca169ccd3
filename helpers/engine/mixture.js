// Mixtures of Gaussians, as helpers/outputs.py has them, and lesson 8's slices through a density of
// two real numbers. Their file is data/ring.npz, which tools/ring.py writes.

import { Archive } from "./archive.js";
import { readNumbers } from "./dense.js";
import { logSumExp } from "./likelihood.js";

const NARROWEST = 7; // |log σ| of a standardized value is at most this
const MOST = 2 ** 10; // places along an axis
const MOST_PARAMS = 3 * 2 ** 8;

/**
 * The weighted densities at x of a mixture's k Gaussians; the density is their sum.
 *
 * params: k logits, k means and k log σ, which speak of (x − mean) / std.
 */
export function weighted(params, { mean, std }, x) {
  const k = params.length / 3, of = logSumExp(params.subarray(0, k));
  return Float64Array.from({ length: k }, (_, j) => {
    const log = Math.min(Math.max(params[2 * k + j], -NARROWEST), NARROWEST);
    const z = ((x - mean) / std - params[k + j]) * Math.exp(-log);
    return Math.exp(params[j] - of - log - 0.5 * z * z) / (Math.sqrt(2 * Math.PI) * std);
  });
}

/**
 * {x1, values, params, first, columns, family, truth}: `params[i]` is the mixture of x₂ given
 * x1[i], and `columns[j]` the one given values[j], where x₁ has the density first[j]; `truth[i]` is
 * the true density of x₂ given x1[i] at all values, or truth is null.
 */
export async function loadSlices(bytes) {
  try {
    return await unpack(new Archive(bytes));
  } catch (error) {
    throw new Error(`The file must be one written by tools/ring.py: ${error.message}`);
  }
}

async function unpack(archive) {
  const read = async (name, shape) => {
    const most = shape.reduce((n, size) => n * (size || MOST), 8);
    return (await readNumbers(archive, name, most, shape)).values;
  };
  const x1 = await read("x1", [0]), values = await read("values", [0]);
  const held = await readNumbers(archive, "params", 8 * MOST * MOST_PARAMS, [x1.length, 0]);
  const wide = held.shape[1];
  if (!wide || wide % 3) throw new Error(`params must have 3k columns, got ${wide}`);
  const rows = (flat, n) => Array.from({ length: flat.length / n }, (_, i) => (
    flat.subarray(i * n, (i + 1) * n)));
  const [mean, std] = await read("family", [2]);
  if (!(std > 0)) throw new Error(`family must have a standard deviation above 0, got ${std}`);
  const truth = archive.names.includes("truth")
    ? rows(await read("truth", [x1.length, values.length]), values.length) : null;
  return {
    x1, values, truth, family: { mean, std }, params: rows(held.values, wide),
    columns: rows(await read("columns", [values.length, wide]), wide),
    first: await read("first", [values.length]),
  };
}
