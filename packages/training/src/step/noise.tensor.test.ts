import * as tf from "@tensorflow/tfjs-core";
import {
  initializers,
  input,
  type LayersModel,
  layers,
  model as modelOf,
  type SymbolicTensor,
  sequential,
} from "@tensorflow/tfjs-layers";
import { describe, expect, test } from "vitest";
import { decodeCheckpoint } from "../checkpoint/checkpoint";
import { memoryStorage } from "../checkpoint/storage";
import { evaluate } from "../loop/evaluate";
import type { TrainOptions } from "../loop/options";
import { train } from "../loop/train";
import { blobs, classes, features } from "../testing/blobs";
import { network, seeded, weightsOf } from "../testing/networks";
import { executions, leaked, stopAt } from "../testing/runs";
import { drawNoise } from "./draw-noise";
import { trainingCall } from "./functional-call";
import { type Noise, noiseOf } from "./noise";
import { constant } from "./schedule";
import { sgd } from "./sgd";
import { initialState } from "./state";
import { createStep } from "./step";

const kept = (shape: Noise["shape"], rate: number): Noise => ({ layer: "any", shape, kind: "kept", rate });

describe("noiseOf", () => {
  test("one entry for every call, with the layer's noise shape; leaks nothing, changes nothing", async () => {
    const twice = layers.dropout({ rate: 0.25, name: "twice" });
    const start = input({ shape: [4, 3] });
    const flow = [
      layers.batchNormalization(),
      twice,
      layers.dropout({ rate: 0.5, noiseShape: [null, 1, 3] as number[], name: "rows" }),
      layers.dropout({ rate: 0.5, noiseShape: [1, 4, 1], name: "fixed" }),
      layers.spatialDropout1d({ rate: 0.1, name: "channels" }),
      layers.dropout({ rate: 0, name: "none" }),
      sequential({ layers: [layers.gaussianNoise({ inputShape: [4, 3], stddev: 2, name: "inner" })] }),
      twice,
    ];
    const end = flow.reduce((x, layer) => layer.apply(x) as SymbolicTensor, start);
    const model = modelOf({ inputs: start, outputs: end });
    const before = weightsOf(model);
    const leak = await leaked(() => {
      expect(noiseOf(model, [4, 3]).map(({ layer, shape, kind }) => [layer, shape, kind])).toEqual([
        ["twice", [null, 4, 3], "kept"],
        ["rows", [null, 1, 3], "kept"],
        ["fixed", [1, 4, 1], "kept"],
        ["channels", [null, 1, 3], "kept"],
        ["inner", [null, 4, 3], "normal"],
        ["twice", [null, 4, 3], "kept"],
      ]);
    });
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
    expect(weightsOf(model)).toEqual(before);
    expect(Object.hasOwn(twice, "call")).toBe(false);
    model.dispose();
  });

  test("a model without such layers needs none", () => {
    const model = network(1);
    expect(noiseOf(model, [features])).toEqual([]);
    model.dispose();
  });
});

