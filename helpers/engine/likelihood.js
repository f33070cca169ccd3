// Probabilities and losses, in nats, as in helpers/likelihood.py. A loss is a sum over dimensions.

export const NATS_TO_BITS = 1 / Math.log(2);

/** 1 / (1 + exp(−z)): what turns a logit into the probability of ink. */
export const sigmoid = (z) => 0.5 * (1 + Math.tanh(0.5 * z));

/** log(1 + exp(z)), never infinite. */
export const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

/** log p of each value, given its logit: x·l − softplus(l). */
export function bernoulliLogProbs(x, logits) {
  return Float64Array.from(logits, (l, d) => x[d] * l - softplus(l));
}

/** −log p(x) under independent Bernoullis. */
export const bernoulliNll = (x, logits) => -sum(bernoulliLogProbs(x, logits));

/** −log p(x) under independent Gaussians; all three of one length. */
export function gaussianNll(x, mean, logStd) {
  const parts = Float64Array.from(x, (v, d) => {
    const z = (v - mean[d]) * Math.exp(-logStd[d]);
    return 0.5 * z * z + logStd[d] + 0.5 * Math.log(2 * Math.PI);
  });
  return sum(parts);
}

/** log Σ exp(values), without overflow or underflow. */
export function logSumExp(values) {
  const top = values.reduce((a, b) => Math.max(a, b), -Infinity);
  if (!Number.isFinite(top)) return top;
  return top + Math.log(sum(values.map((v) => Math.exp(v - top))));
}

/** Σ, in order. */
export function sum(values) {
  let total = 0;
  for (let i = 0; i < values.length; i += 1) total += values[i];
  return total;
}
