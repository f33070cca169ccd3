// Lesson 2's plane of codes: two numbers in, a picture of ink probabilities out.

import { Archive } from "./archive.js";
import { sigmoid } from "./likelihood.js";

const MOST_UNITS = 4096;

/** The decoder of data/plane.npz: dense layers, relu between them. Refuses any other file. */
export async function loadPlane(bytes) {
  try {
    return await unpackPlane(new Archive(bytes));
  } catch (error) {
    throw new Error(`The file must be one written by tools/plane.py: ${error.message}`);
  }
}
