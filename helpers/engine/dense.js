// Dense layers in 8 bits a weight, as tools/plane.py writes them (`dense`): ReLU between them, and
// a sigmoid at the end, for the probabilities of ink.

import { sigmoid } from "./likelihood.js";

const MOST_UNITS = 2 ** 12;

/** An array of finite numbers of a shape; 0 stands for any length. */
export async function readNumbers(archive, name, mostBytes, shape) {
  const array = await archive.read(name, mostBytes);
  if (array.shape.length !== shape.length || shape.some((n, i) => n && n !== array.shape[i])) {
    throw new Error(`${name} must have shape (${shape.map((n) => n || "any")}), got (${array.shape})`);
  }
  if (array.kind === "U" || !array.values.every(Number.isFinite)) {
    throw new Error(`${name} must be finite numbers`);
  }
  return array;
}

/** x -> probabilities: the layers `kernel_0<suffix>`, `kernel_1<suffix>`, … of an archive. */
export async function readDense(archive, width, suffix = "") {
  const layers = [];
  let wide = width;
  for (let i = 0; archive.names.includes(`kernel_${i}${suffix}`); i += 1) {
    const name = `kernel_${i}${suffix}`;
    const kernel = await readNumbers(archive, name, 8 * wide * MOST_UNITS, [wide, 0]);
    const [, units] = kernel.shape;
    const scales = await readNumbers(archive, `kernel_${i}_scale${suffix}`, 8 * units, [units]);
    const bias = (await readNumbers(archive, `bias_${i}${suffix}`, 8 * units, [units])).values;
    const rows = Array.from({ length: wide }, (_, k) => (
      Float32Array.from(scales.values, (s, j) => kernel.values[k * units + j] * s)));
    layers.push({ rows, bias });
    wide = units;
  }
  if (!layers.length) throw new Error(`kernel_0${suffix} is missing`);
  return (x) => {
    let h = Float64Array.from(x);
    layers.forEach(({ rows, bias }, i) => {
      const out = Float64Array.from(bias);
      rows.forEach((row, k) => {
        if (h[k] !== 0) for (let j = 0; j < row.length; j += 1) out[j] += h[k] * row[j];
      });
      h = out.map(i + 1 < layers.length ? (v) => Math.max(v, 0) : sigmoid);
    });
    return h;
  };
}
