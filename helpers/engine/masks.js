// Orderings, degrees and masks, as in helpers/masks.py: all of MADE that is not a neural network.
//
// A matrix is an array of rows, (in, out), the shape of a Keras kernel; a row is any array of
// numbers. Ranks and degrees count from 1, indices from 0.

/** A matrix of zeros: rows of one typed array. */
export function zeros(rows, columns, Type = Float64Array) {
  const all = new Type(rows * columns);
  return Array.from({ length: rows }, (_, i) => all.subarray(i * columns, (i + 1) * columns));
}

/** Who is at least as high as the layer before, plus `more`. */
function compare(before, after, more) {
  const degrees = Int32Array.from(after);
  const mask = zeros(before.length, after.length, Uint8Array);
  mask.forEach((row, i) => {
    const least = before[i] + more;
    for (let j = 0; j < row.length; j += 1) row[j] = degrees[j] >= least ? 1 : 0;
  });
  return mask;
}

/** M^W: hidden units see units of their degree or lower. */
export const hiddenMask = (before, after) => compare(before, after, 0);

/** M^V: an output sees units of a strictly lower degree. */
export const outputMask = (before, after) => compare(before, after, 1);

/** M^A: an output sees the inputs of strictly lower rank, directly. */
export const directMask = (ranks) => outputMask(ranks, ranks);

/** The masks of all layers, from the degrees [inputs, hidden layer 1, …, hidden layer L]. */
export function makeMasks(degrees) {
  const masks = degrees.slice(1).map((after, i) => hiddenMask(degrees[i], after));
  return [...masks, outputMask(degrees[degrees.length - 1], degrees[0])];
}

/**
 * How many paths lead from each input (row) to each output (column), in float64.
 *
 * A zero is a proof, for all weights: that output cannot depend on that input. Whatever is not zero
 * counts as a connection, so kernels may stand in for masks. A count may be rounded, but never to 0.
 */
export function countPaths(masks, direct = null) {
  let paths = masks[0].map((row) => Float64Array.from(row, (w) => Number(w !== 0)));
  for (const mask of masks.slice(1)) {
    const next = zeros(paths.length, mask[0].length);
    const targets = mask.map((row) => Int32Array.from([...row.keys()].filter((j) => row[j] !== 0)));
    paths.forEach((row, i) => {
      const counts = next[i];
      for (let k = 0; k < row.length; k += 1) {
        const n = row[k], ends = targets[k];
        if (n) for (let e = 0; e < ends.length; e += 1) counts[ends[e]] += n;
      }
    });
    paths = next;
  }
  if (direct) direct.forEach((row, i) => row.forEach((w, j) => { paths[i][j] += Number(w !== 0); }));
  return paths;
}

/** For each output, the inputs that some path joins to it. */
export function visible(paths) {
  return [...paths[0].keys()].map((j) => [...paths.keys()].filter((i) => paths[i][j] !== 0));
}

/** Pairs [input, output] that are joined and must not be, and that may be joined and are not. */
export function faults(paths, ranks) {
  const leaks = [], missing = [];
  paths.forEach((row, i) => row.forEach((n, j) => {
    const allowed = ranks[j] > ranks[i];
    if (n !== 0 && !allowed) leaks.push([i, j]);
    if (n === 0 && allowed) missing.push([i, j]);
  }));
  return { leaks, missing };
}

/** The visiting order of some ranks: order[r] is the input of the r-th lowest rank. */
export function orderOf(ranks) {
  return Array.from(ranks, (_, i) => i).sort((a, b) => ranks[a] - ranks[b] || a - b);
}

/** The rank of each input, 1 … D, in a visiting order. */
export function ranksOf(order) {
  const ranks = new Array(order.length);
  order.forEach((input, r) => { ranks[input] = r + 1; });
  return ranks;
}

/** An ordering in which the known inputs come first, as `masks.known_first` draws it. */
export function knownFirst(known, random) {
  const parts = [[], []];
  Array.from(known, (yes, i) => parts[yes ? 0 : 1].push(i));
  return parts.flatMap((part) => random.permutation(part.length).map((k) => part[k]));
}

/**
 * Degrees of all layers, inputs first, drawn as `masks.make_degrees` of Python draws them.
 *
 * `ordering` is "natural", "reversed", "random" or the order itself; `how` is "random" or "even";
 * `random` is a Generator (random.js).
 */
export function makeDegrees(nInputs, hiddenUnits, ordering, how, random) {
  let order = ordering;
  if (ordering === "natural") order = natural(nInputs);
  else if (ordering === "reversed") order = natural(nInputs).reverse();
  else if (ordering === "random") order = random.permutation(nInputs);
  if (!isOrder(order, nInputs)) throw new Error(`ordering must name each of 0 … ${nInputs - 1} once.`);
  const degrees = [ranksOf(order)];
  for (const units of hiddenUnits) {
    const lowest = Math.min(...degrees[degrees.length - 1]);
    degrees.push(how === "even"
      ? Array.from({ length: units }, (_, k) => lowest + Math.floor(k * (nInputs - lowest) / units))
      : random.integers(lowest, nInputs, units));
  }
  return degrees;
}

/** Is this a permutation of 0 … n − 1? */
export function isOrder(order, n) {
  return Array.isArray(order) && order.length === n
    && natural(n).every((i) => order.includes(i));
}

function natural(n) {
  return Array.from({ length: n }, (_, i) => i);
}
