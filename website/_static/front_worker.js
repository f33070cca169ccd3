// Computes for the front page, off the page's own thread, with the engine. Each message is
// {id, ask, …}; the answer is {id, answer} or {id, error}.

import { loadNetwork } from "./engine/network.js";
import { Generator } from "./engine/random.js";
import { Sampler, complete, sample } from "./engine/sampling.js";

const models = {};

const answers = {
  async load({ name, bytes }) {
    const network = await loadNetwork(bytes);
    models[name] = new Sampler(network);
    return { units: network.degrees.slice(1).map((layer) => layer.length) };
  },
  complete({ name, pixels, given, n, seed }) {
    const begun = performance.now();
    const known = Array.from(pixels, (_, i) => i < given);
    const drawn = complete(models[name], pixels, known, n, { seed });
    return { drawn, milliseconds: performance.now() - begun };
  },
  costs({ name, pixels }) {
    return models[name].network.logProbs(pixels);
  },
  toss({ name, uniforms }) {
    return sample(models[name], 1, { uniforms: [uniforms] })[0];
  },
  coins({ seed, n }) {
    return new Generator(seed).uniforms(n);
  },
};

self.onmessage = async ({ data: { id, ask, ...given } }) => {
  try {
    self.postMessage({ id, answer: await answers[ask](given) });
  } catch (error) {
    self.postMessage({ id, error: error.message });
  }
};
