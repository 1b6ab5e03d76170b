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
import type { BatchSource } from "@weightcast/types";
import { describe, expect, test } from "vitest";
import torch from "../../fixtures/torch-batch-norm.json";
import { decodeCheckpoint, encodeCheckpoint } from "../checkpoint/checkpoint";
import { memoryStorage } from "../checkpoint/storage";
import { evaluate } from "../loop/evaluate";
import type { TrainingEvent } from "../loop/events";
import type { TrainOptions } from "../loop/options";
import { train } from "../loop/train";
import { blobs, classes, features } from "../testing/blobs";
import { seeded, weightsOf } from "../testing/networks";
import { executions, leaked, stopAt } from "../testing/runs";
import { adam } from "./adam";
import { trainingCall } from "./functional-call";
import { constant } from "./schedule";
import { sgd } from "./sgd";
import { initialState } from "./state";
import { createStep } from "./step";

const batch = 10;
const zeros = () => initializers.zeros();

/** Network of a dense layer, batch normalization, tanh, and logits. */
const network = (units: number) =>
  sequential({
    layers: [
      layers.dense({ inputShape: [features], units, kernelInitializer: zeros() }),
      layers.batchNormalization({ momentum: 0.8 }),
      layers.activation({ activation: "tanh" }),
      layers.dense({ units: classes, kernelInitializer: zeros() }),
    ],
  });

/** Network of the fixture, with its initial weights. */
function torchNetwork(): LayersModel {
  const model = network(5);
  tf.tidy(() => {
    for (const [i, variable] of model.trainableWeights.entries())
      variable.write(tf.tensor(torch.weights[i]!, torch.shapes[i]!));
    for (const [i, variable] of model.nonTrainableWeights.entries()) variable.write(tf.tensor1d(torch.buffers[i]!));
  });
  return model;
}

/** Source of the fixture's three batches; with `size` 30, of a single batch. */
const torchSource = (size = batch): BatchSource => ({
  count: 3 * batch,
  batchSize: size,
  batchesPerEpoch: (3 * batch) / size,
  inputShape: [features],
  classes,
  *batches(_, from = 0) {
    for (let start = from * size; start < 3 * batch; start += size)
      yield {
        inputs: Float32Array.from(torch.inputs.slice(start * features, (start + size) * features)),
        labels: Int32Array.from(torch.labels.slice(start, start + size)),
        count: size,
      };
  },
});

function expectClose(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of actual.entries()) expect(Math.abs(value - expected[i]!)).toBeLessThan(tolerance);
}

