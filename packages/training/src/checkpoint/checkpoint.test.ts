import { createHash } from "node:crypto";
import { stream } from "@weightcast/random";
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { beginning } from "../loop/progress";
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "./checkpoint";

const array = (name: string, shape: number[], values: number[]) => ({ name, shape, data: Float32Array.from(values) });
const example: Checkpoint = {
  identity: { optimizer: { name: "sgd" }, meta: "Größe ≠ 0" },
  progress: {
    ...{ step: 12, epoch: 1, batch: 5, lossSum: 0.1 + 0.2, lossReads: 3, loss: 1 / 3, first: 0.7, seconds: 1.5 },
    history: [{ epoch: 1, step: 7, loss: 0.5, rate: 0.1, evaluation: { error: Number.NaN, loss: 0.25, count: 9 } }],
  },
  weights: [array("kernel", [2, 3], [1, -0, 3.5e-38, 1e-45, 5, 6]), array("bias", [], [7])],
  slots: [[array("kernel/slot0", [2, 3], [6, 5, 4, 3, 2, 1])], [array("bias/slot0", [], [0])]],
  buffers: [array("moving_mean", [2], [8, 9])],
};

const withBest: Checkpoint = {
  ...example,
  progress: {
    ...example.progress,
    history: [
      {
        ...example.progress.history[0]!,
        evaluation: {
          ...{ error: Number.NaN, loss: 0.25, count: 9 },
          metrics: { rmse: 0.5, auc: Number.NaN, r2: Number.NEGATIVE_INFINITY, "1.r2": Number.POSITIVE_INFINITY },
        },
      },
    ],
  },
  averages: [array("kernel/average", [2, 3], [0, 1, 2, 3, 4, 5]), array("bias/average", [], [6])],
  best: {
    weights: [array("kernel/best", [2, 3], [7, 8, 9, 10, 11, 12]), array("bias/best", [], [13])],
    buffers: [array("moving_mean/best", [2], [14, 15])],
  },
};

const corrupt = (bytes: Uint8Array) => {
  try {
    decodeCheckpoint(bytes);
  } catch (error) {
    return error;
  }
  return undefined;
};

