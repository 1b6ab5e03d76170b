import "@tensorflow/tfjs-backend-cpu";
import { initializers, type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import { gaussian } from "@weightcast/dictionary-random";
import { mlp } from "@weightcast/models";
import type { BatchSource } from "@weightcast/types";
import { describe, expect, test } from "vitest";
import { decodeCheckpoint } from "../checkpoint/checkpoint";
import { memoryStorage } from "../checkpoint/storage";
import type { TrainingEvent } from "../loop/events";
import type { TrainOptions } from "../loop/options";
import { train } from "../loop/train";
import { adagrad } from "../step/adagrad";
import { adam } from "../step/adam";
import { lion } from "../step/lion";
import { rmsprop } from "../step/rmsprop";
import { constant } from "../step/schedule";
import { sgd } from "../step/sgd";
import { adaptedNetwork } from "../testing/adapted";
import { blobs, classes, features } from "../testing/blobs";
import { network, seeded, weightsOf } from "../testing/networks";
import { leaked, stopAt } from "../testing/runs";

/** Network of a factorized layer (x U V with U fixed), a dense layer, and logits. */
function factorized(): LayersModel {
  const kernelInitializer = initializers.zeros();
  const dense = (units: number, more: object = {}) => layers.dense({ units, kernelInitializer, ...more });
  const model = sequential({
    layers: [
      dense(4, { inputShape: [features], useBias: false, trainable: false }),
      dense(20, { activation: "sigmoid" }),
      dense(15, { activation: "sigmoid" }),
      dense(classes),
    ],
  });
  return seeded(model, 3);
}

/**
 * Network with every kind of state and random numbers. No bias before the normalization: its gradient is zero except
 * for rounding, which Adam would scale up to whole steps.
 */
function noisy(): LayersModel {
  const kernelInitializer = initializers.zeros();
  const model = sequential({
    layers: [
      layers.dropout({ inputShape: [features], rate: 0.1 }),
      layers.dense({ units: 12, useBias: false, kernelInitializer }),
      layers.batchNormalization({ momentum: 0.8 }),
      layers.activation({ activation: "tanh" }),
      layers.dropout({ rate: 0.4 }),
      layers.dense({ units: classes, kernelInitializer }),
    ],
  });
  return seeded(model, 4);
}

/** Network with a convolution, batch normalization of its channels, and spatial dropout. */
function convolutional(): LayersModel {
  const kernelInitializer = initializers.zeros();
  const model = sequential({
    layers: [
      layers.reshape({ inputShape: [features], targetShape: [2, 3, 1] }),
      layers.conv2d({ filters: 5, kernelSize: 2, padding: "same", useBias: false, kernelInitializer }),
      layers.batchNormalization({ momentum: 0.8 }),
      layers.dropout({ rate: 0.3, noiseShape: [null, 1, 1, 5] as number[] }),
      layers.activation({ activation: "relu" }),
      layers.flatten(),
      layers.dense({ units: classes, kernelInitializer }),
    ],
  });
  return seeded(model, 5);
}

const options: TrainOptions = {
  epochs: 2,
  optimizer: sgd({ momentum: 0.9 }),
  schedule: constant(0.05),
  lossEvery: 1,
  compile: { threads: 1 },
};
const source = blobs({ seed: 7 }); // 7 batches, the last of 4
const heldOut = blobs({ seed: 8, count: 50 });

/** Trains a fresh model. @returns the losses, the final state, the weights, and the `execution` event */
async function trained(make: () => LayersModel, changes: Partial<TrainOptions>, from = source) {
  const model = make();
  const { storage } = changes.checkpoint ?? { storage: memoryStorage() };
  const losses: number[] = [];
  let about = {};
  const onEvent = (event: TrainingEvent) => {
    if (event.type === "step") losses.push(event.loss);
    if (event.type === "execution") about = event;
  };
  try {
    const { history } = await train(model, from, { checkpoint: { storage }, ...options, ...changes, onEvent });
    const { weights, slots, buffers } = decodeCheckpoint((await storage.read())!);
    const state = [...weights, ...slots.flat(), ...buffers].map(({ data }) => data);
    return { losses, history, state, weights: weightsOf(model), about };
  } finally {
    model.dispose();
  }
}

/** @param relative tolerance, relative to the largest expected magnitude */
function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, relative: number): void {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(...Array.from(expected, Math.abs), 1e-3);
  for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThan(relative * scale);
}

