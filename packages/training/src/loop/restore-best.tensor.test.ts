import { initializers, layers, sequential } from "@tensorflow/tfjs-layers";
import { describe, expect, test } from "vitest";
import { decodeCheckpoint } from "../checkpoint/checkpoint";
import { memoryStorage } from "../checkpoint/storage";
import { adam } from "../step/adam";
import { sgd } from "../step/sgd";
import { blobs, classes, features } from "../testing/blobs";
import { seeded, weightsOf } from "../testing/networks";
import { executions, leaked, stopAt } from "../testing/runs";
import type { TrainOptions } from "./options";
import { train } from "./train";

const source = blobs({ seed: 7 });

/** Network with moving averages, which belong to the best weights. */
function network() {
  const kernelInitializer = initializers.zeros();
  const model = sequential({
    layers: [
      layers.dense({ inputShape: [features], units: 5, useBias: false, kernelInitializer }),
      layers.batchNormalization({ momentum: 0.8 }),
      layers.dense({ units: classes, kernelInitializer }),
    ],
  });
  return seeded(model, 4);
}

describe.each(executions)("restoreBest, %s", (execution) => {
  // Learns for two epochs of 7 updates, and unlearns in the others.
  const base: TrainOptions = {
    epochs: 6,
    optimizer: sgd(),
    schedule: (step) => (step < 14 ? 0.1 : 2),
    evaluation: { source: blobs({ seed: 8, count: 50 }) },
    execution,
    compile: { threads: 1, stepsPerCall: 1 },
  };
  async function trained(changes: Partial<TrainOptions> = {}) {
    const model = network();
    try {
      const { seconds: _, ...result } = await train(model, source, { ...base, ...changes });
      return { ...result, weights: weightsOf(model) };
    } finally {
      model.dispose();
    }
  }

  test("the model has the weights and moving averages of the best evaluation, to the bit; without it, the last", async () => {
    const leak = await leaked(async () => {
      const [best, last] = [await trained({ restoreBest: true }), await trained()];
      const losses = best.history.map(({ evaluation }) => evaluation!.loss);
      const epoch = losses.indexOf(Math.min(...losses)) + 1;
      expect(epoch).toBeLessThan(6);
      expect(best.best).toEqual(best.history[epoch - 1]);
      expect(best.weights).toEqual((await trained({ epochs: epoch })).weights);
      expect({ ...best, weights: [] }).toEqual({ ...last, weights: [] });
      expect(last.weights).not.toEqual(best.weights);
    });
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
  });

  test("by another metric, with patience", async () => {
    const { best, history, weights } = await trained({
      restoreBest: true,
      patience: 2,
      monitor: "error",
      minDelta: 0.2,
    });
    const errors = history.map(({ evaluation }) => evaluation!.error);
    const epoch = errors.findIndex((error, i) => errors.slice(i + 1).every((later) => !(later < error - 0.2))) + 1;
    expect(best!.epoch).toBe(epoch);
    expect(history).toHaveLength(epoch + 2);
    expect(weights).toEqual((await trained({ epochs: epoch })).weights);
  });

  test("interrupted anywhere and continued, every number is the same; interrupted, the model has the best so far", async () => {
    const options = { restoreBest: true, optimizer: adam() };
    const whole = await trained(options);
    for (const step of [3, 15, 36]) {
      const checkpoint = { storage: memoryStorage() };
      const part = await trained({ ...options, checkpoint, ...stopAt(step) });
      expect(part).toMatchObject({ status: "interrupted", step });
      if (part.best) expect(part.weights).toEqual((await trained({ ...options, epochs: part.best.epoch })).weights);
      const { best } = decodeCheckpoint((await checkpoint.storage.read())!);
      expect(best?.weights.length).toBe(part.best ? 5 : undefined);
      expect(await trained({ ...options, checkpoint })).toEqual(whole);
    }
  });

  test("a checkpoint of a run that kept no best weights is refused, and one by another metric", async () => {
    const checkpoint = { storage: memoryStorage() };
    await trained({ checkpoint, ...stopAt(20) });
    await expect(trained({ checkpoint, restoreBest: true })).rejects.toMatchObject({
      code: "CHECKPOINT_MISMATCH",
      message: expect.stringContaining("restoreBest is absent there and {"),
    });
    // Without it, the metric only says when to stop.
    expect(await trained({ checkpoint, monitor: "error" })).toMatchObject({ status: "done" });
    const other = { storage: memoryStorage() };
    await trained({ checkpoint: other, restoreBest: true, ...stopAt(20) });
    await expect(trained({ checkpoint: other, restoreBest: true, monitor: "error" })).rejects.toThrow(
      'restoreBest.monitor is "loss" there and "error" here',
    );
  });
});
