// Two ways to spoil a digit, as in helpers/noise.py, and lesson 2's denoisers. Their file is
// data/denoisers.npz, which tools/denoisers.py writes.

import { Archive } from "./archive.js";
import { readDense, readNumbers } from "./dense.js";
import { Generator } from "./random.js";

export const NOISES = ["salt and pepper", "erased block"];
const ROW = 28;
const MOST_DIGITS = 2 ** 10;

/** Rows and columns of a centred block of side 28 · level: [start, stop]. */
export function block(level) {
  const exact = ROW * level, below = Math.floor(exact);
  const up = exact - below === 0.5 ? below % 2 : Math.round(exact - below); // halves go to even
  const start = Math.floor((ROW - below - up) / 2);
  return [start, start + below + up];
}

/** A noisy copy of one digit; more noise keeps the pixels that less has changed. */
export function addNoise(x, kind, level, seed = 0) {
  if (kind === "erased block") {
    const [start, stop] = block(level);
    const inside = (v) => v >= start && v < stop;
    return Array.from(x, (v, i) => (inside(Math.floor(i / ROW)) && inside(i % ROW) ? 0 : v));
  }
  const random = new Generator(seed);
  const turns = random.uniforms(x.length), coins = random.uniforms(x.length);
  return Array.from(x, (v, i) => (turns[i] < level ? Number(coins[i] < 0.5) : v));
}

/** {digits, names, rebuild}: binary digits, and one function a name, digit -> probabilities. */
export async function loadDenoisers(bytes) {
  try {
    const archive = new Archive(bytes);
    const names = JSON.parse((await archive.read("names", 2 ** 12)).values);
    if (!Array.isArray(names)) throw new Error("names must be a list");
    const packed = await readNumbers(archive, "digits", 8 * MOST_DIGITS * 98, [0, (ROW * ROW) / 8]);
    const digits = Array.from({ length: packed.shape[0] }, (_, k) => (
      Array.from({ length: ROW * ROW }, (_, i) => (packed.values[k * 98 + (i >> 3)] >> (7 - (i & 7))) & 1)));
    const rebuild = [];
    for (let i = 0; i < names.length; i += 1) rebuild.push(await readDense(archive, ROW * ROW, `_${i}`));
    return { digits, names, rebuild };
  } catch (error) {
    throw new Error(`The file must be one written by tools/denoisers.py: ${error.message}`);
  }
}