describe("compiled training", () => {
  test.each([
    ["factorized", factorized],
    ["with dropout and batch normalization", noisy],
  ])("%s: the losses of 210 steps equal those of eager execution (1e-3)", async (_, make) => {
    const changes = { epochs: 30, optimizer: sgd({ momentum: 0.9 }), schedule: constant(0.1) };
    const eager = await trained(make, { ...changes, execution: "eager" });
    const compiled = await trained(make, { ...changes, execution: "compiled" });
    expect(eager.losses).toHaveLength(210);
    expect(eager.losses.at(-1)).toBeLessThan(0.8 * eager.losses[0]!);
    for (const [i, loss] of compiled.losses.entries())
      expect(Math.abs(loss - eager.losses[i]!)).toBeLessThan(1e-3 * eager.losses[i]!);
  });

  test.each([
    ["sgd", sgd(), factorized],
    ["nesterov", sgd({ momentum: 0.9, nesterov: true }), factorized],
    ["adam", adam(), factorized],
    ["rmsprop", rmsprop({ centered: true, momentum: 0.9 }), factorized],
    ["adagrad", adagrad(), factorized],
    ["lion", lion(), factorized],
    ["adam with dropout and batch normalization", adam(), noisy],
    ["nesterov of a convolution", sgd({ momentum: 0.9, nesterov: true }), convolutional],
    ["adapters", sgd({ momentum: 0.9 }), adaptedNetwork],
  ])(
    "%s: after 14 steps with smaller last batches, weights, slots and averages equal those of eager execution (1e-4)",
    async (_, optimizer, make) => {
      const limits = { weightDecay: 0.01, maxColumnNorm: 0.9, clipNorm: 0.2, clipValue: 0.1 };
      const changes = { optimizer, ...limits, schedule: constant(0.01) };
      const eager = await trained(make, { ...changes, execution: "eager" });
      const compiled = await trained(make, { ...changes, execution: "compiled" });
      expect(compiled.state.length).toBeGreaterThanOrEqual(5 * (1 + optimizer.slots));
      for (const [i, data] of compiled.state.entries()) expectClose(data, eager.state[i]!, 1e-4);
    },
  );

  test("evaluations during training equal those of eager execution: the same wrong answers, losses to 1e-4", async () => {
    const changes = { evaluation: { source: heldOut }, epochs: 3 };
    const eager = await trained(noisy, { ...changes, execution: "eager" });
    const compiled = await trained(noisy, { ...changes, execution: "compiled" });
    for (const [i, { evaluation }] of compiled.history.entries()) {
      const expected = eager.history[i]!.evaluation!;
      expect(evaluation).toMatchObject({ error: expected.error, count: 50 });
      expectClose([evaluation!.loss], [expected.loss], 1e-4);
    }
  });

  test("the number of threads changes nothing, to the bit", async () => {
    const wide = () => network(2, 600);
    const large = blobs({ seed: 9, count: 400, batchSize: 200 });
    const run = (threads: number) => trained(wide, { execution: "compiled", compile: { threads } }, large);
    expect(await run(2)).toEqual(await run(1));
  });

  test("invalid options are named in the error", async () => {
    await expect(trained(factorized, { compile: { threads: 0 } })).rejects.toThrow(
      new RangeError("train: compile.threads must be an integer of at least 1; got 0"),
    );
    await expect(trained(factorized, { compile: { memory: -1 } })).rejects.toThrow(
      new RangeError("train: compile.memory must be a number of bytes of at least 0; got -1"),
    );
    await expect(trained(factorized, { execution: "fast" as "eager" })).rejects.toThrow(
      new RangeError('train: execution must be "auto", "compiled" or "eager"; got "fast"'),
    );
    await expect(trained(factorized, { seed: 0.5 })).rejects.toThrow(
      new RangeError("train: seed must be a safe integer; got 0.5"),
    );
  });
});

