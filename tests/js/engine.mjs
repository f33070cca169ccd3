// Asks the engine what tests/test_engine.py wants to know: reads [{ask, …}, …] from standard input
// and prints an answer to each, or {error}.

import { readFileSync } from "node:fs";

const { folder, asked } = JSON.parse(readFileSync(0, "utf-8"));
const load = (name) => import(`file://${folder}/${name}.js`);
const masks = await load("masks");
const likelihood = await load("likelihood");
const networks = await load("network");
const sampling = await load("sampling");
const { Generator } = await load("random");
const { Archive, fetchBytes } = await load("archive");
const { loadPlane } = await load("plane");
const { loadSlices, weighted } = await load("mixture");

const bits = (x) => [...x].join("");
const peak = () => process.memoryUsage().rss;

const answers = {
  random: ({ seed, n }) => {
    const random = new Generator(seed);
    return {
      uniforms: [...random.uniforms(n)],
      integers: random.integers(1, n + 1, n),
      permutation: random.permutation(n),
      one: random.integers(3, 4, 2),
      odd: random.integers(0, 7, 3),
      after: random.random(),
      normals: Array.from({ length: 400 * n }, () => random.normal()).slice(-n),
    };
  },
  degrees: ({ n, units, ordering, how, seed }) => masks.makeDegrees(n, units, ordering, how, new Generator(seed)),
  masks: ({ degrees, direct }) => {
    const made = masks.makeMasks(degrees);
    const short = direct ? masks.directMask(degrees[0]) : null;
    const paths = masks.countPaths(made, short);
    return {
      masks: made.map((mask) => mask.map(bits)),
      direct: short && short.map(bits),
      paths: paths.map((row) => [...row]),
      visible: masks.visible(paths),
      order: masks.orderOf(degrees[0]),
      ...masks.faults(paths, degrees[0]),
    };
  },
  likelihood: ({ x, logits, mean, logStd }) => ({
    bernoulli: likelihood.bernoulliNll(x, logits),
    parts: [...likelihood.bernoulliLogProbs(x, logits)],
    gaussian: likelihood.gaussianNll(logits, mean, logStd),
    logSumExp: likelihood.logSumExp(logits),
    sigmoid: logits.map(likelihood.sigmoid),
    softplus: logits.map(likelihood.softplus),
  }),
  network: async ({ file, set, x, uniforms, seed, known, temperature, total }) => {
    const network = await networks.loadNetwork(readFileSync(file), set);
    const sampler = new sampling.Sampler(network);
    const coins = uniforms.map((row) => Float64Array.from(row));
    return {
      logits: x.map((row) => [...network.logits(row)]),
      logProbs: x.map((row) => [...network.logProbs(row)]),
      logProb: x.map((row) => network.logProb(row)),
      paths: total ? network.paths().map((row) => [...row]) : null,
      drawn: sampling.sample(sampler, coins.length, { uniforms: coins, temperature }).map(bits),
      seeded: sampling.sample(network, 2, { seed }).map(bits),
      completed: sampling.complete(sampler, x[0], known, coins.length, { uniforms: coins }).map(bits),
      total: total ? networks.totalProbability(networks.randomize(network, new Generator(seed))) : null,
      own: total ? networks.totalProbability(network) : null,
    };
  },
  erased: async ({ file, x, known, seed, n }) => {
    const { weights } = await networks.loadWeights(readFileSync(file));
    const random = new Generator(seed), order = masks.knownFirst(known, random);
    const [d, ...units] = weights.units;
    const degrees = masks.makeDegrees(d, units, order, "random", random);
    const network = networks.networkOf(weights, degrees);
    return {
      order, degrees: degrees.map((layer) => [...layer]), logProb: network.logProb(x),
      completed: sampling.complete(network, x, known, n, { seed }).map(bits),
    };
  },
  plain: ({ network, seed, uniforms, known, x }) => {
    const made = new networks.Network(network);
    const total = networks.totalProbability(networks.randomize(made, new Generator(seed)));
    const coins = uniforms.map((row) => Float64Array.from(row));
    return {
      total,
      own: networks.totalProbability(made),
      logProb: x.map((row) => made.logProb(row)),
      drawn: sampling.sample(made, coins.length, { uniforms: coins }).map(bits),
      completed: sampling.complete(made, x[0], known, coins.length, { uniforms: coins }).map(bits),
    };
  },
  total: ({ network, seed }) => {
    const made = new networks.Network(network);
    return { total: networks.totalProbability(networks.randomize(made, new Generator(seed))) };
  },
  draw: ({ network, uniforms }) => (
    sampling.sample(new networks.Network(network), uniforms.length, { uniforms }).map(bits)),
  load: async ({ file, set = 0 }) => {
    const bytes = readFileSync(file);
    const before = peak();
    try {
      return { loaded: (await networks.loadNetwork(bytes, set)).nInputs };
    } catch (error) {
      return { error: error.message, grown: peak() - before };
    }
  },
  archive: async ({ file, name, most }) => {
    const { kind, shape, values } = await new Archive(readFileSync(file)).read(name, most);
    return { kind, shape, values: typeof values === "string" ? values : [...values] };
  },
  plane: async ({ file, z }) => {
    const plane = await loadPlane(readFileSync(file));
    return {
      pictures: z.map((code) => [...plane.decode(code)]), labels: [...plane.labels],
      codes: plane.codes.map((code) => [...code]), low: plane.low, high: plane.high,
    };
  },
  mixture: ({ params, family, x }) => (
    x.map((at) => [...weighted(Float64Array.from(params), family, at)])),
  slices: async ({ file }) => {
    const { x1, values, truth, params, columns, first, family } = await loadSlices(readFileSync(file));
    const rows = (held) => held && held.map((row) => [...row]);
    return {
      x1: [...x1], values: [...values], first: [...first], family, truth: rows(truth),
      params: rows(params), columns: rows(columns),
    };
  },
  fetch: async ({ url, most }) => (await fetchBytes(url, most)).length,
  refused: ({ make, uniforms, known, x, network, seed, ordering }) => {
    if (make === "seed") return new Generator(seed).random();
    if (make === "ordering") return masks.makeDegrees(4, [3], ordering, "random", new Generator(0));
    const made = new networks.Network(network);
    if (make === "logProb") return made.logProb(x);
    return sampling.complete(made, x, known, uniforms.length, { uniforms });
  },
};

const found = [];
for (const { ask, ...rest } of asked) {
  try {
    found.push(await answers[ask](rest));
  } catch (error) {
    found.push({ error: error.message });
  }
}
process.stdout.write(JSON.stringify(found));
