import * as tf from "@tensorflow/tfjs-core";
import { initializers, layers, sequential } from "@tensorflow/tfjs-layers";
import { describe, expect, test } from "vitest";
import { memoryStorage } from "../checkpoint/storage";
import { constant } from "../step/schedule";
import { sgd } from "../step/sgd";
import type { Quantizer } from "../step/step";
import { blobs, classes, features } from "../testing/blobs";
import { seeded, weightsOf } from "../testing/networks";
import { executions, leaked } from "../testing/runs";
import { evaluate } from "./evaluate";
import type { EpochEvent, TrainingEvent } from "./events";
import type { TrainOptions } from "./options";
import { train } from "./train";

/** Network with moving averages. */
function network() {
  const kernelInitializer = initializers.zeros();
  const model = sequential({
    layers: [
      layers.dense({ inputShape: [features], units: 5, useBias: false, kernelInitializer, name: "hidden" }),
      layers.batchNormalization({ momentum: 0.8 }),
      layers.dense({ units: classes, kernelInitializer, name: "logits" }),
    ],
  });
  return seeded(model, 4);
}

const source = blobs({ seed: 7 });
const heldOut = blobs({ seed: 8, count: 50 });
const quarters: Quantizer = (weights) => weights.map((weight) => tf.div(tf.round(tf.mul(weight, 4)), 4));

describe.each(executions)("the state at an epoch, %s", (execution) => {
  const base: TrainOptions = {
    epochs: 3,
    optimizer: sgd({ momentum: 0.9 }),
    schedule: constant(0.05),
    evaluation: { source: heldOut },
    execution,
    compile: { threads: 1 },
  };

  test.each([
    ["plain", {}],
    ["rounded", { quantizer: quarters }],
  ])("%s: the model that a listener updates is that of a training that ends there, to the bit", async (_, more) => {
    const leak = await leaked(async () => {
      const model = network();
      const names = model.trainableWeights.map(({ originalName }) => originalName);
      const seen: number[][][] = [];
      const onEvent = async (event: TrainingEvent) => {
        if (event.type !== "epoch") return;
        const weights = await event.weights();
        expect(weights.map(({ name }) => name)).toEqual(names);
        expect(weights.map(({ shape }) => shape)).toEqual(model.trainableWeights.map(({ shape }) => shape));
        await event.updateModel();
        expect(weights.map(({ data }) => [...data])).toEqual(
          model.trainableWeights.map((variable) => [...variable.read().dataSync()]),
        );
        const { loss } = await evaluate(model, heldOut);
        expect(Math.abs(loss - event.evaluation!.loss)).toBeLessThan(1e-5);
        seen.push(weightsOf(model));
      };
      const { history } = await train(model, source, { ...base, ...more, onEvent });
      expect(seen).toHaveLength(3);
      expect(weightsOf(model)).toEqual(seen[2]);
      model.dispose();
      for (const epochs of [1, 2]) {
        const short = network();
        const ended = await train(short, source, { ...base, ...more, epochs });
        expect(weightsOf(short)).toEqual(seen[epochs - 1]);
        expect(ended.history).toEqual(history.slice(0, epochs));
        short.dispose();
      }
    });
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
  });

  test("an asynchronous listener is awaited for every event, and its error stops the training", async () => {
    const model = network();
    const done: string[] = [];
    let running = 0;
    const onEvent = async ({ type }: TrainingEvent) => {
      expect(++running).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running--;
      done.push(type);
    };
    const checkpoint = { storage: memoryStorage(), every: 10 };
    await train(model, source, { ...base, epochs: 1, checkpoint, onEvent });
    const steps = Array.from({ length: 7 }, () => "step");
    expect(done).toEqual(["start", "execution", ...steps, "evaluate", "epoch", "checkpoint", "end"]);
    const before = weightsOf(model);
    const failing = async ({ type }: TrainingEvent) => {
      await Promise.resolve();
      if (type === "epoch") throw new Error("thrown later");
    };
    await expect(train(model, source, { ...base, onEvent: failing })).rejects.toThrow("thrown later");
    expect(weightsOf(model)).toEqual(before);
    model.dispose();
  });

  test("access ends with the listener; weights that are not finite do not reach the model", async () => {
    const model = network();
    const before = weightsOf(model);
    let kept: EpochEvent | undefined;
    const keep = (event: TrainingEvent) => {
      if (event.type === "epoch") kept = event;
    };
    await train(model, source, { ...base, epochs: 1, onEvent: keep });
    await expect(kept!.weights()).rejects.toThrow(
      "train: weights of an event must be called while its listener runs; the training has gone on; await it in the listener",
    );
    await expect(kept!.updateModel()).rejects.toThrow("train: updateModel of an event must be called while");
    const after = weightsOf(model);
    expect(after).not.toEqual(before);
    const onEvent = async (event: TrainingEvent) => {
      if (event.type === "epoch") await event.updateModel();
    };
    const schedule = (step: number) => (step === 6 ? 1e39 : 0.05);
    const { evaluation: _, ...unmeasured } = base;
    await expect(train(model, source, { ...unmeasured, schedule, onEvent })).rejects.toMatchObject({
      code: "DIVERGED",
      message: expect.stringContaining("a weight is not finite at step 7, with a learning rate of 1e+39"),
    });
    expect(weightsOf(model)).toEqual(after);
    model.dispose();
  });
});
