import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { describe, expect, test } from "vitest";
import { decodeCheckpoint } from "../checkpoint/checkpoint";
import { memoryStorage } from "../checkpoint/storage";
import { evaluate } from "../loop/evaluate";
import { train } from "../loop/train";
import type { Loss } from "../step/loss";
import { constant } from "../step/schedule";
import { sgd } from "../step/sgd";
import { blobs, features } from "../testing/blobs";
import { seeded } from "../testing/networks";
import { executions, leaked } from "../testing/runs";
import { reconstruction } from "./reconstruction";

describe("reconstruction", () => {
  test("is half the squared distance, summed over coordinates of any shape, averaged over the batch; so is its gradient", async () => {
    const leak = await leaked(() =>
      tf.tidy(() => {
        const x = tf.tensor3d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]);
        const answer = tf.tensor3d([1, 0, 3, 4, 5, 9, 8, 8], [2, 2, 2]);
        const labels = tf.tensor1d([0, 1], "int32");
        const { value, grad } = tf.valueAndGrad((y: tf.Tensor) => reconstruction(y, labels, x))(answer);
        expect(value.dataSync()[0]).toBe((4 + 9 + 1) / 2 / 2);
        expect([...grad.dataSync()]).toEqual([0, -1, 0, 0, 0, 1.5, 0.5, 0]);
      }),
    );
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
  });

  test("outputs of another shape are an error with both shapes", () => {
    tf.tidy(() => {
      const labels = tf.zeros([2], "int32");
      expect(() => reconstruction(tf.zeros([2, 3]), labels, tf.zeros([2, 4]))).toThrow(
        RangeError("reconstruction: outputs must be of the inputs' shape, [2,4]; got [2,3]"),
      );
    });
  });
});

describe.each(executions)("a loss whose targets are the inputs, %s", (execution) => {
  const source = blobs({ seed: 3, preparable: true });
  const network = (units = features) =>
    seeded(
      sequential({
        layers: [
          layers.dense({ units: 4, inputShape: [features], useBias: false, trainable: false }),
          layers.dense({ units }),
        ],
      }),
      2,
    );
  const options = { epochs: 2, optimizer: sgd(), schedule: constant(0.05), execution } as const;

  test("trains and evaluates a model; the error is NaN, in checkpoints too", async () => {
    const model = network();
    const { storage } = { storage: memoryStorage() };
    const before = await evaluate(model, source, { loss: reconstruction });
    const trained = () =>
      train(model, source, { ...options, loss: reconstruction, evaluation: { source }, checkpoint: { storage } });
    const { history } = await trained();
    expect(before.error).toBeNaN();
    expect(history.map(({ evaluation }) => evaluation!.error)).toEqual([Number.NaN, Number.NaN]);
    expect(history[1]!.evaluation!.loss).toBeLessThan(0.7 * before.loss);
    const after = await evaluate(model, source, { loss: reconstruction });
    expect(Math.abs(after.loss - history[1]!.evaluation!.loss)).toBeLessThan(1e-4 * after.loss);
    expect(decodeCheckpoint((await storage.read())!).progress.history).toEqual(history);
    expect((await trained()).history).toEqual(history);
    model.dispose();
  });

  test("a fixed first layer is computed in advance only if the loss does not need the inputs", async () => {
    const prepared: (boolean | undefined)[] = [];
    const run = async (loss: Loss | undefined, units: number) => {
      const model = network(units);
      await train(model, source, {
        ...options,
        ...(loss && { loss }),
        onEvent: (event) => {
          if (event.type === "execution") prepared.push(event.prepared);
        },
      });
      model.dispose();
    };
    await run(reconstruction, features);
    await run(undefined, source.classes);
    expect(prepared).toEqual(execution === "eager" ? [undefined, undefined] : [false, true]);
  });

  test("a model whose outputs do not have the inputs' shape is refused", async () => {
    const model = network(3);
    const message =
      "the loss compares outputs with inputs; the model gives [3] and the source's inputs are [6]; end the model in as many units";
    await expect(train(model, source, { ...options, loss: reconstruction })).rejects.toThrow(`train: ${message}`);
    await expect(evaluate(model, source, { loss: reconstruction })).rejects.toThrow(`evaluate: ${message}`);
    model.dispose();
  });
});
