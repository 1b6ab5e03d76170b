import { describe, expect, test } from "vitest";
import { memoryStorage } from "../checkpoint/storage";
import { type PlateauOptions, plateau } from "../step/plateau";
import { blobs } from "../testing/blobs";
import { network, weightsOf } from "../testing/networks";
import { executions, stopAt } from "../testing/runs";
import type { TrainOptions } from "./options";
import { train } from "./train";

describe.each(executions)("a training whose schedule follows a metric, %s", (execution) => {
  const run = async (changes: Partial<TrainOptions> = {}, metric: PlateauOptions = {}) => {
    const model = network(6);
    try {
      const { seconds: _, ...result } = await train(model, blobs({ seed: 5 }), {
        epochs: 8,
        optimizer: "sgd",
        schedule: plateau(2, { patience: 0, factor: 0.5, ...metric }), // too high a rate at the start
        evaluation: { source: blobs({ seed: 5, count: 40 }) },
        execution,
        compile: { threads: 1, stepsPerCall: 1 },
        ...changes,
      });
      return { ...result, weights: weightsOf(model) };
    } finally {
      model.dispose();
    }
  };

  test("lowers its rate by the evaluations, and continues with it after an interruption", async () => {
    const whole = await run();
    let [best, expected] = [Infinity, 2];
    for (const { rate, evaluation } of whole.history) {
      expect(rate).toBe(expected);
      if (evaluation!.loss < best - 1e-4) best = evaluation!.loss;
      else expected /= 2;
    }
    expect(whole.history.at(-1)!.rate).toBeLessThan(1.5);
    for (const step of [30, 49]) {
      const checkpoint = { storage: memoryStorage() };
      await run({ checkpoint, ...stopAt(step) });
      expect(await run({ checkpoint })).toEqual(whole);
    }
  });

  test("a metric that the task does not have is named before the start", async () => {
    await expect(run({}, { metric: "r2" })).rejects.toThrow(
      RangeError('plateau: metric of the task classification must be "loss" or "error"; got "r2"'),
    );
    await expect(run({ evaluation: undefined! }, { metric: "error" })).rejects.toThrow(
      'plateau: metric must be "loss" without an evaluation, which the other metrics belong to; got "error"',
    );
  });
});
