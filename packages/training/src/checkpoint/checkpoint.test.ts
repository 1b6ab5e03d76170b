import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { beginning } from "../loop/progress";
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "./checkpoint";

const array = (name: string, shape: number[], values: number[]) => ({ name, shape, data: Float32Array.from(values) });
const example: Checkpoint = {
  identity: { optimizer: { name: "sgd" }, meta: "Größe ≠ 0" },
  progress: { ...beginning, step: 12, epoch: 1, batch: 5, lossSum: 0.1 + 0.2, lossReads: 3, loss: 1 / 3 },
  weights: [array("kernel", [2, 3], [1, -0, 3.5e-38, 1e-45, 5, 6]), array("bias", [], [7])],
  slots: [[array("kernel/slot0", [2, 3], [6, 5, 4, 3, 2, 1])], [array("bias/slot0", [], [0])]],
  buffers: [array("moving_mean", [2], [8, 9])],
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

  test("every float32 and float64 survives", () => {
    const property = fc.property(
      fc.float32Array({ minLength: 1 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      (data, x) => {
        const lossSum = x === 0 ? 0 : x; // JSON has no -0
        const encoded = encodeCheckpoint({
          ...example,
          progress: { ...beginning, lossSum },
          weights: [{ name: "w", shape: [data.length], data }],
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
});