describe("layers in a step", () => {
  const shape = [3, 4];
  const x = Array.from({ length: 12 }, (_, i) => Math.sin(i));
  const values = Array.from({ length: 12 }, (_, i) => (i % 3 === 0 ? 0 : 2));
  const selu = 1.6732632423543772 * 1.0507009873554805;
  const [a, b] = [(0.5 * (1 + 0.5 * selu ** 2)) ** -0.5, (0.5 * (1 + 0.5 * selu ** 2)) ** -0.5 * selu * 0.5];
  const cases: [string, layers.Layer, (x: number, n: number) => number][] = [
    ["dropout", layers.dropout({ rate: 0.5 }), (x, n) => x * n],
    ["alphaDropout", layers.alphaDropout({ rate: 0.5 }), (x, n) => a * (n === 0 ? -selu : x) + b],
    ["gaussianNoise", layers.gaussianNoise({ stddev: 0.3 }), (x, n) => x + 0.3 * n],
    ["gaussianDropout", layers.gaussianDropout({ rate: 0.2 }), (x, n) => x * (1 + n * Math.sqrt(0.2 / 0.8))],
  ];
  test.each(cases)("%s uses the given noise", (_, layer, expected) => {
    const start = input({ shape: [4] });
    const model = modelOf({ inputs: start, outputs: layer.apply(start) as SymbolicTensor });
    tf.tidy(() => {
      const noise = [tf.tensor2d(values, [3, 4])];
      const [output] = trainingCall(model, { weights: [], buffers: [], noise }, [tf.tensor2d(x, [3, 4])]).outputs;
      expect(output!.shape).toEqual(shape);
      for (const [i, value] of output!.dataSync().entries()) expect(value).toBeCloseTo(expected(x[i]!, values[i]!), 5);
    });
    model.dispose();
  });

  test("alphaDropout preserves mean 0 and variance 1, to 0.02 (100,000 numbers)", () => {
    const start = input({ shape: [1000] });
    const layer = layers.alphaDropout({ rate: 0.3 });
    const model = modelOf({ inputs: start, outputs: layer.apply(start) as SymbolicTensor });
    const [normal, mask] = drawNoise(
      [{ ...kept([null, 1000], 0), kind: "normal" }, kept([null, 1000], 0.3)],
      1,
      0,
      100,
    );
    tf.tidy(() => {
      const [inputs, noise] = [normal!, mask!].map((values) => tf.tensor2d(values, [100, 1000]));
      const [output] = trainingCall(model, { weights: [], buffers: [], noise: [noise!] }, [inputs!]).outputs;
      const { mean, variance } = tf.moments(output!);
      expect(Math.abs(mean.dataSync()[0]!)).toBeLessThan(0.02);
      expect(Math.abs(variance.dataSync()[0]! - 1)).toBeLessThan(0.02);
    });
    model.dispose();
  });

  test("a step with dropout of the input equals a step on the masked input: loss and weights, to the bit", () => {
    const plain = network(8);
    const model = sequential({ layers: [layers.dropout({ inputShape: [features], rate: 0.5 }), ...network(8).layers] });
    seeded(model, 8);
    seeded(plain, 8);
    const options = { optimizer: sgd() };
    tf.tidy(() => {
      const inputs = tf.tensor2d(x, [2, features]);
      const mask = tf.tensor2d(values, [2, features]);
      const labels = tf.tensor1d([0, 2], "int32");
      const run = (one: LayersModel, batch: tf.Tensor, noise: tf.Tensor[]) => {
        const { loss, weights } = createStep(one, options)(
          initialState(one, options.optimizer),
          { inputs: batch, labels },
          [tf.scalar(0.5)],
          noise,
        );
        return [loss, ...weights].map((tensor) => [...tensor.dataSync()]);
      };
      expect(run(model, inputs, [mask])).toEqual(run(plain, tf.mul(inputs, mask), []));
      expect(run(model, inputs, [mask])).not.toEqual(run(plain, inputs, []));
      expect(() => run(model, inputs, [])).toThrow(
        new RangeError("createStep: the model's dropout and noise layers take 1 tensors of noise; got 0; see noiseOf"),
      );
      expect(() => run(plain, inputs, [mask])).toThrow("take 0 tensors of noise; got 1");
    });
    plain.dispose();
    model.dispose();
  });
});

describe.each(executions)("training with dropout, %s", (execution) => {
  const source = blobs({ seed: 21 });
  const heldOut = blobs({ seed: 21, count: 40 });
  const options: TrainOptions = {
    execution,
    compile: { threads: 1 },
    epochs: 2,
    optimizer: sgd({ momentum: 0.5 }),
    schedule: constant(0.1),
    evaluation: { source: heldOut },
    seed: 1,
  };
  const make = () =>
    seeded(
      sequential({
        layers: [
          layers.gaussianNoise({ inputShape: [features], stddev: 0.1 }),
          layers.dense({ units: 9, activation: "relu", kernelInitializer: initializers.zeros() }),
          layers.dropout({ rate: 0.3 }),
          layers.dense({ units: classes, kernelInitializer: initializers.zeros() }),
        ],
      }),
      6,
    );
  const trained = async (changes: Partial<TrainOptions> = {}) => {
    const model = make();
    try {
      const { seconds: _, ...rest } = await train(model, source, { ...options, ...changes });
      const { error, count } = await evaluate(model, heldOut);
      return { ...rest, weights: weightsOf(model), evaluated: { error, count } };
    } finally {
      model.dispose();
    }
  };

  test("the seed decides the numbers; evaluation is without dropout; nothing is left behind", async () => {
    const leak = await leaked(async () => {
      const first = await trained();
      expect(first.history.at(-1)!.evaluation).toMatchObject(first.evaluated);
      expect(await trained()).toEqual(first);
      expect((await trained({ seed: 2 })).weights).not.toEqual(first.weights);
    });
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
  });

  const compile = { threads: 1, stepsPerCall: 1 };
  test("interrupted after any step and continued, every number is the same", async () => {
    const whole = await trained();
    for (const step of [1, 7, 8]) {
      const checkpoint = { storage: memoryStorage() };
      expect(await trained({ checkpoint, compile, ...stopAt(step) })).toMatchObject({ step });
      expect(await trained({ checkpoint })).toEqual(whole);
    }
  });

  test("the seed is part of a checkpoint's identity if there are numbers to draw", async () => {
    const checkpoint = { storage: memoryStorage() };
    await trained({ checkpoint });
    await expect(trained({ checkpoint, seed: 2 })).rejects.toMatchObject({
      code: "CHECKPOINT_MISMATCH",
      message: expect.stringContaining("seed is 1 there and 2 here"),
    });
    const plain = { storage: memoryStorage() };
    const model = network(1);
    await train(model, source, { ...options, checkpoint: plain });
    expect(decodeCheckpoint((await plain.storage.read())!).identity).not.toHaveProperty("seed");
    await train(model, source, { ...options, checkpoint: plain, seed: 2 });
    model.dispose();
  });
});
