import type { Stream } from "@weightcast/random";
import { withDigest } from "../model/digest";
import { readSafetensors } from "../safetensors/read";

/** Mutation of a file: other bytes, of which the file given stays as it is. */
export type Mutation<Result = Uint8Array> = (bytes: Uint8Array, random: Stream) => Result;

const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

/** Two places in a file, the first not behind the second. */
function range(bytes: Uint8Array, random: Stream, most = bytes.length): [number, number] {
  const from = random.integer(bytes.length + 1);
  return [from, Math.min(bytes.length, from + random.integer(most + 1))];
}

const noise = (random: Stream, count: number) => Uint8Array.from({ length: count }, () => random.integer(256));

/** Mutations of raw bytes. */
export const byteMutations: Readonly<Record<string, Mutation>> = {
  flip: (bytes, random) => {
    const result = bytes.slice();
    for (let k = random.integer(3); k >= 0; k--) result[random.integer(bytes.length)]! ^= 1 << random.integer(8);
    return result;
  },
  write: (bytes, random) => {
    const result = bytes.slice();
    for (let k = random.integer(4); k >= 0; k--) result[random.integer(bytes.length)] = random.integer(256);
    return result;
  },
  type: (bytes, random) => {
    const result = bytes.slice();
    for (let k = random.integer(4); k >= 0; k--) result[random.integer(bytes.length)] = 32 + random.integer(95);
    return result;
  },
  insert: (bytes, random) => {
    const at = random.integer(bytes.length + 1);
    return joined(bytes.subarray(0, at), noise(random, 1 + random.integer(20)), bytes.subarray(at));
  },
  remove: (bytes, random) => {
    const [from, to] = range(bytes, random, 40);
    return joined(bytes.subarray(0, from), bytes.subarray(to));
  },
  truncate: (bytes, random) => bytes.slice(0, random.integer(bytes.length)),
  append: (bytes, random) => joined(bytes, noise(random, 1 + random.integer(40))),
  erase: (bytes, random) => bytes.slice().fill(random.integer(2) * 255, ...range(bytes, random, 64)),
  splice: (bytes, random) => {
    const [from, to] = range(bytes, random, 200);
    return joined(bytes.subarray(0, random.integer(bytes.length + 1)), bytes.subarray(from, to), bytes.subarray(to));
  },
  swap: (bytes, random) => {
    const [a, b, c] = [0, 0, 0].map(() => random.integer(bytes.length + 1)).sort((x, y) => x - y) as [
      number,
      number,
      number,
    ];
    return joined(bytes.subarray(0, a), bytes.subarray(b, c), bytes.subarray(a, b), bytes.subarray(c));
  },
};

/** Texts that take the place of a value in JSON; those that are no JSON of a plain value are written as they stand. */
const raw = ["1e999", "-1e999", "NaN", "-0", "1e400", "0.1e1", "01", "undefined", "'x'", '"\\ud800"'] as const;

const values: readonly unknown[] = [
  ...[-1, 0, 1, 2, 3, 0.5, 7, 2 ** 31, 2 ** 32, 2 ** 53, 1e9, 1e300, 1e-300, -1e9],
  ...[
    null,
    true,
    false,
    "",
    "7",
    "NaN",
    "Infinity",
    "__proto__",
    "constructor",
    "toString",
    "sequential_1",
    "dense_Dense1",
  ],
  ...[
    "F32",
    "F16",
    "BF16",
    "I8",
    "U8",
    "I64",
    "float32",
    "float16",
    "int8",
    "int4",
    "int2",
    "codebook16",
    "codebook300",
  ],
  ...[
    "relu",
    "linear",
    "softmax",
    "Dense",
    "Flatten",
    "Sequential",
    "Functional",
    "Dropout",
    "LSTM",
    "kernel",
    "fourier",
  ],
  ...[[], [0], [1e9], [1e5, 1e5], [2, 2, 5], [null], [[]], [null, 6], {}, { class_name: "Zeros", config: {} }],
  ...[{ class_name: "Orthogonal", config: { gain: 1 } }, { length: 1e9 }, { value: 3 }, new Array(300).fill(1)],
];

type Entries = Record<string, unknown>;

/** Objects and arrays in a value of JSON, itself included. */
function nodesIn(value: unknown, found: Entries[] = []): Entries[] {
  if (typeof value !== "object" || value === null) return found;
  found.push(value as Entries);
  for (const entry of Object.values(value)) nodesIn(entry, found);
  return found;
}

const place = "\u0001";