describe.each(executions)("batch normalization, %s", (execution) => {
  const options: TrainOptions = {
    execution,
    compile: { threads: 1 },
    epochs: 4,
    optimizer: sgd({ momentum: 0.9 }),
    schedule: constant(0.1),
    lossEvery: 1,
  };

  test("12 updates and an evaluation equal PyTorch's: losses to 1e-5, weights and moving averages to 2e-5", async () => {
    const model = torchNetwork();
    const losses: number[] = [];
    const onEvent = (event: TrainingEvent) => {
      if (event.type === "step") losses.push(event.loss);
    };
    const evaluation = { source: torchSource(30), every: 4 };
    const { history } = await train(model, torchSource(), { ...options, evaluation, onEvent });
    expectClose(losses, torch.trained.losses, 1e-5);
    const arrays = [...torch.trained.weights, ...torch.trained.buffers];
    for (const [i, variable] of [...model.trainableWeights, ...model.nonTrainableWeights].entries())
      expectClose([...variable.read().dataSync()], arrays[i]!, 2e-5);
    expectClose([history.at(-1)!.evaluation!.loss], [torch.trained.evaluated], 1e-5);
    expectClose([(await evaluate(model, torchSource(30))).loss], [torch.trained.evaluated], 1e-5);
    model.dispose();
  });

  const source = blobs({ seed: 12 });
  const trained = async (changes: Partial<TrainOptions>) => {
    const model = seeded(network(7), 5);
    try {
      const { seconds: _, ...rest } = await train(model, source, {
        ...options,
        optimizer: adam(),
        schedule: constant(0.01),
        epochs: 2,
        ...changes,
      });
      return { ...rest, weights: weightsOf(model) };
    } finally {
      model.dispose();
    }
  };

  const compile = { threads: 1, stepsPerCall: 1 };
  test("interrupted after any step and continued, every number is the same; nothing is left behind", async () => {
    const evaluation = { source: blobs({ seed: 13, count: 30 }) };
    const leak = await leaked(async () => {
      const whole = await trained({ evaluation });
      for (const step of [1, 7, 9]) {
        const checkpoint = { storage: memoryStorage() };
        expect(await trained({ evaluation, checkpoint, compile, ...stopAt(step) })).toMatchObject({
          step,
        });
        expect(await trained({ evaluation, checkpoint })).toEqual(whole);
      }
    });
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
  });

  test("the model's averages change only at the end, with its weights; an error leaves them unchanged", async () => {
    const model = seeded(network(7), 5);
    const before = weightsOf(model);
    const onEvent = ({ type }: TrainingEvent) => {
      expect(weightsOf(model)).toEqual(before);
      if (type === "epoch") throw new Error("thrown by the listener");
    };
    const leak = await leaked(() =>
      expect(train(model, source, { ...options, onEvent })).rejects.toThrow("thrown by the listener"),
    );
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
    expect(weightsOf(model)).toEqual(before);
    model.dispose();
  });

  /** Ways to freeze the batch normalization of a network: itself, the model it is nested in, or a model in that. */
  const inner = () => sequential({ layers: [layers.batchNormalization({ inputShape: [7], momentum: 0.8 })] });
  const outer = () => sequential({ layers: [inner()] });
  const freezing: [string, () => layers.Layer][] = [
    ["the layer itself", () => layers.batchNormalization({ momentum: 0.8 })],
    ["a nested model", inner],
    ["a nested model in another", outer],
    ["a wrapper", () => layers.timeDistributed({ layer: layers.batchNormalization({ momentum: 0.8 }) })],
  ];
  test.each(freezing)("frozen by %s, it scales and shifts by its averages, which stay", async (title, create) => {
    const normalize = create();
    const wrapped = title === "a wrapper"; // around two groups of 7 units, with the same scale and shift
    const units = wrapped ? 14 : 7;
    const model = seeded(
      sequential({
        layers: [
          layers.dense({ inputShape: [features], units, kernelInitializer: zeros() }),
          ...(wrapped ? [layers.reshape({ targetShape: [2, 7] }), normalize, layers.flatten()] : [normalize]),
          layers.dense({ units: classes, kernelInitializer: zeros() }),
        ],
      }),
      5,
    );
    normalize.trainable = false;
    // Oracle: the same network with a fixed scale and shift, γ / √(variance + ε) and β − mean · scale.
    const [gamma, beta, mean, variance] = normalize.getWeights().map((weight) => [...weight.dataSync()]);
    const scale = gamma!.map((g, i) => g / Math.sqrt(variance![i]! + 1e-3));
    const shift = beta!.map((b, i) => b - mean![i]! * scale[i]!);
    const repeated = (values: number[]) => Array.from({ length: units }, (_, i) => values[i % 7]!);
    const affine = layers.dense({ units, trainable: false, kernelInitializer: zeros() });
    const oracle = sequential({
      layers: [
        layers.dense({ inputShape: [features], units, kernelInitializer: zeros() }),
        affine,
        layers.dense({ units: classes, kernelInitializer: zeros() }),
      ],
    });
    tf.tidy(() => {
      affine.setWeights([tf.diag(tf.tensor1d(repeated(scale))), tf.tensor1d(repeated(shift))]);
      for (const [i, variable] of oracle.trainableWeights.entries()) variable.write(model.trainableWeights[i]!.read());
    });
    expect(model.trainableWeights).toHaveLength(4);

    const before = normalize.getWeights().map((weight) => [...weight.dataSync()]);
    const evaluation = { source: blobs({ seed: 13, count: 30 }) };
    const settings = { ...options, evaluation, epochs: 2 };
    const { history } = await train(model, source, settings);
    const { history: expected } = await train(oracle, source, settings);
    expect(normalize.getWeights().map((weight) => [...weight.dataSync()])).toEqual(before);
    for (const [i, { loss, evaluation }] of history.entries()) {
      expectClose([loss, evaluation!.loss], [expected[i]!.loss, expected[i]!.evaluation!.loss], 1e-5);
    }
    for (const [i, variable] of model.trainableWeights.entries())
      expectClose([...variable.read().dataSync()], [...oracle.trainableWeights[i]!.read().dataSync()], 2e-5);
    expect(history[0]!.loss).not.toBeCloseTo(history[1]!.loss, 3);
    model.dispose();
    oracle.dispose();
  });

  test("checkpoints contain the averages; a checkpoint with other averages is refused", async () => {
    const checkpoint = { storage: memoryStorage() };
    await trained({ checkpoint });
    const stored = decodeCheckpoint((await checkpoint.storage.read())!);
    expect(stored.buffers.map(({ name, shape }) => [name.split("/").at(-1), shape])).toEqual([
      ["moving_mean", [7]],
      ["moving_variance", [7]],
    ]);
    await checkpoint.storage.write(encodeCheckpoint({ ...stored, buffers: [] }));
    await expect(trained({ checkpoint })).rejects.toMatchObject({
      code: "CHECKPOINT_MISMATCH",
      message: expect.stringContaining("its moving averages and states are of shapes [], the model's of [[7],[7]]"),
    });
  });
});

