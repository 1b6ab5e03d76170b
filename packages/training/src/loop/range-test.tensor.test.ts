import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { sgd } from "../step/sgd";
import { dispose, initialState, type TrainingState } from "../step/state";
import { createStep } from "../step/step";
import { blobs, features } from "../testing/blobs";
import { network, weightsOf } from "../testing/networks";
import { executions, leaked } from "../testing/runs";
import { rangeTest } from "./range-test";
import { train } from "./train";

const source = blobs({ seed: 1 }); // 7 batches

describe.each(executions)("rangeTest, %s", (execution) => {
  const base = { optimizer: sgd(), execution, compile: { threads: 1, stepsPerCall: 3 } } as const;

  test("rates grow exponentially, losses are those of a plain loop, smoothed (1e-5); the model keeps its weights", async () => {
    const model = network(9);
    const before = weightsOf(model);
    const leak = await leaked(async () => {
      const { rates, losses } = await rangeTest(model, source, { ...base, from: 1e-3, to: 0.1, steps: 20 });
      expect(weightsOf(model)).toEqual(before);
      expect(rates).toHaveLength(20);
      for (const [i, rate] of rates.entries()) expect(rate / (1e-3 * 100 ** (i / 19)) - 1).toBeCloseTo(0, 12);
      const step = createStep(model, base);
      let state: TrainingState = initialState(model, base.optimizer);
      const plain: number[] = [];
      for (let epoch = 0; epoch < 3; epoch++)
        for (const { inputs, labels, count } of source.batches(epoch)) {
          if (plain.length === 20) break;
          const batch = {
            inputs: tf.tensor2d(inputs.slice(), [count, features]),
            labels: tf.tensor1d(labels.slice(), "int32"),
          };
          const scalars = base.optimizer.scalars(rates[plain.length]!, plain.length).map((value) => tf.scalar(value));
          const { loss, ...next } = step(state, batch, scalars);
          plain.push(loss.dataSync()[0]!);
          dispose([state, batch, scalars, loss]);
          state = next;
        }
      dispose(state);
      // The mean of the losses so far, weighted by 0.9 for each update since.
      for (const [i, loss] of losses.entries()) {
        const share = plain.slice(0, i + 1).map((_, k) => 0.9 ** (i - k));
        const mean = share.reduce((sum, one, k) => sum + one * plain[k]!, 0) / share.reduce((sum, one) => sum + one);
        expect(Math.abs(loss - mean)).toBeLessThan(1e-5);
      }
    });
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
    model.dispose();
  });

  test("stops when the loss diverges, and suggests the rate of the steepest fall, with which the model learns", async () => {
    const model = network(9);
    const { rates, losses, suggestion } = await rangeTest(model, source, { ...base, from: 1e-4, to: 1e5, steps: 90 });
    expect(rates.length).toBe(losses.length);
    expect(rates.length).toBeLessThan(90);
    expect(losses.at(-1)).toBeGreaterThan(4 * Math.min(...losses));
    const lowest = rates[losses.indexOf(Math.min(...losses))]!;
    expect(suggestion).toBeGreaterThan(1e-3);
    expect(suggestion).toBeLessThan(lowest);
    const { history } = await train(model, source, { ...base, epochs: 3, schedule: suggestion! });
    expect(history[2]!.loss).toBeLessThan(history[0]!.loss / 1.5);
    model.dispose();
  });

  test("stops at a loss that is not finite; of accumulated gradients, a loss is the mean of its batches", async () => {
    const model = network(9, 8, "relu");
    const { rates } = await rangeTest(model, source, { ...base, from: 1e-3, to: 1e30, steps: 12 });
    expect(rates.length).toBeLessThan(12);
    const steps = { from: 1e-30, to: 1e-29, steps: 2 };
    const { losses } = await rangeTest(model, source, { ...base, ...steps, accumulate: 7 });
    const { losses: each } = await rangeTest(model, source, { ...base, ...steps, steps: 7 });
    // The weights stay the same, so the first smoothed loss is the plain mean.
    const plain = each.map((loss, i) => {
      const total = (k: number) => (k < 0 ? 0 : (each[k]! * (1 - 0.9 ** (k + 1))) / 0.1);
      return i === 0 ? loss : total(i) - 0.9 * total(i - 1);
    });
    expect(losses).toHaveLength(2);
    expect(Math.abs(losses[0]! - plain.reduce((sum, one) => sum + one) / 7)).toBeLessThan(1e-5);
    model.dispose();
  });

  test("invalid options and inputs are named in the error", async () => {
    const model = network(9);
    const run = (more: object) => rangeTest(model, source, { ...base, ...more });
    await expect(run({ from: 0 })).rejects.toThrow(RangeError("rangeTest: from must be a rate above 0; got 0"));
    await expect(run({ to: 1e-8 })).rejects.toThrow("rangeTest: to must be a rate above 1e-7; got 1e-8");
    await expect(run({ steps: 1 })).rejects.toThrow("rangeTest: steps must be an integer of at least 2; got 1");
    await expect(run({ epochs: 3 })).rejects.toThrow('rangeTest: there is no option "epochs"');
    const spoiled = {
      ...source,
      *batches(epoch: number) {
        for (const batch of source.batches(epoch)) yield { ...batch, inputs: batch.inputs.map(() => Number.NaN) };
      },
    };
    await expect(rangeTest(model, spoiled, base)).rejects.toMatchObject({ code: "NOT_FINITE" });
    model.dispose();
  });
});
