// A trained MADE as plain arrays, as in helpers/network.py and helpers/packed.py. Everything is
// computed in float64; a kernel that comes from a file keeps its own, shorter numbers.

import { Archive } from "./archive.js";
import { bernoulliLogProbs, sigmoid, softplus, sum } from "./likelihood.js";
import { countPaths, makeMasks, directMask, orderOf, zeros } from "./masks.js";

export const ACTIVATIONS = {
  relu: (z) => Math.max(z, 0),
  tanh: Math.tanh,
  sigmoid,
  softplus,
  elu: (z) => (z > 0 ? z : Math.expm1(z)),
  linear: (z) => z,
};

/**
 * One mask set of a MADE; the kernels are used as they are.
 *
 * degrees: [inputs, hidden layers]; kernels: L + 1 matrices (masks.js); biases: L + 1 arrays;
 * direct: a matrix or null; activation: a name of ACTIVATIONS.
 */
export class Network {
  constructor({ degrees, kernels, biases, direct = null, activation = "relu" }) {
    if (!Object.hasOwn(ACTIVATIONS, activation)) {
      throw new Error(`activation must be one of ${Object.keys(ACTIVATIONS)}, got ${activation}.`);
    }
    const widths = [...degrees.map((layer) => layer.length), degrees[0].length];
    if (kernels.length !== degrees.length || biases.length !== degrees.length) {
      throw new Error(`kernels and biases must be ${degrees.length} arrays each.`);
    }
    const fits = (matrix, rows, columns) => matrix.length === rows
      && matrix.every((row) => row.length === columns);
    kernels.forEach((kernel, i) => {
      if (!fits(kernel, widths[i], widths[i + 1])) {
        throw new Error(`kernels[${i}] must have shape (${widths[i]}, ${widths[i + 1]}).`);
      }
      if (biases[i].length !== widths[i + 1]) {
        throw new Error(`biases[${i}] must have shape (${widths[i + 1]}).`);
      }
    });
    if (direct && !fits(direct, widths[0], widths[0])) {
      throw new Error(`direct must have shape (${widths[0]}, ${widths[0]}).`);
    }
    Object.assign(this, { degrees, kernels, biases, direct, activation });
  }

  get nInputs() {
    return this.degrees[0].length;
  }

  /** The visiting order, the inverse of the ranks. */
  get ordering() {
    return orderOf(this.degrees[0]);
  }

  /** The logits of all conditionals, for one example of D numbers. */
  logits(x) {
    if (x.length !== this.nInputs) {
      throw new Error(`x must have ${this.nInputs} numbers, got ${x.length}.`);
    }
    const act = ACTIVATIONS[this.activation];
    let h = x;
    this.kernels.forEach((kernel, layer) => {
      const z = Float64Array.from(this.biases[layer]);
      addProduct(z, h, kernel);
      h = layer + 1 < this.kernels.length ? z.map(act) : z;
    });
    if (this.direct) addProduct(h, x, this.direct);
    return h;
  }

  /** log p of each pixel in nats, given the pixels before it; they add up to log p(x). */
  logProbs(x) {
    const wrong = Array.prototype.find.call(x, (v) => v !== 0 && v !== 1);
    if (wrong !== undefined) throw new Error(`x must hold only 0 and 1, got ${wrong}.`);
    return bernoulliLogProbs(x, this.logits(x));
  }

  /** log p(x) in nats. */
  logProb(x) {
    return sum(this.logProbs(x));
  }

  /** How many paths of weights that are not zero join input i to output j. */
  paths() {
    return countPaths(this.kernels, this.direct);
  }
}

function addProduct(z, h, kernel) {
  for (let i = 0; i < kernel.length; i += 1) {
    const value = h[i], row = kernel[i];
    if (value !== 0) for (let j = 0; j < row.length; j += 1) z[j] += value * row[j];
  }
}

/** All binary vectors of length D ≤ 20, in counting order. */
export function* allBinary(n) {
  if (!(n >= 1 && n <= 20)) throw new Error(`n_inputs must be in 1 … 20, got ${n}.`);
  for (let number = 0; number < 2 ** n; number += 1) {
    yield Array.from({ length: n }, (_, i) => (number >> (n - 1 - i)) & 1);
  }
}

