import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import * as tf from "@tensorflow/tfjs-core";
import { dictionaries } from "@weightcast/dictionary";
import fouriers from "@weightcast/dictionary-fourier";
import kernels from "@weightcast/dictionary-kernel";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeModel, encodeModel, quantization, quantizationWithin, quantizerOf, type WeightType } from "../index";
import { withDigest } from "../model/digest";
import { loadModel, saveModel } from "../node";
import { readSafetensors } from "../safetensors/read";
import { writeSafetensors } from "../safetensors/write";
import { network, outputs } from "../testing/networks";

const scratch = mkdtempSync(join(tmpdir(), "weightcast-quantized-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
beforeAll(() => dictionaries.register(...kernels, ...fouriers));

const types = ["float16", "bfloat16", "int8", "int6", "int4", "int3", "int2", "codebook16", "codebook3"] as const;

/** Bits of each type's codes, and float32. */
const bitsOf = { float16: 16, bfloat16: 16, int8: 8, int4: 4, int2: 2, codebook16: 8, int6: 8, int3: 8, codebook3: 8 };

/** File of a network with all its kernels of a type. */
const encodeQuantized = (type: WeightType) => {
  const model = network();
  return encodeModel(model, {}, { quantization: quantization(model, { type }) });
};

/** A model whose trainable weights are those that a quantizer gives. */
function rounded(type: WeightType) {
  const model = network();
  const grids = quantization(model, { type, vectors: "float32" });
  tf.tidy(() => {
    const weights = quantizerOf(model, grids)(model.trainableWeights.map((weight) => weight.read()));
    model.trainableWeights.forEach((weight, i) => {
      weight.write(weights[i]!);
    });
  });
  return { model, grids };
}

describe.each(types)("%s", (type) => {
  test("the file's model has the outputs of the rounded model, packed or compressed", async () => {
    const { model, grids } = rounded(type);
    const isFloat = type.includes("float");
    const expected = outputs(model);
    for (const compress of [false, true]) {
      const bytes = await encodeModel(model, {}, { quantization: grids, compress });
      const { model: read } = await decodeModel(bytes);
      const found = outputs(read);
      // The stored atoms are rounded, too, which the quantizer, of trained weights alone, does not do.
      const again = await encodeModel(read, {}, { quantization: grids, compress });
      expect(Buffer.compare(Buffer.from(bytes), Buffer.from(again))).toBe(0);
      const difference = Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)));
      expect(difference).toBeLessThan(isFloat ? 0.1 : 2);
    }
  });

  test("is read from the disk, uncompressed, as from memory", async () => {
    const path = join(scratch, `${type}.safetensors`);
    const model = network();
    const grids = quantization(model, { type });
    await saveModel(path, model, {}, { quantization: grids });
    expect(outputs((await loadModel(path)).model)).toEqual(
      outputs((await decodeModel(Uint8Array.from(readFileSync(path)))).model),
    );
  });

  test("takes the bytes that its bits say", async () => {
    const { tensors } = readSafetensors(await encodeQuantized(type));
    const v = [...tensors].find(([name]) => name.includes("factorized") && name.endsWith("coefficients"))!;
    expect(v[1].bytes.length).toBe((16 * 4 * bitsOf[type]) / 8);
  });
});

test("a compressed file is that of gzip around the same content, smaller, and read from the disk", async () => {
  const model = network();
  const grids = quantization(model, { type: "int4" });
  const path = join(scratch, "digits.safetensors.gz");
  await saveModel(path, model, { task: "classification" }, { quantization: grids, compress: true });
  const bytes = readFileSync(path);
  expect(readSafetensors(gunzipSync(bytes)).metadata.get("task")).toBe('"classification"');
  expect(bytes.length).toBeLessThan((await encodeModel(model, {}, { quantization: grids })).length);
  const { model: read, task } = await loadModel(path);
  expect(task).toBe("classification");
  expect(outputs(read)).toEqual(
    outputs((await decodeModel(await encodeModel(model, {}, { quantization: grids }))).model),
  );
});

test("damaged compression, and what would be too large, is refused", async () => {
  const bytes = await encodeModel(network(), {}, { compress: true });
  for (const damaged of [bytes.slice(0, -3), bytes.map((byte, i) => (i === bytes.length - 6 ? byte ^ 1 : byte))])
    await expect(decodeModel(damaged)).rejects.toMatchObject({ code: "FILE_DAMAGED" });
  const bomb = await new Response(
    new Blob([new Uint8Array(2e8)]).stream().pipeThrough(new CompressionStream("gzip")),
  ).arrayBuffer();
  await expect(decodeModel(new Uint8Array(bomb), { limit: 1000 })).rejects.toMatchObject({ code: "FILE_TOO_LARGE" });
});