describe("a source that can be prepared", () => {
  const preparable = blobs({ seed: 7, preparable: true });
  const evaluation = { source: blobs({ seed: 8, count: 50, preparable: true }) };
  const run = (memory?: number, from = preparable) =>
    trained(
      factorized,
      { execution: "compiled", compile: { threads: 1, ...(memory !== undefined && { memory }) }, evaluation },
      from,
    );
  /** Size of x U: 4 numbers per example. */
  const bytes = 100 * 4 * 4;

  test("is prepared, and every number is the same as without, to the bit; leaks nothing", async () => {
    const leak = await leaked(async () => {
      const { about: prepared, ...yes } = await run();
      const { about, ...no } = await run(0);
      expect(prepared).toMatchObject({ execution: "compiled", prepared: true });
      expect(about).toMatchObject({ execution: "compiled", prepared: false });
      expect(yes).toEqual(no);
      const { about: other, ...plain } = await run(undefined, source);
      expect(other).toMatchObject({ prepared: false });
      expect(plain).toEqual(no);
    });
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
  });

  test("is prepared only if it fits into the allowed memory", async () => {
    expect((await run(bytes)).about).toMatchObject({ prepared: true });
    expect((await run(bytes - 1)).about).toMatchObject({ prepared: false });
  });

  test("resumes with the same bits after any stop, also without preparation", async () => {
    const make = async (changes: Partial<TrainOptions>) => {
      const model = factorized();
      try {
        const { seconds: _, ...rest } = await train(model, preparable, { ...options, evaluation, ...changes });
        return { ...rest, weights: weightsOf(model) };
      } finally {
        model.dispose();
      }
    };
    const whole = await make({});
    const compile = { ...options.compile, stepsPerCall: 1 };
    for (const step of [1, 6, 7, 13]) {
      const storage = memoryStorage();
      const part = await make({ checkpoint: { storage }, compile, ...stopAt(step) });
      expect(part).toMatchObject({ status: "interrupted", step });
      const other = step === 7 ? { ...compile, memory: 0 } : compile;
      expect(await make({ checkpoint: { storage }, compile: other })).toEqual(whole);
    }
  });

  test.each([
    ["the last batch would be prepared, the others not", 10, 2],
    ["the same with other columns", 100, 10],
  ])("batches that need different orders of x U V: %s", async (_, units, columns) => {
    const draw = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * 1.7));
    const rows = draw(105 * 64);
    const labels = Int32Array.from({ length: 105 }, (_, i) => i % 3);
    const sourceOf = (values: Float32Array, shape: readonly number[]): BatchSource => {
      const width = values.length / 105;
      return {
        count: 105,
        batchSize: 50,
        batchesPerEpoch: 3,
        inputShape: shape,
        classes: 3,
        *batches(_epoch, from = 0) {
          for (let i = from * 50; i < 105; i += 50) {
            const end = Math.min(105, i + 50);
            yield { inputs: values.slice(i * width, end * width), labels: labels.slice(i, end), count: end - i };
          }
        },
        prepared: async (next, prepare) => sourceOf(await prepare(values), next),
      };
    };
    const losses = async (execution: "compiled" | "eager") => {
      const hidden = { kind: "factorized", dictionary: gaussian([64], { seed: 1 }), rank: 32, columns } as const;
      const model = mlp({ input: [64], classes: 3, hidden: [units], weights: { hidden_1: hidden }, seed: 1 });
      const heldOut = sourceOf(rows, [64]);
      const { history } = await train(model, heldOut, {
        epochs: 2,
        optimizer: sgd(),
        schedule: constant(0.1),
        lossEvery: 1,
        evaluation: { source: heldOut },
        execution,
      });
      model.dispose();
      return history.flatMap(({ loss, evaluation }) => [loss, evaluation!.loss]);
    };
    const [compiled, eager] = [await losses("compiled"), await losses("eager")];
    for (const [i, loss] of compiled.entries()) expect(Math.abs(loss - eager[i]!)).toBeLessThan(1e-4);
  });

  test("the prepared source is checked: one with other batches is refused", async () => {
    const wrong = { ...preparable, prepared: async () => preparable };
    await expect(run(undefined, wrong)).rejects.toThrow();
  });
});

test("a checkpoint of another execution is refused", async () => {
  const checkpoint = { storage: memoryStorage() };
  await trained(factorized, { execution: "eager", checkpoint });
  await expect(trained(factorized, { execution: "compiled", checkpoint })).rejects.toMatchObject({
    code: "CHECKPOINT_MISMATCH",
    message: expect.stringContaining('execution is "eager" there and "compiled" here'),
  });
});