/** Σ p(x) over all 2^D binary x: 1 for a density. */
export function totalProbability(network) {
  let total = 0;
  for (const x of allBinary(network.nInputs)) total += Math.exp(network.logProb(x));
  return total;
}

/**
 * The network with live weights and all biases drawn from N(0, 1), as `checks.randomize` of Python
 * draws them from a Generator (random.js) of the same seed.
 */
export function randomize(network, random) {
  const draw = (matrix) => matrix.map((row) => Float64Array.from(row, (w) => {
    const value = random.normal();
    return w === 0 ? 0 : value;
  }));
  const kernels = network.kernels.map(draw);
  const biases = network.biases.map((b) => Float64Array.from(b, () => random.normal()));
  return new Network({ ...network, kernels, biases, direct: network.direct && draw(network.direct) });
}

// --- the file that a model is kept in ----------------------------------------------------------

const MOST = 3e7; // weights and degrees of one model: 120 MB. Python reads up to 10^8.
const MOST_INPUTS = 2 ** 16 - 1;
const CONFIG_BYTES = 2 ** 22;

/** One mask set of a model that `made.save` wrote, from the file's bytes. Refuses any other. */
export async function loadNetwork(bytes, maskSet = 0) {
  const { weights, degrees } = await loadWeights(bytes, maskSet);
  return networkOf(weights, degrees);
}

/** All weights of a model's file, for `networkOf`, and the degrees of one mask set. */
export async function loadWeights(bytes, maskSet = 0) {
  try {
    const archive = new Archive(bytes);
    const text = (await archive.read("config", CONFIG_BYTES)).values;
    return await unpackWeights(archive, parseConfig(text), maskSet);
  } catch (error) {
    throw new Error(`The file must be one written by made.save: ${error.message}`);
  }
}

/**
 * The network of some degrees, from weights that are not masked yet.
 *
 * A `fresh` model was trained on 2x − 1, so that an input of 0 and one not seen differ; its network
 * computes the same on x.
 */
export function networkOf({ kernels, biases, direct, activation, fresh }, degrees) {
  const masked = (kernel, mask, scale) => kernel.map((row, i) => {
    const out = new row.constructor(row.length), kept = mask[i];
    for (let j = 0; j < row.length; j += 1) if (kept[j]) out[j] = scale * row[j];
    return out;
  });
  const scaleOf = (i) => (fresh && i === 0 ? 2 : 1);
  const own = makeMasks(degrees).map((mask, i) => masked(kernels[i], mask, scaleOf(i)));
  const straight = direct && masked(direct, directMask(degrees[0]), scaleOf(0));
  const shifted = biases.map((bias) => Float64Array.from(bias));
  if (fresh) {
    takeHalf(shifted[0], own[0]);
    if (straight) takeHalf(shifted[shifted.length - 1], straight);
  }
  return new Network({ degrees, kernels: own, biases: shifted, direct: straight, activation });
}

/** Subtract half the sum of each column: what inputs of −1 add, as the weights are doubled. */
function takeHalf(bias, kernel) {
  for (const row of kernel) for (let j = 0; j < row.length; j += 1) bias[j] -= row[j] / 2;
}

function parseConfig(text) {
  let config;
  try {
    config = JSON.parse(text);
  } catch {
    throw new Error("config must be JSON");
  }
  const wanted = ["activation", "direct", "hidden_units", "n_inputs", "n_masks"];
  if (config === null || typeof config !== "object" || !wanted.every((key) => key in config)) {
    throw new Error(`config must have ${wanted.join(", ")}, got ${String(text).slice(0, 80)}`);
  }
  const whole = (name, value, least, most) => {
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new Error(`${name} must be an integer in ${least} … ${most}, got ${JSON.stringify(value)}`);
    }
    return value;
  };
  const d = whole("n_inputs", config.n_inputs, 2, MOST_INPUTS);
  const given = [].concat(config.hidden_units);
  if (!given.length) throw new Error("hidden_units must name at least one hidden layer");
  const hidden = given.map((n) => whole("hidden_units", n, 1, MOST));
  const nMasks = whole("n_masks", config.n_masks, 1, MOST);
  if (!Object.hasOwn(ACTIVATIONS, config.activation)) {
    throw new Error(`activation must be one of ${Object.keys(ACTIVATIONS)}, got ${config.activation}`);
  }
  const fresh = config.fresh ?? false;
  for (const [name, value] of Object.entries({ direct: config.direct, fresh })) {
    if (typeof value !== "boolean") throw new Error(`${name} must be true or false, got ${value}`);
  }
  const units = [d, ...hidden];
  const weights = units.reduce((n, width, i) => n + width * (units[i + 1] ?? d), d * d);
  const n = weights + nMasks * sum(units);
  if (n > MOST) throw new Error(`a model must have at most ${MOST} weights and degrees, got ${n}`);
  return { units, nMasks, direct: config.direct, activation: config.activation, fresh };
}

