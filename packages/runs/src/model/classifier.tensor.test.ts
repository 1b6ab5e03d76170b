import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import type { EngineName } from "@weightcast/backend";
import { factorizedConv2d, factorizedDense } from "@weightcast/core";
import { kernel } from "@weightcast/dictionary-kernel";
import type { ModelNotes } from "@weightcast/files";
import { saveModel } from "@weightcast/files/node";
import { stream } from "@weightcast/random";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openClassifier } from "./classifier";
import { inspectModel } from "./inspection";

const engine = process.env.WEIGHTCAST_ENGINE as EngineName;
/** Tests of what is the same on every engine run on one. */
const once = test.runIf(engine === "wasm");
let scratch = "";
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "weightcast-classifier-"));
});
afterAll(() => rm(scratch, { recursive: true }));

const flat = (activation: "linear" | "softmax" | "sigmoid" = "linear") =>
  sequential({
    layers: [
      factorizedDense({
        units: 12,
        dictionary: kernel([4, 5]),
        rank: 6,
        columns: 3,
        activation: "relu",
        inputShape: [20],
      }),
      layers.dense({ units: 3, activation, name: `out_${activation}` }),
    ],
  });
const maps = () =>
  sequential({
    layers: [
      factorizedConv2d({ filters: 4, kernelSize: 3, dictionary: kernel([3, 3]), rank: 4, inputShape: [6, 5, 3] }),
      layers.batchNormalization(),
      layers.flatten(),
      layers.dense({ units: 3 }),
    ],
  });

async function saved(model: LayersModel, notes: ModelNotes = {}): Promise<string> {
  const path = join(scratch, `${model.name}-${Math.trunc(performance.now())}.safetensors`);
  await saveModel(path, model, notes);
  return path;
}

const bytes = (length: number, seed: number) => {
  const random = stream(seed, "images");
  return Uint8Array.from({ length }, () => random.uint32() & 255);
};

describe("openClassifier", () => {
  test.each([
    ["flat images, converted as the file says", flat, [4, 5], { scale: 0.02, offset: -1, shape: [4, 5] }],
    ["color images, by channel", maps, [6, 5, 3], { scale: [0.01, 0.02, 0.03], offset: [-1, 0, 1] }],
  ] as const)(
    "%s: compiled and eager, in batches of every size, as the model itself",
    async (_, make, shape, inputs) => {
      const model = make();
      const path = await saved(model, { inputs: inputs as unknown as NonNullable<ModelNotes["inputs"]> });
      const size = shape.reduce<number>((a, b) => a * b, 1);
      const images = bytes(7 * size, 1);
      // Converted here in loops.
      const [scale, offset] = [[inputs.scale].flat(), [inputs.offset].flat()];
      const pixels = Array.from(images, (byte, i) => byte * scale[i % scale.length]! + offset[i % offset.length]!);
      const expected = tf.tidy(() =>
        (model.predict(tf.tensor(pixels, [7, ...model.inputs[0]!.shape.slice(1)] as number[])) as tf.Tensor)
          .dataSync()
          .slice(),
      );
      for (const execution of engine === "wasm" ? (["compiled", "eager"] as const) : (["eager"] as const)) {
        const before = tf.memory().numTensors;
        // A batch of at most 3: the last one is filled up.
        const classifier = await openClassifier(path, { engine, execution, examples: 3 });
        expect(classifier.shape).toEqual(shape);
        expect(classifier.classes).toEqual(["0", "1", "2"]);
        expect(classifier.execution).toMatchObject({ execution });
        const logits = await classifier.logits(images);
        for (const [i, value] of logits.entries()) expect(value).toBeCloseTo(expected[i]!, 4);
        expect(await classifier.logits(images.subarray(0, 0))).toHaveLength(0);
        await classifier.release();
        expect(tf.memory().numTensors).toBe(before);
      }
      model.dispose();
    },
  );

  once("few images are not worth a compilation, and it says so", async () => {
    const classifier = await openClassifier(await saved(flat(), {}), { engine, examples: 1, shape: [4, 5] });
    expect(classifier.execution).toEqual({ execution: "eager", reason: "too few images for a compilation to pay" });
    await classifier.release();
  });

  once("a network that ends in a softmax: the logarithms of its probabilities", async () => {
    const [path, images] = [await saved(flat("softmax")), bytes(20, 2)];
    const classifier = await openClassifier(path, { engine, shape: [4, 5] });
    const sum = (await classifier.logits(images)).reduce((total, value) => total + Math.exp(value), 0);
    expect(sum).toBeCloseTo(1, 5);
    await classifier.release();
  });

  once.each([
    [
      "no shape of the images",
      () => saved(flat()),
      {},
      /takes 20 numbers, and it does not say of which images; give their size/,
    ],
    ["a shape that does not fit", () => saved(flat()), { shape: [5, 5] }, /takes 20 numbers; images of 5 × 5 have 25/],
    [
      "another task",
      () => saved(maps(), { task: "denoising" }),
      {},
      /its task is "denoising"; this is for networks that tell/,
    ],
    ["too few names", () => saved(maps(), { classes: ["a", "b"] }), {}, /it names 2 classes for 3 outputs/],
    ["a sigmoid", () => saved(flat("sigmoid")), {}, /by a sigmoid/],
    ["no file", async () => join(scratch, "none"), {}, /there is no such file; give the path of a saved model/],
  ] as const)("%s is refused, and leaves no tensor", async (_, make, options, message) => {
    const path = await make();
    const before = tf.memory().numTensors;
    await expect(openClassifier(path, { engine, ...options })).rejects.toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });
});

once("inspectModel: bytes add up to the file, counts by hand, and no tensor is left over", async () => {
  const path = await saved(maps(), { classes: ["cat", "dog", "owl"] });
  const before = tf.memory().numTensors;
  const {
    layers: found,
    bytes: all,
    headerBytes,
    otherBytes,
    notes,
    shape,
    filters,
  } = await inspectModel(path, { engine });
  expect(tf.memory().numTensors).toBe(before);
  expect(found.reduce((sum, { bytes: own }) => sum + own, headerBytes + otherBytes)).toBe(all);
  expect(otherBytes).toBe(0);
  expect(headerBytes % 8).toBe(0);
  const counts = found.map(({ weights, learned, fixed, stored, bytes: own }) => [weights, learned, fixed, stored, own]);
  expect(counts).toEqual([
    // V is 4 atoms · 3 channels by 4 filters, and U 9 by 4; then 4 biases.
    [9 * 3 * 4 + 4, 4 * 3 * 4 + 4, 9 * 4, 0, 4 * (4 * 3 * 4 + 4)],
    [16, 8, 8, 8, 64],
    [48 * 3 + 3, 48 * 3 + 3, 0, 0, 4 * (48 * 3 + 3)],
  ]);
  expect(found[0]!.dictionary).toMatchObject({ recipe: { name: "kernel", domain: [3, 3] }, rank: 4, columns: 1 });
  expect([notes.classes, shape, filters!.domain]).toEqual([
    ["cat", "dog", "owl"],
    [6, 5, 3],
    [3, 3, 3],
  ]);
});
