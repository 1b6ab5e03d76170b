import { stream } from "@weightcast/random";
import { sweep } from "@weightcast/random/testing";
import { describe, expect, test } from "vitest";
import fixture from "../../fixtures/reference-files.json";
import { FileError } from "../error";
import type { FileContent } from "./dtypes";
import { readSafetensors } from "./read";
import { writeSafetensors } from "./write";

interface Written {
  readonly bytes: string;
  readonly metadata: Record<string, string>;
  readonly tensors: Record<string, { readonly dtype: string; readonly shape: number[]; readonly bytes: string }>;
}
const files = Object.entries(fixture as unknown as Record<string, Written>);
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, "base64"));

/** A file with any header. */
function file(header: unknown, data = 8): Uint8Array {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}
const tensor = (dtype: unknown, shape: unknown, data_offsets: unknown) => ({ dtype, shape, data_offsets });

describe("files of the reference implementation", () => {
  test.each(files)("%s: read as written there", (_, { bytes, metadata, tensors }) => {
    const content = readSafetensors(bytesOf(bytes));
    expect(Object.fromEntries(content.metadata)).toEqual(metadata);
    expect([...content.tensors.keys()].sort()).toEqual(Object.keys(tensors).sort());
    for (const [name, { dtype, shape, bytes }] of Object.entries(tensors)) {
      expect(content.tensors.get(name)!.dtype).toBe(dtype);
      expect(content.tensors.get(name)!.shape).toEqual(shape);
      expect(Buffer.from(content.tensors.get(name)!.bytes).toString("base64")).toBe(bytes);
    }
  });
  test.each(files)("%s: written with the same bytes", (_, { bytes }) => {
    expect(Buffer.from(writeSafetensors(readSafetensors(bytesOf(bytes)))).toString("base64")).toBe(bytes);
  });
});

test("names that objects treat specially survive", () => {
  const one = { dtype: "U8", shape: [1], bytes: Uint8Array.of(7) } as const;
  const content: FileContent = {
    metadata: new Map([["__proto__", "text"]]),
    tensors: new Map([
      ["__proto__", one],
      ["constructor", one],
    ]),
  };
  expect(readSafetensors(writeSafetensors(content))).toEqual(content);
});

test("a tensor with other bytes than its shape says is refused before it is written", () =>
  expect(() =>
    writeSafetensors({
      metadata: new Map(),
      tensors: new Map([["x", { dtype: "F32", shape: [3], bytes: new Uint8Array(8) }]]),
    }),
  ).toThrow(new RangeError("writeSafetensors: x must have 12 bytes, for F32 [3]; got 8")));

test.each<[string, Uint8Array, string]>([
  ["too short", new Uint8Array(7), "must have at least 8 bytes; got 7"],
  ["header beyond its end", file({}).subarray(0, 9), "its header must end within its 9 bytes; got 10"],
  ["header above the limit", new Uint8Array(8).fill(255), "its header must have at most 100000000 bytes"],
  ["header that is no JSON", file("{"), "its header must be a JSON object"],
  ["header that is a list", file("[]", 0), "its header must be a JSON object"],
  ["header that is no UTF-8", file('"\xff"'.slice(0, 1)), "its header must be a JSON object"],
  ["metadata that are no texts", file({ __metadata__: { a: 1 } }, 0), "its __metadata__ must be texts by name"],
  ["unknown type", file({ x: tensor("F8", [8], [0, 8]) }), 'tensor "x" must have a dtype of U64'],
  ["type of every object", file({ x: tensor("constructor", [8], [0, 8]) }), 'tensor "x" must have a dtype of U64'],
  [
    "negative shape",
    file({ x: tensor("U8", [-8], [0, 8]) }),
    'tensor "x" must have a shape of whole numbers; got [-8]',
  ],
  ["shape with a fraction", file({ x: tensor("U8", [1.5], [0, 8]) }), "must have a shape of whole numbers"],
  ["shape without end", file({ x: tensor("U8", [1e300, 1e300], [0, 8]) }), "must have a shape of whole numbers"],
  [
    "overflowing shape",
    file({ x: tensor("U8", [2 ** 32, 2 ** 32], [0, 8]) }),
    "bytes, for U8 [4294967296,4294967296]; got 8",
  ],
  ["offsets beyond the end", file({ x: tensor("U8", [9], [0, 9]) }), "must lie within 8 bytes; got 0 to 9"],
  ["offsets in the wrong order", file({ x: tensor("U8", [8], [8, 0]) }), "must lie within 8 bytes; got 8 to 0"],
  ["three offsets", file({ x: tensor("U8", [8], [0, 4, 8]) }), "must have two data_offsets; got [0,4,8]"],
  ["fewer bytes than the shape", file({ x: tensor("F32", [3], [0, 8]) }), "must have 12 bytes, for F32 [3]; got 8"],
  ["a gap", file({ x: tensor("U8", [4], [4, 8]) }), "fill it without overlap or gap"],
  ["an end that nothing covers", file({ x: tensor("U8", [4], [0, 4]) }), "fill it without overlap or gap"],
  [
    "an overlap",
    file({ x: tensor("U8", [8], [0, 8]), y: tensor("U8", [4], [4, 8]) }),
    "fill it without overlap or gap",
  ],
  ["a tensor that is a number", file({ x: 3 }), 'tensor "x" must be { dtype, shape, data_offsets }'],
])("refused: %s", (_, bytes, message) => {
  const read = () => readSafetensors(bytes, "a file");
  expect(read).toThrow(message);
  expect(read).toThrow(FileError);
  expect(read).toThrow(/^a file: /);
});

test("mutated files are read or refused, never anything else", () => {
  const random = stream(5, "mutations");
  const [, { bytes: text }] = files[0]!;
  let refused = 0;
  const cases = sweep(2000);
  for (let i = 0; i < cases; i++) {
    const bytes = bytesOf(text).slice(0, random.integer(8) === 0 ? 1 + random.integer(600) : undefined);
    for (let k = 0; k <= random.integer(3); k++) bytes[random.integer(bytes.length)] = random.integer(256);
    try {
      for (const { dtype, shape, bytes: entries } of readSafetensors(bytes).tensors.values())
        expect(entries.length % shape.reduce((a, b) => a * b, 1) || 0, dtype).toBe(0);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      refused++;
    }
  }
  // Most mutations hit the header, where nearly every byte matters; those of the numbers are other numbers.
  expect(refused).toBeGreaterThan(cases / 3);
  expect(refused).toBeLessThan(cases);
});