describe("trainingCall", () => {
  test("a layer applied twice moves its averages twice; the model is unchanged, and nothing is left behind", async () => {
    const normalize = layers.batchNormalization({ momentum: 0.5 });
    const start = input({ shape: [2] });
    const model = modelOf({
      inputs: start,
      outputs: normalize.apply(normalize.apply(start) as SymbolicTensor) as SymbolicTensor,
    });
    const before = weightsOf(model);
    const leak = await leaked(() =>
      tf.tidy(() => {
        const [weights, buffers] = [model.trainableWeights, model.nonTrainableWeights].map((all) =>
          all.map((variable) => variable.read()),
        );
        const x = tf.tensor2d([1, 2, 3, 6], [2, 2]);
        const called = trainingCall(model, { weights: weights!, buffers: buffers!, noise: [] }, [x]);
        // x has means 2 and 4, variances 1 and 4; the normalized x has means 0, variances v / (v + ε).
        const [mean, variance] = called.buffers.map((buffer) => [...buffer.dataSync()]);
        expectClose(mean!, [2 / 4, 4 / 4], 1e-6);
        expectClose(variance!, [(1 + 1) / 4 + 1 / 1.001 / 2, (1 + 4) / 4 + 4 / 4.001 / 2], 1e-6);
        tf.dispose([...called.buffers]);
      }),
    );
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
    expect(weightsOf(model)).toEqual(before);
    model.dispose();
  });

  test("if a layer or the loss throws, nothing is left behind and the variables are restored", async () => {
    const model = seeded(network(4), 1);
    const before = weightsOf(model);
    const failing = () => {
      throw new Error("no loss");
    };
    const leak = await leaked(() => {
      const step = createStep(model, { optimizer: sgd(), loss: failing });
      tf.tidy(() => {
        const state = initialState(model, sgd());
        const labels = tf.tensor1d([0, 1], "int32");
        expect(() => step(state, { inputs: tf.ones([2, features]), labels }, [tf.scalar(1)])).toThrow("no loss");
        expect(() => step(state, { inputs: tf.ones([2, 9]), labels }, [tf.scalar(1)])).toThrow();
      });
    });
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
    expect(weightsOf(model)).toEqual(before);
    expect(Object.hasOwn(model.nonTrainableWeights[0]!, "write")).toBe(false);
    model.dispose();
  });
});
