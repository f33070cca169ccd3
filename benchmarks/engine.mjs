// Times the engine in Node: node engine.mjs ENGINE_FOLDER MODEL_FILE REPETITIONS, answers as JSON.

import { readFileSync } from "node:fs";

const [folder, file, repetitions] = process.argv.slice(2);
const { loadNetwork } = await import(`file://${folder}/network.js`);
const { Sampler, complete, sample } = await import(`file://${folder}/sampling.js`);

const bytes = readFileSync(file);
const times = {};
async function time(name, work) {
  const begun = performance.now(), cpu = process.cpuUsage();
  const made = await work();
  const used = process.cpuUsage(cpu);
  (times[name] ??= []).push([performance.now() - begun, (used.user + used.system) / 1000]);
  return made;
}

let network, sampler;
for (let i = 0; i < 3; i += 1) {
  network = await time("read the file", () => loadNetwork(bytes));
  sampler = await time("lay it out", () => new Sampler(network));
}
const upper = Array.from({ length: network.nInputs }, (_, i) => i < network.nInputs / 2);
const image = sample(sampler, 1, { seed: 1 })[0];
for (let i = 0; i < Number(repetitions); i += 1) {
  await time("one draw", () => sample(sampler, 1, { seed: i }));
  await time("eight completions", () => complete(sampler, image, upper, 8, { seed: i }));
  await time("one log-probability", () => network.logProb(image));
}
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
const summary = Object.fromEntries(Object.entries(times).map(([name, pairs]) => [name, {
  milliseconds: Number(median(pairs.map(([wall]) => wall)).toFixed(1)),
  cpu_milliseconds: Number(median(pairs.map(([, cpu]) => cpu)).toFixed(1)),
}]));
process.stdout.write(JSON.stringify({ node: process.version, megabytes: Math.round(process.memoryUsage().rss / 1e6), ...summary }));
