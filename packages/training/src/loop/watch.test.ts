import { describe, expect, test } from "vitest";
import { binary } from "../tasks/binary";
import { classification } from "../tasks/classification";
import { multiOutput } from "../tasks/multi-output";
import { regression } from "../tasks/regression";
import type { Task } from "../tasks/task";
import { blobs } from "../testing/blobs";
import type { EpochRecord } from "./progress";
import { bestOf, stalled, type Watch, watchOf } from "./watch";

const evaluation = { source: blobs({ seed: 1 }) };
const byLoss: Watch = { monitor: "loss", mode: "min", minDelta: 0, evaluated: true };

/** History in which the evaluations, where there are any, have this loss, and this metric. */
const historyOf = (values: readonly (number | undefined)[]): readonly EpochRecord[] =>
  values.map((value, i) => ({
    epoch: i + 1,
    step: i,
    loss: -i,
    rate: 1,
    ...(value !== undefined && { evaluation: { error: value, loss: value, count: 1, metrics: { auc: value } } }),
  }));

test.each<[readonly (number | undefined)[], number, boolean]>([
  [[], 1, false],
  [[3, 2, 1], 1, false],
  [[3, 3], 1, true], // an equal loss is not smaller
  [[1, 2, 3], 2, true],
  [[1, 2, 3], 3, false],
  [[1, 2, 0.5, 2], 2, false],
  [[undefined, 1, undefined], 1, false], // only evaluated epochs count
  [[undefined, 1, undefined, 1], 2, true],
  [[Number.NaN, Number.NaN], 2, true],
  [[Number.NaN, 5], 1, false],
])("stalled: losses %j with patience %i: %s", (losses, patience, expected) => {
  expect(stalled(historyOf(losses), byLoss, patience)).toBe(expected);
});

describe("the best epoch", () => {
  test.each<[readonly (number | undefined)[], Partial<Watch>, number | undefined]>([
    [[], {}, undefined],
    [[undefined], {}, undefined],
    [[3, 1, 1, 2], {}, 2],
    [[3, 2.5, 2.1, 2], { minDelta: 0.5 }, 3], // 2.5 is not smaller than 3 - 0.5
    [[0.2, 0.9, 0.9, 0.5], { monitor: "auc", mode: "max" }, 2],
    [[0.2, 0.9, 0.95], { monitor: "auc", mode: "max", minDelta: 0.1 }, 2],
    [[0.2, 0.9], { monitor: "error" }, 1],
    [[Number.NaN, 0.9, Number.NaN, 0.95], { monitor: "auc", mode: "max" }, 4],
    [[1, undefined, undefined], { evaluated: false }, 3], // the training losses fall
  ])("of %j with %j is %s", (values, more, expected) => {
    expect(bestOf(historyOf(values), { ...byLoss, ...more })?.epoch).toBe(expected);
  });
});

describe("the metric to watch", () => {
  test("is the loss by default; the mode follows from the metric", () => {
    expect(watchOf({ evaluation }, regression())).toEqual(byLoss);
    expect(watchOf({}, regression())).toEqual({ ...byLoss, evaluated: false });
    const modes = (task: Task, names: readonly string[]) =>
      names.map((monitor) => watchOf({ evaluation, monitor }, task).mode);
    expect(modes(regression(), ["mae", "rmse", "r2"])).toEqual(["min", "min", "max"]);
    expect(modes(classification({ topK: 2 }), ["error", "topK"])).toEqual(["min", "max"]);
    expect(modes(binary(), ["accuracy", "precision", "recall", "f1", "auc"])).toEqual([
      "max",
      "max",
      "max",
      "max",
      "max",
    ]);
    expect(modes(multiOutput([regression(), binary()]), ["0.mae", "1.auc"])).toEqual(["min", "max"]);
    expect(watchOf({ evaluation, monitor: "r2", mode: "min" }, regression()).mode).toBe("min");
  });

  test("what does not exist or fit is named", () => {
    expect(() => watchOf({ evaluation, monitor: "acc" }, regression())).toThrow(
      RangeError('train: monitor of the task regression must be "loss", "mae", "rmse" or "r2"; got "acc"'),
    );
    expect(() => watchOf({ monitor: "r2" }, regression())).toThrow(
      RangeError(
        'train: monitor must be "loss" without an evaluation, which the other metrics belong to; got "r2"; give evaluation: { source }',
      ),
    );
    const own: Task = { ...regression(), measure: () => ({ add() {}, result: () => ({ bias: 0 }) }) };
    expect(() => watchOf({ evaluation, monitor: "bias" }, own)).toThrow(
      RangeError('train: mode must say whether "bias" is better when smaller, "min", or larger, "max"'),
    );
    expect(watchOf({ evaluation, monitor: "bias", mode: "max" }, own).mode).toBe("max");
    expect(() => watchOf({ mode: "less" as "min" }, own)).toThrow('train: mode must be "min" or "max"; got "less"');
    expect(() => watchOf({ minDelta: -1 }, own)).toThrow("train: minDelta must be a number of at least 0; got -1");
  });
});