describe("checkpoint", () => {
  test("decoding returns what was encoded, to the bit, from any offset of a larger buffer", () => {
    const bytes = encodeCheckpoint(example);
    expect(decodeCheckpoint(bytes)).toEqual(example);
    const larger = new Uint8Array(bytes.length + 7);
    larger.set(bytes, 3);
    expect(decodeCheckpoint(larger.subarray(3, 3 + bytes.length))).toEqual(example);
    expect(Object.is(decodeCheckpoint(bytes).weights[0]!.data[1], -0)).toBe(true);
  });

  test("averages and the arrays of the best epoch follow, and metrics that are not finite survive", () => {
    const bytes = encodeCheckpoint(withBest);
    expect(decodeCheckpoint(bytes)).toEqual(withBest);
    const view = new DataView(bytes.buffer, bytes.length - 32 - 4 * 16);
    expect(Array.from({ length: 16 }, (_, i) => view.getFloat32(4 * i, true))).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
    ]);
  });

  test("every finite float32 and float64 survives", () => {
    const property = fc.property(
      fc.float32Array({ minLength: 1, noNaN: true, noDefaultInfinity: true }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      (data, x) => {
        const lossSum = x === 0 ? 0 : x; // JSON has no -0
        const encoded = encodeCheckpoint({
          ...example,
          progress: { ...beginning, lossSum },
          weights: [{ name: "w", shape: [data.length], data }],
          slots: [[]],
        });
        const { weights, progress } = decodeCheckpoint(encoded);
        expect(new Uint32Array(weights[0]!.data.buffer)).toEqual(new Uint32Array(data.slice().buffer));
        expect(progress.lossSum).toBe(lossSum);
      },
    );
    fc.assert(property, { seed: 8 });
  });

  test("the layout is as documented", () => {
    const bytes = encodeCheckpoint(example);
    const view = new DataView(bytes.buffer);
    expect(new TextDecoder().decode(bytes.subarray(0, 8))).toBe("WCASTCKP");
    expect(view.getUint32(8, true)).toBe(2);
    const values = 16 + view.getUint32(12, true);
    expect(values % 4).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(16, values)));
    expect(header.weights).toEqual([
      { name: "kernel", shape: [2, 3] },
      { name: "bias", shape: [] },
    ]);
    expect(view.getFloat32(values, true)).toBe(1);
    expect(view.getFloat32(values + 4 * 7, true)).toBe(6);
    expect(view.getFloat32(values + 4 * 14, true)).toBe(8);
    expect(bytes.length).toBe(values + 4 * 16 + 32);
  });

  test("bytes truncated anywhere, or with any byte changed, are refused with one clear error", () => {
    const bytes = encodeCheckpoint(example);
    for (let length = 0; length < bytes.length; length++)
      expect(corrupt(bytes.subarray(0, length))).toMatchObject({ code: "CHECKPOINT_CORRUPT" });
    for (let i = 0; i < bytes.length; i++) {
      const changed = bytes.slice();
      changed[i]! ^= 1;
      expect(corrupt(changed)).toMatchObject({ code: "CHECKPOINT_CORRUPT" });
    }
    expect(corrupt(bytes.subarray(0, 100))).toMatchObject({
      message:
        "checkpoint: not a complete checkpoint: its checksum does not match its 100 bytes: it was truncated or changed; remove it to start from the beginning",
    });
    expect(corrupt(new TextEncoder().encode("hello"))).toMatchObject({
      message: expect.stringContaining("it must start with WCASTCKP; got 5 bytes of something else"),
    });
  });

  test.each([1, 9])("another version, %i, is named in the error", (version) => {
    const bytes = encodeCheckpoint(example);
    bytes[8] = version;
    expect(corrupt(bytes)).toMatchObject({
      message: `checkpoint: not a complete checkpoint: its version must be 2; got ${version}; remove it to start from the beginning`,
    });
  });

  const headerOf = (bytes: Uint8Array) => {
    const start = 16 + new DataView(bytes.buffer).getUint32(12, true);
    return { start, header: JSON.parse(new TextDecoder().decode(bytes.subarray(16, start))) };
  };

  /** Bytes of the example with another header, and a digest that fits. */
  const withHeader = (header: unknown): Uint8Array => {
    const bytes = encodeCheckpoint(example);
    const { start } = headerOf(bytes);
    const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
    const padded = new Uint8Array(Math.ceil(json.length / 4) * 4).fill(32);
    padded.set(json);
    const forged = new Uint8Array(16 + padded.length + (bytes.length - start));
    forged.set(bytes.subarray(0, 16));
    new DataView(forged.buffer).setUint32(12, padded.length, true);
    forged.set(padded, 16);
    forged.set(bytes.subarray(start), 16 + padded.length);
    return signed(forged);
  };

  const signed = (bytes: Uint8Array): Uint8Array => {
    bytes.set(createHash("sha256").update(bytes.subarray(0, -32)).digest(), bytes.length - 32);
    return bytes;
  };

  const { header } = headerOf(encodeCheckpoint(example));
  const [kernel, bias] = header.weights;
  const { evaluation } = header.progress.history[0];
  test.each<[string, unknown, string]>([
    [
      "a longer shape",
      { ...header, buffers: [{ name: "m", shape: [3] }] },
      "must take 64 bytes, those after the header; they take 68",
    ],
    [
      "a shorter shape",
      { ...header, buffers: [{ name: "m", shape: [1] }] },
      "must take 64 bytes, those after the header; they take 60",
    ],
    ["a huge shape", { ...header, buffers: [{ name: "m", shape: [2 ** 40, 2 ** 40] }] }, "lists of names and shapes"],
    ["a negative shape", { ...header, buffers: [{ name: "m", shape: [-1, -2] }] }, "lists of names and shapes"],
    ["a shape that is none", { ...header, weights: [kernel, { name: "b", shape: "1" }] }, "lists of names and shapes"],
    ["a name that is none", { ...header, weights: [kernel, { shape: [] }] }, "lists of names and shapes"],
    ["no weights", { ...header, weights: undefined }, "lists of names and shapes"],
    ["null", null, "must be a JSON object"],
    ["no JSON", "{", "must be JSON in UTF-8"],
    ["no identity", { ...header, identity: undefined }, "it must have an identity"],
    [
      "slots in another order",
      { ...header, slots: [...header.slots].reverse() },
      "must have the shapes of the weights",
    ],
    ["too few slots", { ...header, slots: [[kernel, bias]] }, "must have the shapes of the weights"],
    ["a step of text", { ...header, progress: { ...header.progress, step: "12" } }, "its progress must hold counts"],
    [
      "a step of another epoch",
      { ...header, progress: { ...header.progress, step: 13 } },
      "its progress must hold counts",
    ],
    [
      "an epoch without its entry",
      { ...header, progress: { ...header.progress, history: [] } },
      "its progress must hold counts",
    ],
    [
      "a best epoch of other shapes",
      { ...header, best: { weights: header.weights, buffers: header.weights } },
      "its best epoch must have arrays of the shapes of the weights and buffers",
    ],
    ["averages of other shapes", { ...header, averages: [kernel] }, "its averages must have the shapes of the weights"],
    ["a best epoch that is none", { ...header, best: 3 }, "its best epoch must have arrays"],
    [
      "metrics that are none",
      {
        ...header,
        progress: {
          ...header.progress,
          history: [{ ...header.progress.history[0], evaluation: { ...evaluation, metrics: { r2: "1" } } }],
        },
      },
      "its progress must hold counts",
    ],
    ["no progress", { ...header, progress: undefined }, "its progress must hold counts"],
  ])("a digest that fits a header with %s does not help", (_, forged, reason) => {
    const error = corrupt(withHeader(forged)) as Error;
    expect(error).toMatchObject({ code: "CHECKPOINT_CORRUPT" });
    expect(error.message).toContain(reason);
  });

  test("a header that ends beyond the bytes, and values that are not finite, are refused", () => {
    for (const length of [2 ** 32 - 4, 8, 3]) {
      const bytes = encodeCheckpoint(example);
      new DataView(bytes.buffer).setUint32(12, length, true);
      expect(corrupt(signed(bytes))).toMatchObject({ code: "CHECKPOINT_CORRUPT" });
    }
    const bytes = encodeCheckpoint(example);
    new DataView(bytes.buffer).setFloat32(bytes.length - 36, Number.NaN, true);
    expect(corrupt(signed(bytes))).toMatchObject({
      message: expect.stringContaining('the values of "moving_mean" must be finite numbers'),
    });
  });

  test("mutated bytes with a digest that fits: what they say, or the documented error", () => {
    const draw = stream(5, "checkpoints");
    const pieces = ["-", "9", "1e9", "null", "[", "]", "{", "}", '"', ",", "0", "\u0000"];
    let read = 0;
    for (let i = 0; i < sweep(1000); i++) {
      let bytes = encodeCheckpoint(i % 5 === 0 ? withBest : example);
      const { start } = headerOf(bytes);
      for (let k = 0; k <= i % 4; k++) bytes[draw.integer(i % 2 ? bytes.length : start)] = draw.integer(256);
      if (i % 3 === 0) {
        // A piece of JSON in the place of another, of the same or another length.
        const text = JSON.stringify(header);
        const at = draw.integer(text.length);
        const piece = pieces[draw.integer(pieces.length)]!;
        bytes = withHeader(text.slice(0, at) + piece + text.slice(at + draw.integer(3)));
      }
      let found: Checkpoint;
      try {
        found = decodeCheckpoint(signed(bytes));
      } catch (error) {
        expect(error).toMatchObject({ code: "CHECKPOINT_CORRUPT" });
        continue;
      }
      read++;
      const { averages = [], best: { weights = [], buffers = [] } = {} } = found;
      const arrays = [...found.weights, ...found.slots.flat(), ...found.buffers, ...averages, ...weights, ...buffers];
      const view = new DataView(bytes.buffer);
      let offset = headerOf(bytes).start;
      for (const { shape, data } of arrays) {
        expect(data.length).toBe(shape.reduce((product, axis) => product * axis, 1));
        for (const value of data) {
          expect(value).toBe(view.getFloat32(offset, true));
          offset += 4;
        }
      }
      expect(offset).toBe(bytes.length - 32);
    }
    expect(read).toBeGreaterThan(10);
  });
});
