import * as tf from "@tensorflow/tfjs-core";
import { initializers, type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";
import type { Batch, BatchSource } from "./source";

/** What {@link blobs} makes. */
export interface BlobOptions {
  readonly seed: number;
  readonly count?: number;
  readonly batchSize?: number;
}

export const features = 6;
export const classes = 3;

/**
 * Three overlapping clouds of points, shuffled anew every epoch. Every batch is filled into the same buffers, as
 * sources are allowed to, and the buffers are spoiled once the batch has had its turn.
 */
export function blobs({ seed, count = 100, batchSize = 16 }: BlobOptions): BatchSource {
  const draw = stream(seed, "blobs");
  const labels = Int32Array.from({ length: count }, () => draw.integer(classes));
  const inputs = Float32Array.from({ length: count * features }, (_, i) => {
    const label = labels[Math.floor(i / features)]!;
    return draw.normal() + (i % classes === label ? 1.5 : 0);
  });
  const batchesPerEpoch = Math.ceil(count / batchSize);
  return {
    count,
    batchSize,
    batchesPerEpoch,
    inputShape: [features],
    classes,
    *batches(epoch, from = 0): Generator<Batch> {
      const order = stream(seed, `shuffle/${epoch}`).permutation(count);
      const held = { inputs: new Float32Array(batchSize * features), labels: new Int32Array(batchSize) };
      for (let start = from * batchSize; start < count; start += batchSize) {
        const rows = order.subarray(start, start + batchSize);
        const batch = {
          inputs: held.inputs.subarray(0, rows.length * features),
          labels: held.labels.subarray(0, rows.length),
          count: rows.length,
        };
        for (const [i, row] of rows.entries()) {
          batch.inputs.set(inputs.subarray(row * features, (row + 1) * features), i * features);
          batch.labels[i] = labels[row]!;
        }
        yield batch;
        held.inputs.fill(Number.NaN);
      }
    },
  };
}

/** A network of two layers that ends in logits; the same seed gives the same weights. */
export function network(seed: number, hidden = 8, activation: "tanh" | "relu" = "tanh"): LayersModel {
  const kernelInitializer = () => initializers.zeros();
  const model = sequential({
    layers: [
      layers.dense({ inputShape: [features], units: hidden, activation, kernelInitializer: kernelInitializer() }),
      layers.dense({ units: classes, kernelInitializer: kernelInitializer() }),
    ],
  });
  const draw = stream(seed, "weights");
  tf.tidy(() => {
    for (const variable of model.trainableWeights) {
      const shape = variable.shape as number[];
      const size = shape.reduce((a, b) => a * b, 1);
      variable.write(
        tf.tensor(
          Float32Array.from({ length: size }, () => 0.4 * draw.normal()),
          shape,
        ),
      );
    }
  });
  return model;
}

/** A model's trainable weights, one plain list of numbers each. */
export function weightsOf(model: LayersModel): number[][] {
  return model.trainableWeights.map((variable) => [...variable.read().dataSync()]);
}

/** Runs a body and gives how many tensors and buffers it left behind. */
export async function leaked(body: () => unknown): Promise<{ tensors: number; buffers: number }> {
  const before = tf.memory();
  await body();
  const after = tf.memory();
  return { tensors: after.numTensors - before.numTensors, buffers: after.numDataBuffers - before.numDataBuffers };
}
