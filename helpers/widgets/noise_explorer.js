// Lesson 2: choose a digit and a kind of noise, turn it up, see what each network makes of it.
//
// It is given `denoisers`, the bytes of data/denoisers.npz or its address, and `level`, `digit` and
// `kind`.

import { NOISES, addNoise, block, loadDenoisers } from "../engine/noise.js";
import { Picture, afterReading, choice, fixed, frame, slider } from "./parts.js";

const DENOISER_BYTES = 2 ** 24;
const HOLE = [213, 94, 0];

function start(model, el, { digits, names, rebuild }) {
  const pictures = ["clean", "noisy", ...names].map((name) => new Picture(name));
  for (const picture of pictures) picture.node.setAttribute("style", "--wide: 120px; --most: 160px");
  function move() {
    const kind = model.get("kind"), level = model.get("level");
    const clean = digits[model.get("digit")], noisy = addNoise(clean, kind, level);
    const shown = [clean, noisy, ...rebuild.map((one) => one(noisy))];
    pictures.forEach((picture, i) => picture.ink(shown[i]));
    const [from, to] = block(kind === "erased block" ? level : 0);
    if (to > from) { // a dotted frame just outside of what is erased
      const context = pictures[1].canvas.getContext("2d");
      context.fillStyle = `rgb(${HOLE})`;
      for (let i = from - 1; i <= to; i += 2) {
        for (const [x, y] of [[i, from - 1], [i, to], [from - 1, i], [to, i]]) {
          context.fillRect(x, y, 1, 1);
        }
      }
    }
  }
  frame(el, [
    slider(model, "level", {
      label: "noise", min: 0, max: 1, step: 0.05, show: (value) => fixed(value, 2),
    }, move),
    slider(model, "digit", {
      label: "digit", min: 0, max: digits.length - 1, step: 1, show: String,
    }, move),
    choice(model, "kind", "kind", NOISES, move),
  ], pictures.map((picture) => picture.node));
  move();
}

const render = ({ model, el }) => (
  afterReading(model, el, "denoisers", DENOISER_BYTES, loadDenoisers, start));

export default { render };
