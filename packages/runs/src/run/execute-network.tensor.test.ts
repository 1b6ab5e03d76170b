import * as tf from "@tensorflow/tfjs-core";
import { type EngineName, type EngineReport, useEngine } from "@weightcast/backend";
import { account } from "@weightcast/core";
import type { Dataset, Split } from "@weightcast/datasets";
import { type CheckpointStorage, decodeCheckpoint, memoryStorage } from "@weightcast/training";
import { beforeAll, describe, expect, test } from "vitest";
import { buildNetwork } from "../build/build";
import { registerBuiltIns } from "../build/dictionaries";
import { imageData } from "../build/images";
import { firstFilters } from "../record/filters";
import { layerCosts } from "../record/layer-costs";
import { layersBy, layersOf, type RunInput, type RunSpec, resolveRun } from "../spec";
import type { RunEvent } from "./events";
import { execute } from "./execute";

let engine: EngineReport;
beforeAll(async () => {
  registerBuiltIns();
  engine = await useEngine(process.env.WEIGHTCAST_ENGINE as EngineName);
});

/** Made-up photographs of random bytes. */
function photographs(count: number): Dataset {
  const split = (from: number): Split => ({
    images: Uint8Array.from({ length: count * 3072 }, (_, i) => ((i + from) * 2_654_435_761) >>> 24),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
    count,
  });
  return { name: "photographs", shape: [32, 32, 3], classes: 10, train: split(0), test: split(7) };
}

/** Tests of what is the same on every engine run on wasm. */
const ofOne = process.env.WEIGHTCAST_ENGINE === "wasm";

