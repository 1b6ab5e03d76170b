import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import type { BatchSource } from "@weightcast/types";
import { describe, expect, test } from "vitest";
import { softmaxCrossEntropy } from "../step/loss";
import { classification } from "../tasks/classification";
import { blobs, features } from "../testing/blobs";
import { network } from "../testing/networks";
import { leaked } from "../testing/runs";
import { eagerAnswers, evaluate, evaluateWith } from "./evaluate";

/** Source whose inputs are the outputs to evaluate. */
function outputsOf(rows: readonly (readonly number[])[], labels: readonly number[], batchSize: number): BatchSource {
  return {
    count: rows.length,
    batchSize,
    batchesPerEpoch: Math.ceil(rows.length / batchSize),
    inputShape: [3],
    classes: 3,
    *batches() {
      for (let i = 0; i < rows.length; i += batchSize) {
        const part = rows.slice(i, i + batchSize);
        yield {
          inputs: Float32Array.from(part.flat()),
          labels: Int32Array.from(labels.slice(i, i + batchSize)),
          count: part.length,
        };
      }
    },
  };
}

const identity = (inputs: readonly tf.Tensor[]) => ({ outputs: inputs.map((one) => tf.clone(one)), states: [] });
const task = classification();

/** Evaluation of a source whose inputs are the outputs. */
const judge = (source: BatchSource) => evaluateWith(source, eagerAnswers(identity, [], source, task), task);

describe("evaluate", () => {
  test("counts wrong answers over batches of unequal size; among equal outputs the first wins; NaN is wrong", async () => {
    const rows = [
      [3, 1, 2], // 0, right
      [3, 1, 2], // 1, wrong
      [1, 2, 2], // 1, right: first of equals
      [1, 2, 2], // 2, wrong
      [Number.NaN, 1, 0], // 1, wrong
    ];
    const source = outputsOf(rows, [0, 1, 1, 2, 1], 2);
    const { loss: _, ...counted } = await judge(source);
    expect(counted).toEqual({ error: 3 / 5, count: 5, wrongByClass: [0, 2, 1] });
  });

  test("the loss is the mean over examples, not over batches (float64 oracle, 1e-6)", async () => {
    const rows = [
      [3, 1, 2],
      [0, -1, 4],
      [1, 1, 1],
    ];
    const labels = [0, 1, 2];
    const { loss } = await judge(outputsOf(rows, labels, 2));
    const each = rows.map((row, i) => Math.log(row.reduce((sum, z) => sum + Math.exp(z), 0)) - row[labels[i]!]!);
    expect(Math.abs(loss - each.reduce((a, b) => a + b) / 3)).toBeLessThan(1e-6);
  });

  test("is the same for every batch size to 1e-6, and leaks nothing", async () => {
    const model = network(4);
    const whole = await evaluate(model, blobs({ seed: 2, batchSize: 100 }));
    expect(whole.error).toBeGreaterThan(0);
    const leak = await leaked(async () => {
      const parts = await evaluate(model, blobs({ seed: 2, batchSize: 7 }));
      expect(parts.error).toBe(whole.error);
      expect(parts.count).toBe(100);
      expect(Math.abs(parts.loss - whole.loss)).toBeLessThan(1e-6);
    });
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
    model.dispose();
  });

  test("a source that does not fit is an error with both shapes", async () => {
    const model = network(4);
    const source = blobs({ seed: 2 });
    await expect(evaluate(model, { ...source, inputShape: [2, 3] })).rejects.toThrow(
      `evaluate: the model takes inputs [${features}] and the source gives [2,3]; reshape one of them`,
    );
    await expect(evaluate(model, { ...source, classes: 10 })).rejects.toThrow(
      "evaluate: the model gives [3] and the source has 10 classes; end the model in as many units",
    );
    await expect(evaluate(model, { ...source, batches: () => [] })).rejects.toThrow(
      "evaluate: the source must have batches; got 0 examples",
    );
    model.dispose();
  });

  test("a model that ends in softmax is refused with softmaxCrossEntropy, and measured with another loss", async () => {
    const model = sequential({ layers: [network(4), layers.softmax({ name: "p" })] });
    await expect(evaluate(model, blobs({ seed: 2 }))).rejects.toThrow(
      'evaluate: classification takes logits, and the last layer, "p", already applies softmax; give it no activation',
    );
    const loss = (outputs: tf.Tensor, labels: tf.Tensor) => softmaxCrossEntropy(tf.log(outputs), labels);
    const logits = await evaluate(model.layers[0] as LayersModel, blobs({ seed: 2 }));
    const measured = await evaluate(model, blobs({ seed: 2 }), { loss });
    expect(measured.error).toBe(logits.error);
    expect(Math.abs(measured.loss - logits.loss)).toBeLessThan(1e-5);
    model.dispose();
  });
});