/** JSON of a value with one to three of its entries replaced, removed, added, moved, doubled or nested. */
export function mutatedJson(text: string, random: Stream): string {
  const json: unknown = JSON.parse(text);
  const texts: string[] = [];
  for (let times = random.integer(3); times >= 0; times--) {
    const nodes = nodesIn(json);
    if (nodes.length === 0) return JSON.stringify(values[random.integer(values.length)]);
    const node = nodes[random.integer(nodes.length)]!;
    const keys = Object.keys(node);
    const key = keys[random.integer(Math.max(1, keys.length))] ?? "0";
    const other = nodes[random.integer(nodes.length)]!;
    const kind = random.integer(12);
    if (kind === 0) delete node[key];
    else if (kind === 1 && !Array.isArray(node))
      node[["__proto__x", "constructor", "name", "toString", "extra"][random.integer(5)]!] = 1;
    else if (kind === 2) node[key] = structuredClone(other);
    else if (kind === 3 && Array.isArray(node))
      node.splice(random.integer(node.length + 1), 0, structuredClone(node[0]));
    else if (kind === 4 && typeof node[key] === "number") node[key] += [1, -1, 0.5, 1e10][random.integer(4)]!;
    else if (kind === 5 && typeof node[key] === "string") node[key] = nestedOr(node[key], random);
    else if (kind === 6) {
      texts.push(raw[random.integer(raw.length)]!);
      node[key] = `${place}${texts.length - 1}${place}`;
    } else if (kind === 7) {
      const depth = [3, 60, 3000, 40_000][random.integer(4)]!;
      texts.push("[".repeat(depth) + "]".repeat(depth));
      node[key] = `${place}${texts.length - 1}${place}`;
    } else if (kind === 8) {
      // A name twice, and a name that assignments take for the prototype.
      texts.push(
        `1,${JSON.stringify(random.integer(2) ? key : "__proto__")}:${JSON.stringify(values[random.integer(values.length)])}`,
      );
      if (!Array.isArray(node)) node[key] = `${place}${texts.length - 1}${place}`;
    } else node[key] = structuredClone(values[random.integer(values.length)]);
  }
  return JSON.stringify(json).replace(/"\\u0001(\d+)\\u0001"/g, (_, index) => texts[Number(index)]!);
}

/** A text mutated: as JSON if it holds an object, otherwise as a text. */
function nestedOr(text: string, random: Stream): string {
  try {
    if (typeof JSON.parse(text) === "object") return mutatedJson(text, random);
  } catch {}
  const at = random.integer(text.length + 1);
  return text.slice(0, at) + ["", "é", " ", "x", "/", "_A"][random.integer(6)] + text.slice(at + random.integer(3));
}

/** Safetensors file of a header's text and data, whose digest is that of its content if it can be read. */
async function fileOf(header: string, data: Uint8Array): Promise<Uint8Array> {
  const bytes = assembled(header, data);
  try {
    const digest = (await withDigest(readSafetensors(bytes))).metadata.get("digest")!;
    return assembled(header.replace(/"digest":"[0-9a-f]{16}"/, `"digest":"${digest}"`), data);
  } catch {
    return bytes;
  }
}

function assembled(header: string, data: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(header);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
  return joined(length, text, data);
}

/** Header and data of a safetensors file. */
function partsOf(bytes: Uint8Array): { readonly header: string; readonly data: Uint8Array } {
  const start = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  return { header: new TextDecoder().decode(bytes.subarray(8, start)).trimEnd(), data: bytes.subarray(start) };
}

/** Mutations of what a file says, which its digest vouches for. */
export const contentMutations: Readonly<Record<string, Mutation<Promise<Uint8Array>>>> = {
  header: (bytes, random) => {
    const { header, data } = partsOf(bytes);
    return fileOf(mutatedJson(header, random), data);
  },
  metadata: (bytes, random) => {
    const { header, data } = partsOf(bytes);
    const json = JSON.parse(header) as { __metadata__: Record<string, string> };
    const names = Object.keys(json.__metadata__).filter((name) => name !== "digest");
    const name = names[random.integer(names.length)]!;
    json.__metadata__[name] = nestedOr(json.__metadata__[name]!, random);
    return fileOf(JSON.stringify(json), data);
  },
  topology: (bytes, random) => {
    const { header, data } = partsOf(bytes);
    const json = JSON.parse(header) as { __metadata__: { model: string } };
    json.__metadata__.model = mutatedJson(json.__metadata__.model, random);
    return fileOf(JSON.stringify(json), data);
  },
  recipe: (bytes, random) => {
    const { header, data } = partsOf(bytes);
    const json = JSON.parse(header) as { __metadata__: { model: string } };
    const model = JSON.parse(json.__metadata__.model) as unknown;
    const nodes = nodesIn(model).filter(({ recipe }) => typeof recipe === "string");
    const node = nodes[random.integer(nodes.length)];
    if (node) node.recipe = mutatedJson(node.recipe as string, random);
    json.__metadata__.model = JSON.stringify(model);
    return fileOf(JSON.stringify(json), data);
  },
  data: (bytes, random) => {
    const { header, data } = partsOf(bytes);
    const kinds = [byteMutations.flip!, byteMutations.write!, byteMutations.erase!, byteMutations.swap!];
    return fileOf(header, kinds[random.integer(kinds.length)]!(data, random));
  },
};

/** A file with another topology, which its digest vouches for. */
export function withTopology(bytes: Uint8Array, change: (topology: string) => string): Promise<Uint8Array> {
  const { header, data } = partsOf(bytes);
  const { __metadata__: metadata, ...tensors } = JSON.parse(header) as { __metadata__: { model: string } };
  return fileOf(JSON.stringify({ __metadata__: { ...metadata, model: change(metadata.model) }, ...tensors }), data);
}
