// A reader of .npz files (a zip of .npy arrays) that trusts nothing: every size is looked at before
// anything is unpacked, and no more than was announced is ever unpacked. Browser and Node.

const KINDS = {
  "|i1": Int8Array, "|u1": Uint8Array, "<i2": Int16Array, "<u2": Uint16Array, "<i4": Int32Array,
  "<u4": Uint32Array, "<f4": Float32Array, "<f8": Float64Array, "<i8": BigInt64Array,
  "<f2": Uint16Array,
};
const HEADER_BYTES = 2 ** 12; // NumPy's own are 128

/**
 * The bytes behind an address, at most `mostBytes` of them, however many are announced or sent.
 *
 * `fetcher` stands in for fetch in tests.
 */
export async function fetchBytes(address, mostBytes, fetcher = fetch) {
  const reply = await fetcher(address);
  const name = String(address).split("/").pop();
  if (!reply.ok) throw new Error(`${name} could not be fetched: the server answered ${reply.status}.`);
  const tooLarge = (n) => new Error(`${name} must have at most ${mostBytes} bytes, got ${n}.`);
  const announced = Number(reply.headers.get("content-length") ?? 0);
  if (announced > mostBytes) {
    await reply.body?.cancel();
    throw tooLarge(announced);
  }
  return gather(reply.body, mostBytes, (n) => tooLarge(`more than ${n}`));
}

/** All bytes of a stream, if they are at most `mostBytes`. */
async function gather(stream, mostBytes, tooLarge) {
  const reader = stream.getReader();
  const parts = [];
  let total = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    total += value.length;
    if (total > mostBytes) {
      await reader.cancel().catch(() => {});
      throw tooLarge(mostBytes);
    }
    parts.push(value);
  }
  const all = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** An .npz archive: `names` of its arrays, and `read(name, mostBytes)`. */
export class Archive {
  constructor(bytes) {
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength); // no Node Buffer
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.members = this.directory();
    this.names = [...this.members.keys()];
  }

  /** {name: where it lies and how large it is}, from the zip's directory at its end. */
  directory() {
    const { view } = this;
    const size = view.byteLength;
    let end = size - 22;
    while (end >= 0 && end > size - 22 - 2 ** 16 && view.getUint32(end, true) !== 0x06054b50) end -= 1;
    if (end < 0 || view.getUint32(end, true) !== 0x06054b50) {
      const page = size && String.fromCharCode(...this.bytes.subarray(0, 16)).trim()[0] === "<";
      throw new Error(page ? "it is no .npz archive but a page of HTML"
        : "it is no .npz archive, or cut short");
    }
    const members = new Map();
    let at = view.getUint32(end + 16, true);
    for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
      if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50) {
        throw new Error("its directory is damaged");
      }
      const [nameBytes, extra, comment] = [28, 30, 32].map((o) => view.getUint16(at + o, true));
      if (at + 46 + nameBytes > end) throw new Error("its directory is damaged");
      const name = new TextDecoder().decode(this.bytes.subarray(at + 46, at + 46 + nameBytes));
      if (!/^\w+\.npy$/.test(name)) {
        throw new Error(`it holds ${JSON.stringify(name.slice(0, 80))}, which is no array`);
      }
      if (members.has(name.slice(0, -4))) throw new Error(`${name.slice(0, -4)} is there twice`);
      members.set(name.slice(0, -4), {
        secret: view.getUint16(at + 8, true) & 1,
        method: view.getUint16(at + 10, true),
        sum: view.getUint32(at + 16, true),
        packedBytes: view.getUint32(at + 20, true),
        bytes: view.getUint32(at + 24, true),
        at: view.getUint32(at + 42, true),
      });
      at += 46 + nameBytes + extra + comment;
    }
    return members;
  }

  /** Unpack one array, if it does not claim more than `mostBytes`: {kind, shape, values}. */
  async read(name, mostBytes) {
    const member = this.members.get(name);
    if (!member) throw new Error(`${name} is missing`);
    if (member.bytes > mostBytes + HEADER_BYTES) {
      throw new Error(`${name} must have at most ${mostBytes} bytes, got ${member.bytes}`);
    }
    return parseArray(name, await this.unpack(name, member));
  }

  async unpack(name, member) {
    const { view, bytes } = this;
    const damaged = new Error(`${name} is damaged`);
    if (member.at + 30 > bytes.length || view.getUint32(member.at, true) !== 0x04034b50) throw damaged;
    const from = member.at + 30 + view.getUint16(member.at + 26, true)
      + view.getUint16(member.at + 28, true);
    if (member.secret || ![0, 8].includes(member.method)) {
      throw new Error(`${name} is packed in a way that is not read here`);
    }
    if (from + member.packedBytes > bytes.length) throw damaged;
    const packed = bytes.subarray(from, from + member.packedBytes);
    let whole = packed;
    if (member.method === 8) {
      const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
      const more = () => new Error(`${name} unpacks to more than the ${member.bytes} bytes it claims`);
      try {
        whole = await gather(stream, member.bytes, more);
      } catch (error) {
        throw error.message.includes("claims") ? error : damaged;
      }
    }
    if (whole.length !== member.bytes || checksum(whole) !== member.sum) throw damaged;
    return whole;
  }
}

