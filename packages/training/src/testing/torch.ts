import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { BatchSource } from "@weightcast/types";
import torch from "../../fixtures/torch-training.json";
import { classes, features } from "./blobs";
import { network } from "./networks";

/** Network of the fixture, with its initial weights. */
export function torchNetwork(): LayersModel {
  const model = network(0);
  tf.tidy(() => {
    for (const [i, variable] of model.trainableWeights.entries())
      variable.write(tf.tensor(torch.weights[i]!, torch.shapes[i]!));
  });
  return model;
}

/** Source of the first examples of the fixture, in their order. */
export const torchSource = (count = 40, batchSize = 10): BatchSource => ({
  count,
  batchSize,
  batchesPerEpoch: Math.ceil(count / batchSize),
  inputShape: [features],
  classes,
  *batches(_, from = 0) {
    for (let start = from * batchSize; start < count; start += batchSize) {
      const end = Math.min(count, start + batchSize);
      yield {
        inputs: Float32Array.from(torch.inputs.slice(start * features, end * features)),
        labels: Int32Array.from(torch.labels.slice(start, end)),
        count: end - start,
      };
    }
  },
});

/** Largest distance between two lists of numbers of equal structure. */
export function distance(actual: readonly number[][], expected: readonly number[][]): number {
  const [found, wanted] = [actual.flat(), expected.flat()];
  if (found.length !== wanted.length) return Number.NaN;
  return Math.max(...found.map((value, i) => Math.abs(value - wanted[i]!)));
}