test.each<
  [string, (tensors: Map<string, { bytes: Uint8Array; dtype: string; shape: number[] }>, name: string) => void, string]
>([
  ["without scales", (tensors, name) => tensors.delete(`${name}.scale`), "must have scales"],
  [
    "with scales of another shape",
    (tensors, name) => {
      tensors.get(`${name}.scale`)!.shape.reverse();
    },
    "must have scales",
  ],
  [
    "with a scale of NaN",
    (tensors, name) => {
      tensors.get(`${name}.scale`)!.bytes.fill(255);
    },
    "scales that are not finite",
  ],
  [
    "with an integer out of range",
    (tensors, name) => {
      tensors.get(name)!.bytes.fill(0x88);
    },
    "beyond ±7",
  ],
  ["without the weight", (tensors, name) => tensors.delete(name), "is not in the file"],
])("a weight of int4 %s is refused", async (_, change, message) => {
  const model = network();
  const grids = quantization(model, { type: "int4" });
  const content = readSafetensors(await encodeModel(model, {}, { quantization: grids }));
  const name = [...content.tensors.keys()].find((key) => key.endsWith("coefficients"))!;
  const copied = new Map(
    [...content.tensors].map(([key, tensor]) => [
      key,
      { ...tensor, shape: [...tensor.shape], bytes: tensor.bytes.slice() },
    ]),
  );
  change(copied, name);
  await expect(decodeModel(writeSafetensors(await withDigest({ ...content, tensors: copied })))).rejects.toThrow(
    message,
  );
});

test.each([
  ["a type that is unknown", { x: "int9" }],
  ["no object", 3],
  ["a weight that is not there", { none: "int8" }],
])("types with %s are refused", async (_, types) => {
  const content = readSafetensors(await encodeModel(network()));
  const metadata = new Map([...content.metadata, ["types", JSON.stringify(types)]]);
  await expect(decodeModel(writeSafetensors(await withDigest({ ...content, metadata })))).rejects.toMatchObject({
    code: "FILE_DAMAGED",
  });
});

test("options that are no types are refused by name", () => {
  expect(() => quantization(network(), { type: "int9" as "int8" })).toThrow(
    "quantization: type must be one of float32",
  );
  expect(() => quantization(network(), { type: "int8", scaledBy: "row" as "column" })).toThrow("scaledBy must be");
  expect(() => quantization(network(), { type: (weight) => (weight.name ? ("f" as "int8") : "int8") })).toThrow(
    "quantization: type of",
  );
});

describe("quantizationWithin", () => {
  // Rounded biases would add an error that does not fall with the bytes.
  const vectors = "float32";
  const sizeOf = async (
    model: ReturnType<typeof network>,
    grids: Parameters<typeof quantizerOf>[1],
    compress: boolean,
  ) => (await encodeModel(model, {}, { quantization: grids, compress })).length;

  test.each([false, true])(
    "the file is at most as large as asked, and hardly smaller (compressed: %s)",
    async (compress) => {
      const model = network();
      const largest = (await encodeModel(model, {}, { compress })).length;
      const smallest = await sizeOf(model, quantization(model, { type: "int2", vectors }), compress);
      const errors: number[] = [];
      for (const share of [0.05, 0.3, 0.6, 1]) {
        const bytes = Math.ceil(smallest + share * (largest - smallest));
        const grids = await quantizationWithin(model, { bytes, compress, vectors });
        const size = await sizeOf(model, grids, compress);
        expect(size).toBeLessThanOrEqual(bytes);
        // One step of the largest weight, of 450 numbers, is at most 2 bytes for each.
        expect(size).toBeGreaterThan(bytes - 900);
        const exact = outputs(model);
        const found = outputs(
          (await decodeModel(await encodeModel(model, {}, { quantization: grids, compress }))).model,
        );
        errors.push(found.reduce((sum, value, i) => sum + (value - exact[i]!) ** 2, 0));
      }
      expect(errors).toEqual([...errors].sort((a, b) => b - a));
      await expect(quantizationWithin(model, { bytes: smallest - 300, compress, vectors })).rejects.toThrow(
        /bytes must be at least \d+, with int2 everywhere/,
      );
    },
  );
});