/** A .npy file as {kind: "i", "u", "f" or "U", shape, values}. */
function parseArray(name, bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (bytes.length < 12 || magic.some((byte, i) => bytes[i] !== byte)) {
    throw new Error(`${name} is no array of NumPy`);
  }
  const long = bytes[6] > 1;
  const start = long ? 12 : 10;
  const length = long ? view.getUint32(8, true) : view.getUint16(8, true);
  if (length > HEADER_BYTES || start + length > bytes.length) {
    throw new Error(`${name} has a header of ${length} bytes`);
  }
  const header = new TextDecoder("latin1").decode(bytes.subarray(start, start + length));
  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const sizes = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (descr === undefined && /'descr':\s*\[/.test(header)) {
    throw new Error(`${name} must hold numbers, got records`);
  }
  if (descr === undefined || order === undefined || sizes === undefined) {
    throw new Error(`${name} has a header that is not read here`);
  }
  if (descr.includes("O")) throw new Error(`${name} must hold numbers, got pickled objects`);
  if (order === "True") throw new Error(`${name} must be stored row by row`);
  const shape = sizes.split(",").map((part) => part.trim()).filter(Boolean).map(Number);
  const count = shape.reduce((a, b) => a * b, 1);
  const body = bytes.subarray(start + length);
  const text = /^<U(\d+)$/.exec(descr);
  const Type = text ? Uint32Array : KINDS[descr];
  if (!Type) throw new Error(`${name} must hold numbers, got ${descr}`);
  const items = count * (text ? Number(text[1]) : 1);
  if (body.length !== items * Type.BYTES_PER_ELEMENT) {
    throw new Error(`${name} says it has shape (${shape}) and holds ${body.length} bytes`);
  }
  const raw = new Type(body.slice().buffer);
  if (text) {
    let string = "";
    for (const code of raw) if (code) string += String.fromCodePoint(Math.min(code, 0x10ffff));
    return { kind: "U", shape, values: string };
  }
  if (descr === "<f2") return { kind: "f", shape, values: Float32Array.from(raw, half) };
  if (descr === "<i8") return { kind: "i", shape, values: Float64Array.from(raw, Number) };
  return { kind: descr[1], shape, values: raw };
}

/** The number that 16 bits stand for. */
function half(bits) {
  const exponent = (bits >> 10) & 31, fraction = bits & 1023, sign = bits >> 15 ? -1 : 1;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * fraction / 1024);
}

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});

/** The CRC-32 that a zip keeps of what it holds. */
function checksum(bytes) {
  let c = 0xffffffff;
  for (let i = 0; i < bytes.length; i += 1) c = CRC[(c ^ bytes[i]) & 255] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
