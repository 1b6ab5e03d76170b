import { initializers, layers, sequential } from "@tensorflow/tfjs-layers";
import { describe, expect, test } from "vitest";
import torch from "../../fixtures/torch-training.json";
import { memoryStorage } from "../checkpoint/storage";
import { adam } from "../step/adam";
import { cosine } from "../step/schedule";
import { sgd } from "../step/sgd";
import { blobs, classes, features } from "../testing/blobs";
import { seeded, weightsOf } from "../testing/networks";
import { executions, leaked, stopAt } from "../testing/runs";
import { distance, torchNetwork, torchSource } from "../testing/torch";
import type { TrainingEvent } from "./events";
import type { TrainOptions } from "./options";
import { train } from "./train";

const torchOptions: TrainOptions = {
  epochs: 5,
  optimizer: sgd({ momentum: 0.9 }),
  schedule: 0.1,
  weightDecay: 0.01,
  clipNorm: 0.5,
};

/** Network with every kind of state and random numbers. */
function noisy() {
  const kernelInitializer = initializers.zeros();
  const model = sequential({
    layers: [
      layers.dense({ inputShape: [features], units: 5, useBias: false, kernelInitializer }),
      layers.batchNormalization({ momentum: 0.8 }),
      layers.dropout({ rate: 0.3 }),
      layers.dense({ units: classes, kernelInitializer }),
    ],
  });
  return seeded(model, 4);
}

describe.each(executions)("accumulate, %s", (execution) => {
  const compile = { threads: 1, stepsPerCall: 2 };
  const torchRun = async (count: number, batchSize: number, changes: Partial<TrainOptions>) => {
    const model = torchNetwork();
    const result = await train(model, torchSource(count, batchSize), {
      ...torchOptions,
      execution,
      compile,
      ...changes,
    });
    const weights = weightsOf(model);
    model.dispose();
    return { ...result, weights };
  };

  test("updates are PyTorch's (1e-6): three batches and the rest of an epoch; all batches of unequal sizes, as one", async () => {
    const rest = await torchRun(40, 10, { accumulate: 3 });
    expect(rest.step).toBe(10);
    expect(distance(rest.weights, torch.accumulated[0]!)).toBeLessThan(1e-6);
    const unequal = await torchRun(35, 10, { accumulate: 4 });
    expect(unequal.step).toBe(5);
    expect(distance(unequal.weights, torch.accumulated[1]!)).toBeLessThan(1e-6);
    const one = await torchRun(35, 35, {});
    expect(distance(one.weights, torch.accumulated[1]!)).toBeLessThan(1e-6);
    expect((await torchRun(40, 10, { accumulate: 1 })).weights).toEqual((await torchRun(40, 10, {})).weights);
  });

  test("steps, rates and the history count updates; losses are of batches", async () => {
    const steps: (readonly [number, number])[] = [];
    const onEvent = (event: TrainingEvent) => {
      if (event.type === "step") steps.push([event.step, event.rate]);
      if (event.type === "start") expect(event).toMatchObject({ steps: 10, batchesPerEpoch: 4 });
    };
    const schedule = cosine(0.1, 10);
    const { history, step } = await torchRun(40, 10, { accumulate: 3, schedule, lossEvery: 1, onEvent });
    expect(step).toBe(10);
    expect(steps).toEqual(Array.from({ length: 10 }, (_, i) => [i + 1, schedule(i)]));
    expect(history.map((record) => record.step)).toEqual([2, 4, 6, 8, 10]);
    // The first three batches have the weights of the start.
    const first = await torchRun(40, 10, { accumulate: 4, epochs: 1, lossEvery: 1 });
    const alone = await torchRun(40, 40, { epochs: 1, lossEvery: 1 });
    expect(Math.abs(first.history[0]!.loss - alone.history[0]!.loss)).toBeLessThan(1e-6);
  });

  test("interrupted anywhere and continued, with averaged weights and the best epoch, every number is the same", async () => {
    const source = blobs({ seed: 7 }); // 7 batches: updates of 3, 3 and 1
    const options: TrainOptions = {
      epochs: 4,
      optimizer: adam(),
      schedule: (step) => (step < 6 ? 0.1 : 3),
      accumulate: 3,
      averaging: { decay: 0.5 },
      restoreBest: true,
      evaluation: { source: blobs({ seed: 8, count: 50 }) },
      seed: 5,
      execution,
      compile,
    };
    const run = async (changes: Partial<TrainOptions>) => {
      const model = noisy();
      try {
        const { seconds: _, ...result } = await train(model, source, { ...options, ...changes });
        return { ...result, weights: weightsOf(model) };
      } finally {
        model.dispose();
      }
    };
    const leak = await leaked(async () => {
      const whole = await run({});
      expect(whole.step).toBe(12);
      expect(whole.best!.epoch).toBeLessThan(4);
      for (const step of [1, 6, 11]) {
        const checkpoint = { storage: memoryStorage() };
        const part = await run({ checkpoint, ...stopAt(step) });
        expect(part).toMatchObject({ status: "interrupted" });
        await expect(run({ checkpoint, accumulate: 2 })).rejects.toThrow("accumulate is 3 there and 2 here");
        expect(await run({ checkpoint })).toEqual(whole);
      }
      const crashing = { storage: memoryStorage() };
      const onEvent = (event: TrainingEvent) => {
        if (event.type === "step" && event.step === 8) throw new Error("crash");
      };
      await expect(run({ checkpoint: { ...crashing, every: 2 }, onEvent })).rejects.toThrow("crash");
      expect(await run({ checkpoint: crashing })).toEqual(whole);
    });
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
  });

  test("the number of batches is checked", async () => {
    await expect(torchRun(40, 10, { accumulate: 0 })).rejects.toThrow(
      RangeError("train: accumulate must be an integer of at least 1; got 0"),
    );
  });
});