describe.runIf(ofOne)("buildNetwork", () => {
  test("the paper's network of Figure 5: its parameters, its costs layer by layer, its first filters", async () => {
    const layers = layersBy("SE", layersOf({ model: "convnet" }), {
      proportion: 0.25,
      columns: ({ name }) => (name === "fc_1" ? 5 : 1),
    });
    const dense = resolveRun({ network: { model: "convnet" } });
    const quarter = resolveRun({ network: { model: "convnet", layers } });
    const dataset = photographs(2);
    const before = tf.memory().numTensors;
    const learned: number[] = [];
    for (const spec of [dense, quarter]) {
      const made: string[] = [];
      const model = await buildNetwork(spec, imageData(spec, dataset), {
        onDictionary: ({ layer }) => made.push(layer),
      });
      learned.push(
        model.trainableWeights.reduce((sum, { shape }) => sum + shape.reduce<number>((a, b) => a * b!, 1), 0),
      );
      expect(made).toEqual(spec === dense ? [] : ["conv_1", "conv_2", "conv_3", "fc_1"]);
      const costs = layerCosts(layersOf(spec.network), account(model).layers);
      expect(costs.map(({ dynamic }) => dynamic)).toEqual(
        spec === dense ? [9216, 196_608, 102_400, 288_000] : [2304, 49_152, 24_576, 64_000],
      );
      const { domain, filters } = firstFilters(model, dataset.shape);
      expect(domain).toEqual([8, 8, 3]);
      expect(filters).toHaveLength(48);
      expect(filters[0]!.predicted).toHaveLength(192);
      expect(Math.max(...filters[0]!.predicted.map(Math.abs))).toBe(127);
      // 16 places of three channels, where the picture is the filter itself.
      expect(filters[0]!.learned?.length).toBe(spec === dense ? undefined : 48);
      for (const { index, level } of filters[0]!.learned ?? []) expect(filters[0]!.predicted[index]).toBe(level);
      model.dispose();
    }
    expect(learned).toEqual([601_910, 145_718]);
    expect(tf.memory().numTensors).toBe(before);
  });

  test("a perceptron in another basis: learned pixels are shown as they are in the filter", async () => {
    const layer = { weights: "factorized", units: 10, dictionary: "kernel", proportion: 0.01, columns: 2 } as const;
    const spec = resolveRun({ hidden: [{ ...layer, basis: "orthonormal" }] });
    const model = await buildNetwork(spec, imageData(spec, photographs(4)));
    const { domain, filters } = firstFilters(model, [32, 32, 3]);
    expect([domain, filters.length]).toEqual([[32, 32, 3], 10]);
    expect(filters[9]!.learned).toHaveLength(31);
    for (const { index, level } of filters[9]!.learned!) expect(filters[9]!.predicted[index]).toBe(level);
    model.dispose();
  });

  test("dictionaries and choices made from the data, in any layer: what they see is what the layer takes", async () => {
    const learned = (dictionary: string, selection = "uniform") =>
      ({ weights: "factorized", dictionary, selection, proportion: 0.25 }) as const;
    const spec = resolveRun({
      data: { samples: 300 },
      network: {
        model: "lenet5",
        layers: {
          conv_1: learned("covariance"),
          conv_2: learned("fourier", "energy"),
          fc_1: learned("covariance", "leverage"),
          fc_2: { ...learned("covariance"), columns: 2 },
        },
      },
    });
    const before = tf.memory().numTensors;
    const made: string[] = [];
    const model = await buildNetwork(spec, imageData(spec, photographs(40)), {
      onDictionary: ({ layer }) => made.push(layer),
    });
    expect(made).toEqual(["conv_1", "conv_2", "fc_1", "fc_2"]);
    const again = await buildNetwork(spec, imageData(spec, photographs(40)));
    const values = (network: typeof model) => network.getWeights().map((weight) => [...weight.dataSync()]);
    expect(values(again)).toEqual(values(model));
    // U of a learned dictionary is stored: 25 places of a 5 × 5 kernel, 120 units.
    expect(model.getLayer("conv_1").getWeights().at(-1)!.shape).toEqual([25, 6]);
    expect(model.getLayer("fc_2").getWeights().at(-1)!.shape).toEqual([120, 60]);
    model.dispose();
    again.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each([
    ["fourier", { basis: "sine" }, /layer conv_3, grid 5 × 5: .*basis/],
    ["kernal", {}, /layer conv_3, grid 5 × 5: .*kernal/],
  ])("a dictionary %s %j that can't serve a kernel is named with the layer", async (dictionary, options, message) => {
    const conv_3 = { weights: "factorized", dictionary, options, proportion: 0.25 } as const;
    const spec = resolveRun({ network: { model: "convnet", layers: { conv_3 } } });
    const before = tf.memory().numTensors;
    await expect(buildNetwork(spec, imageData(spec, photographs(2)))).rejects.toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });
});

/** LeNet-5 on MNIST, six steps. */
const small = (more: RunInput = {}): RunSpec => {
  const layer = { weights: "factorized", dictionary: "kernel", options: { lengthScale: 1 }, proportion: 0.4 } as const;
  return resolveRun({
    label: "SE",
    data: { train: 60, test: 20 },
    network: { model: "lenet5", layers: { conv_1: layer, conv_2: layer, fc_1: { ...layer, columns: 5 } } },
    training: { epochs: 1, batchSize: 10 },
    ...more,
  });
};
const context = (execution: "compiled" | "eager", storage: CheckpointStorage = memoryStorage()) => ({
  ...{ engine, execution, threads: 1, folder: process.cwd() },
  storage: () => storage,
});

describe("execute", () => {
  test.runIf(ofOne)("compiled and eager steps give the same losses, and leak no tensor", async () => {
    const before = tf.memory().numTensors;
    const eager = await execute(small(), context("eager"));
    const compiled = await execute(small(), context("compiled"));
    expect(tf.memory().numTensors).toBe(before);
    expect(Math.abs(compiled.result.testLoss - eager.result.testLoss)).toBeLessThan(1e-3);
    expect(Math.abs(compiled.result.trainLoss - eager.result.trainLoss)).toBeLessThan(1e-3);
    expect(eager.result).toMatchObject({
      domain: [5, 5, 1],
      layers: [{ layer: "conv_1", kernel: [5, 5], dynamic: 60 }, {}, {}, {}],
    });
    expect(eager.result.filters).toHaveLength(6);
    expect(compiled.execution).toMatchObject({ execution: "compiled", prepared: false });
  });

  test.runIf(ofOne)("ConvMixer, a quarter of its kernels learned: compiled and eager steps agree", async () => {
    const layers = layersBy("DCT", layersOf({ model: "convmixer" }), { proportion: 12 / 49 });
    const spec = small({
      network: { model: "convmixer", widths: [4], layers },
      data: { train: 20, test: 10 },
      // At a higher rate, networks as narrow as this one amplify what rounding leaves.
      training: { epochs: 1, batchSize: 10, rate: 0.001 },
    });
    const [compiled, eager] = [await execute(spec, context("compiled")), await execute(spec, context("eager"))];
    expect(Math.abs(compiled.result.trainLoss - eager.result.trainLoss)).toBeLessThan(1e-4);
    expect(Math.abs(compiled.result.testLoss - eager.result.testLoss)).toBeLessThan(1e-4);
    const depthwise = eager.result.layers.filter(({ layer }) => layer.endsWith("depthwise"));
    expect(depthwise.map(({ dense, dynamic }) => [dense, dynamic])).toEqual(
      Array.from({ length: 8 }, () => [49 * 4, 12 * 4]),
    );
  });

  test.runIf(ofOne)(
    "fixed filters, a rectifier and learned mixing: compiled and eager steps agree, the pictures are the atoms",
    async () => {
      const layer = {
        weights: "factorized",
        dictionary: "fourier",
        options: { basis: "cosine" },
        selection: "leading",
      } as const;
      const fixed = { ...layer, proportion: 0.4, basis: "atoms", mapActivation: "relu" } as const;
      const spec = small({ network: { model: "lenet5", layers: { conv_1: fixed } } });
      const [compiled, eager] = [await execute(spec, context("compiled")), await execute(spec, context("eager"))];
      expect(Math.abs(compiled.result.testLoss - eager.result.testLoss)).toBeLessThan(1e-3);
      expect(Math.abs(compiled.result.trainLoss - eager.result.trainLoss)).toBeLessThan(1e-3);
      // 10 of 25 places.
      expect(eager.result.layers.map(({ dynamic }) => dynamic)).toEqual([10 * 6, 25 * 6 * 16, 400 * 120, 120 * 84]);
      expect([eager.result.domain, eager.result.filters?.length]).toEqual([[5, 5, 1], 10]);
      // The lowest frequency is the same everywhere.
      expect(new Set(eager.result.filters![0]!.predicted).size).toBe(1);
    },
  );

  test("interrupted and continued, with images that change in each epoch, it ends with the same numbers", async () => {
    const spec = small({ training: { epochs: 2, batchSize: 10, augment: { crop: 2, flip: true } } });
    const whole = await execute(spec, context("eager"));
    const storage = memoryStorage();
    const stop = new AbortController();
    const interrupted = execute(spec, {
      ...context("eager", storage),
      signal: stop.signal,
      onEvent: (event) => event.type === "step" && event.step === 2 && stop.abort(),
    });
    await expect(interrupted).rejects.toMatchObject({ code: "INTERRUPTED" });
    const { step } = decodeCheckpoint((await storage.read())!).progress;
    expect(step).toBeLessThan(12);
    const events: RunEvent[] = [];
    const resumed = await execute(spec, {
      ...context("eager", storage),
      onEvent: (event) => events.push(event),
    });
    expect(events.find(({ type }) => type === "resume")).toMatchObject({ step });
    const { seconds: _, stepsPerSecond: __, ...expected } = whole.result;
    expect(resumed.result).toMatchObject(expected);
  });

  test.runIf(ofOne)("fully connected layers of a network are pre-trained, convolutions are not", async () => {
    const events: RunEvent[] = [];
    const spec = small({ network: { model: "lenet5" }, pretraining: { epochs: 2 } });
    const before = tf.memory().numTensors;
    const record = await execute(spec, {
      ...context("eager"),
      storage: () => memoryStorage(),
      onEvent: (event) => events.push(event),
    });
    expect(tf.memory().numTensors).toBe(before);
    const epochs = events.flatMap((event) => (event.type === "pretraining" ? [event] : []));
    expect(epochs.map(({ layer, epoch }) => `${layer} ${epoch}`)).toEqual(["fc_1 1", "fc_1 2", "fc_2 1", "fc_2 2"]);
    expect(epochs[1]!.loss).toBeLessThan(epochs[0]!.loss);
    const plain = await execute(small({ network: { model: "lenet5" } }), context("eager"));
    expect(record.id).not.toBe(plain.id);
    expect(record.result.testLoss).not.toBe(plain.result.testLoss);
  });

  test.runIf(ofOne)("a perceptron trains on augmented images; with and without, the runs differ", async () => {
    const perceptron = (augment?: object) =>
      small({
        network: { model: "mlp", hidden: [20] },
        training: { epochs: 1, batchSize: 10, ...(augment && { augment }) },
      });
    const augmented = await execute(perceptron({ crop: 2 }), context("eager"));
    const plain = await execute(perceptron(), context("eager"));
    expect(augmented.id).not.toBe(plain.id);
    expect(augmented.result.trainLoss).not.toBe(plain.result.trainLoss);
    expect(augmented.result.layers).toEqual([
      {
        layer: "hidden_1",
        kernel: [28, 28],
        channels: 1,
        filters: 20,
        dense: 15_680,
        dynamic: 15_680,
        static: 0,
        stored: 0,
      },
    ]);
  });
});
