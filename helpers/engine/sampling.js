// Exact draws at the cost of about one pass, as in helpers/sampling.py, in float64.
//
// A hidden unit of degree k depends on inputs of rank k or lower only, so it is final once those
// are drawn. Units are sorted by degree; whoever becomes final adds what it sends to all that lies
// behind it, and only to that: its live weights are the end of a row.

import { ACTIVATIONS } from "./network.js";
import { Generator } from "./random.js";

/** A network laid out for drawing. `sample` and `complete` lay it out themselves unless given one. */
export class Sampler {
  constructor(network) {
    const { degrees, kernels, biases, direct } = network;
    const d = network.nInputs;
    this.network = network;
    this.order = network.ordering;
    const ranks = this.order.map((i) => degrees[0][i]);
    // after how many draws a unit is final: the number of inputs whose rank is at most its degree
    const steps = degrees.map((layer) => Array.from(layer, (k) => countAtMost(ranks, k)));
    const sorted = steps.map((layer) => layer.map((_, i) => i).sort((a, b) => layer[a] - layer[b] || a - b));
    sorted[0] = this.order;
    sorted.forEach((units, l) => { sorted[l] = Int32Array.from(units); });
    this.steps = steps.map((layer, l) => sorted[l].map((i) => layer[i]));
    this.ends = this.steps.map((layer) => Array.from({ length: d + 1 }, (_, r) => countAtMost(layer, r)));
    const targets = [...sorted.slice(1), sorted[0]];
    // an output at place p hears from units final after p draws or earlier
    const begins = (l) => (step) => (l + 1 < steps.length ? countAtMost(this.steps[l + 1], step - 1) : step);
    this.rows = kernels.map((kernel, l) => suffixes(kernel, sorted[l], targets[l], this.steps[l], begins(l)));
    this.biases = biases.map((bias, l) => Float64Array.from(targets[l], (j) => bias[j]));
    this.direct = direct && suffixes(direct, sorted[0], sorted[0], this.steps[0], (step) => step);
  }

  /**
   * Draw n examples of D zeros and ones.
   *
   * uniforms: n arrays of D numbers in [0, 1), by pixel; the pixels that are `known` are those of x.
   */
  draw(uniforms, x, known, temperature = 1) {
    const d = this.order.length;
    let given = 0;
    while (given < d && known[this.order[given]]) given += 1;
    const first = [new State(this)];
    this.finish(first, 0); // units that see nothing are constants
    for (let p = 0; p < given; p += 1) this.settle(first, p, () => x[this.order[p]]);
    const states = uniforms.map((u) => new State(this, first[0], u));
    for (let p = given; p < d; p += 1) {
      const i = this.order[p];
      // u < sigmoid(z / T) is logit(u) T < z; all that the logit depends on is final
      this.settle(states, p, ({ coins, sums }) => (known[i] ? x[i]
        : Number((Math.log(coins[i]) - Math.log1p(-coins[i])) * temperature < sums[sums.length - 1][p])));
    }
    return states.map((state) => state.drawn);
  }

  /** Fix the pixel at place p of the order, then compute the hidden units that this makes final. */
  settle(states, p, choose) {
    for (const state of states) {
      const value = choose(state);
      state.drawn[this.order[p]] = value;
      if (!value) continue;
      send(1, this.rows[0][p], state.sums[0]);
      if (this.direct) send(1, this.direct[p], state.sums[state.sums.length - 1]);
    }
    this.finish(states, p + 1);
  }

  /** Compute the hidden units that are final after `step` draws, layer by layer. */
  finish(states, step) {
    const act = ACTIVATIONS[this.network.activation];
    for (let l = 1; l < this.rows.length; l += 1) {
      for (let k = step ? this.ends[l][step - 1] : 0; k < this.ends[l][step]; k += 1) {
        for (const { sums } of states) {
          const h = act(sums[l - 1][k]);
          if (h !== 0) send(h, this.rows[l][k], sums[l]);
        }
      }
    }
  }
}

/** One example under way: sums of what each unit has heard so far, by layer, and its pixels. */
class State {
  constructor(sampler, from = null, coins = null) {
    this.sums = (from?.sums ?? sampler.biases).map((z) => z.slice());
    this.drawn = from?.drawn.slice() ?? new Uint8Array(sampler.order.length);
    this.coins = coins;
  }
}

/** Add h times a row to the end of z that it reaches. */
function send(h, row, z) {
  const from = z.length - row.length;
  for (let j = 0; j < row.length; j += 1) z[from + j] += h * row[j];
}

/** Rows in the order `ins`, columns in the order `outs`, each row from where it begins to live. */
function suffixes(kernel, ins, outs, steps, begins) {
  return Array.from(ins, (i, k) => {
    const all = kernel[i], from = begins(steps[k]);
    for (let j = 0; j < from; j += 1) {
      if (all[outs[j]] !== 0) throw new Error("network must be masked as its degrees say.");
    }
    const row = new all.constructor(outs.length - from);
    for (let j = 0; j < row.length; j += 1) row[j] = all[outs[from + j]];
    return row;
  });
}

/** How many of some sorted numbers are at most `top`. */
function countAtMost(sorted, top) {
  let low = 0, high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= top) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Draw n examples. `uniforms`: n arrays of D, or those of `default_rng(seed).random((n, D))`. */
export function sample(network, n, options = {}) {
  const d = (network.network ?? network).nInputs;
  return complete(network, new Uint8Array(d), new Uint8Array(d), n, options);
}

/**
 * Draw the unknown pixels of x, D zeros and ones, n times, given the known ones.
 *
 * known: D truths. No unknown pixel may be visited before a known one.
 */
export function complete(network, x, known, n, { seed = 0, uniforms = null, temperature = 1 } = {}) {
  const sampler = network instanceof Sampler ? network : new Sampler(network);
  const { degrees: [ranks], nInputs: d } = sampler.network;
  if (x.length !== d || known.length !== d) throw new Error(`x and known must have ${d} pixels.`);
  const first = sampler.order.find((i) => !known[i]);
  const late = sampler.order.find((i) => known[i] && ranks[i] > ranks[first]);
  if (late !== undefined) {
    throw new Error("known must be the first pixels of the ordering, "
      + `got pixel ${late} (rank ${ranks[late]}) but not pixel ${first} (rank ${ranks[first]}).`);
  }
  const random = uniforms ? null : new Generator(seed);
  const coins = uniforms ?? Array.from({ length: n }, () => random.uniforms(d));
  if (coins.length !== n || coins.some((u) => u.length !== d)) {
    throw new Error(`uniforms must have shape (${n}, ${d}).`);
  }
  return sampler.draw(coins, x, known, temperature);
}