async function unpackWeights(archive, { units, nMasks, direct, activation, fresh }, maskSet) {
  if (!Number.isInteger(maskSet) || maskSet < 0 || maskSet >= nMasks) {
    throw new Error(`mask_set must be in 0 … ${nMasks - 1}, got ${maskSet}`);
  }
  const d = units[0];
  const read = async (name, kinds, shape) => {
    const array = await archive.read(name, 8 * shape.reduce((a, b) => a * b, 1));
    if (!kinds.includes(array.kind) || String(array.shape) !== String(shape)) {
      throw new Error(`${name} must have shape (${shape}) and kind ${kinds.join(" or ")}, `
        + `got ${array.kind} of shape (${array.shape})`);
    }
    if (!array.values.every(Number.isFinite)) throw new Error(`${name} must be finite, got NaN or inf`);
    return array;
  };
  const every = []; // every[layer][mask set]
  for (const [i, n] of units.entries()) {
    const { values } = await read(`degrees_${i}`, ["u", "i"], [nMasks, n]);
    every.push(Array.from({ length: nMasks }, (_, k) => Array.from(values.slice(k * n, (k + 1) * n))));
  }
  if (every[0].some((ranks) => ranks.slice().sort((a, b) => a - b).some((r, i) => r !== i + 1))) {
    throw new Error(`degrees_0 must be the ranks 1 … ${d} in some order`);
  }
  if (every.slice(1).some((layer) => layer.some((set) => set.some((k) => k < 0 || k > d)))) {
    throw new Error(`hidden degrees must be in 0 … ${d}`);
  }
  const masksOf = (k) => {
    const degrees = every.map((layer) => layer[k]);
    return [...makeMasks(degrees), ...(direct ? [directMask(degrees[0])] : [])];
  };
  const live = masksOf(0); // what any mask set uses; of a fresh model, everything
  for (let k = 1; k < nMasks; k += 1) masksOf(k).forEach((mask, i) => include(live[i], mask));
  if (fresh) live.forEach((mask) => mask.forEach((row) => row.fill(1)));
  const kernels = [], biases = [];
  for (let i = 0; i < live.length; i += 1) {
    const name = i < units.length ? `kernel_${i}` : "direct";
    kernels.push(await unpackKernel(read, name, live[i]));
    if (i < units.length) {
      biases.push((await read(`bias_${i}`, ["f"], [units[i + 1] ?? d])).values);
    }
  }
  const straight = direct ? kernels.pop() : null;
  return {
    weights: { units, kernels, biases, direct: straight, activation, fresh },
    degrees: every.map((layer) => layer[maskSet]),
  };
}

function include(mask, other) {
  other.forEach((row, i) => row.forEach((on, j) => { if (on) mask[i][j] = 1; }));
}

/** A kernel, of which a file holds the weights that any mask set uses, `live`, flat. */
async function unpackKernel(read, name, live) {
  const columns = live[0].length;
  const { kind, values } = await read(name, ["f", "i"], [sum(live.map(sum))]);
  const scale = kind === "i" ? (await read(`${name}_scale`, ["f"], [columns])).values : null;
  const kernel = zeros(live.length, columns, Float32Array);
  let next = 0;
  kernel.forEach((row, i) => {
    for (let j = 0; j < columns; j += 1) {
      if (!live[i][j]) continue;
      row[j] = scale ? values[next] * scale[j] : values[next];
      next += 1;
    }
  });
  return kernel;
}
