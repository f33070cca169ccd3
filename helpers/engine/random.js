// NumPy's default generator (PCG64, seeded through SeedSequence): the same seed gives the same
// numbers in a browser as `numpy.random.default_rng(seed)` gives in Python.

const WORD = (1n << 64n) - 1n;
const DOUBLE_WORD = (1n << 128n) - 1n;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;

/** Four 64-bit words from a seed, as numpy.random.SeedSequence makes them. */
function seedWords(seed) {
  const words = [seed % 2 ** 32, Math.floor(seed / 2 ** 32)];
  let hash = 0x43b0d7e5;
  const mixIn = (value) => {
    let v = (value ^ hash) >>> 0;
    hash = Math.imul(hash, 0x931e8875);
    v = Math.imul(v, hash) >>> 0;
    return (v ^ (v >>> 16)) >>> 0;
  };
  const mix = (x, y) => {
    const v = (Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y)) >>> 0;
    return (v ^ (v >>> 16)) >>> 0;
  };
  const pool = [0, 1, 2, 3].map((i) => mixIn(words[i] ?? 0));
  for (let from = 0; from < 4; from += 1) {
    for (let to = 0; to < 4; to += 1) if (from !== to) pool[to] = mix(pool[to], mixIn(pool[from]));
  }
  let last = 0x8b51f9dd;
  const halves = Array.from({ length: 8 }, (_, i) => {
    let v = (pool[i % 4] ^ last) >>> 0;
    last = Math.imul(last, 0x58f38ded);
    v = Math.imul(v, last) >>> 0;
    return BigInt((v ^ (v >>> 16)) >>> 0);
  });
  return [0, 2, 4, 6].map((i) => halves[i] | (halves[i + 1] << 32n));
}

/** A stream of random numbers that a seed (a whole number, 0 … 2^53 − 1) begins. */
export class Generator {
  constructor(seed) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new Error(`seed must be a whole number of at least 0, got ${seed}.`);
    }
    const [high, low, addHigh, addLow] = seedWords(seed);
    this.add = ((((addHigh << 64n) | addLow) << 1n) | 1n) & DOUBLE_WORD;
    this.state = (this.add + ((high << 64n) | low)) & DOUBLE_WORD;
    this.step();
    this.spare = null; // the other half of a word that 32 bits were taken from
  }

  step() {
    this.state = (this.state * MULTIPLIER + this.add) & DOUBLE_WORD;
  }

  word() {
    this.step();
    const value = (this.state >> 64n) ^ (this.state & WORD);
    const turn = this.state >> 122n;
    return ((value >> turn) | (value << (64n - turn))) & WORD;
  }

  halfWord() {
    if (this.spare !== null) {
      const half = this.spare;
      this.spare = null;
      return half;
    }
    const word = this.word();
    this.spare = Number(word >> 32n);
    return Number(word & 0xffffffffn);
  }

  /** A number in [0, 1). */
  random() {
    return Number(this.word() >> 11n) / 2 ** 53;
  }

  /** n numbers in [0, 1). */
  uniforms(n) {
    return Float64Array.from({ length: n }, () => this.random());
  }

  /** A whole number 0 … top, top below 2^32 − 1 (Lemire's method). */
  below(top) {
    if (top === 0) return 0;
    const range = BigInt(top + 1);
    let product = BigInt(this.halfWord()) * range;
    const threshold = BigInt((0xffffffff - top) % (top + 1));
    while ((product & 0xffffffffn) < threshold) product = BigInt(this.halfWord()) * range;
    return Number(product >> 32n);
  }

  /** n whole numbers low … high − 1. */
  integers(low, high, n) {
    return Array.from({ length: n }, () => low + this.below(high - 1 - low));
  }

  /** 0 … n − 1 in an order drawn at random. */
  permutation(n) {
    const order = Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i -= 1) {
      const bits = 0xffffffff >>> Math.clz32(i);
      let j;
      do j = (this.halfWord() & bits) >>> 0; while (j > i);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }

  /** A number from N(0, 1), by NumPy's ziggurat of 256 layers. */
  normal() {
    for (;;) {
      const word = this.word();
      const layer = Number(word & 0xffn);
      const sign = (word >> 8n) & 1n ? -1 : 1;
      const far = Number((word >> 9n) & 0xfffffffffffffn);
      const x = far * ZIGGURAT.width[layer];
      if (far < ZIGGURAT.inside[layer]) return sign * x;
      if (layer === 0) {
        for (;;) {
          const beyond = -Math.log1p(-this.random()) / TAIL;
          const y = -Math.log1p(-this.random());
          if (2 * y > beyond * beyond) {
            return (Math.floor(far / 256) & 1 ? -1 : 1) * (TAIL + beyond);
          }
        }
      }
      const { height } = ZIGGURAT;
      const y = (height[layer - 1] - height[layer]) * this.random() + height[layer];
      if (y < Math.exp(-0.5 * x * x)) return sign * x;
    }
  }
}

const TAIL = 3.6541528853610087963519472518; // where the lowest layer ends
const LAYER = 0.0049286732339746519; // the area of each layer

const ZIGGURAT = (() => {
  const f = (x) => Math.exp(-0.5 * x * x);
  const edge = new Float64Array(256);
  edge[255] = TAIL;
  for (let i = 254; i > 0; i -= 1) {
    edge[i] = Math.sqrt(-2 * Math.log(LAYER / edge[i + 1] + f(edge[i + 1])));
  }
  const base = LAYER / f(TAIL);
  return {
    width: edge.map((x, i) => (i ? x : base) / 2 ** 52),
    inside: edge.map((x, i) => (i ? edge[i - 1] / x : TAIL / base) * 2 ** 52),
    height: edge.map(f),
  };
})();
