import * as tf from "@tensorflow/tfjs-core";
import { initializers, type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";
import type { Batch, BatchSource } from "./source";
import type { TrainOptions } from "./train-options";

/** What {@link blobs} makes. */
export interface BlobOptions {
  readonly seed: number;
  readonly count?: number;
  readonly batchSize?: number;
  /** Whether it can be prepared. @default false */
  readonly preparable?: boolean;
}

/** How trainings are run on this project's engine. Compiled ones do not depend on it: once, with cpu, is enough. */
export const executions: readonly ("eager" | "compiled")[] =
  process.env.WEIGHTCAST_ENGINE === "cpu" ? ["eager", "compiled"] : ["eager"];

export const features = 6;
export const classes = 3;

/**
 * Three overlapping clouds of points, shuffled anew every epoch. Every batch is filled into the same buffers, as
 * sources are allowed to, and the buffers are spoiled once the batch has had its turn.
 */
export function blobs({ seed, count = 100, batchSize = 16, preparable = false }: BlobOptions): BatchSource {
  const draw = stream(seed, "blobs");
  const labels = Int32Array.from({ length: count }, () => draw.integer(classes));
  const inputs = Float32Array.from({ length: count * features }, (_, i) => {
    const label = labels[Math.floor(i / features)]!;
    return draw.normal() + (i % classes === label ? 1.5 : 0);
  });
  return sourceOf([features], inputs);

  function sourceOf(inputShape: readonly number[], rows: Float32Array): BatchSource {
    const size = inputShape.reduce((a, b) => a * b, 1);
    return {
      count,
      batchSize,
      batchesPerEpoch: Math.ceil(count / batchSize),
      inputShape,
      classes,
      *batches(epoch, from = 0): Generator<Batch> {
        const order = stream(seed, `shuffle/${epoch}`).permutation(count);
        const held = { inputs: new Float32Array(batchSize * size), labels: new Int32Array(batchSize) };
        for (let start = from * batchSize; start < count; start += batchSize) {
          const chosen = order.subarray(start, start + batchSize);
          const batch = {
            inputs: held.inputs.subarray(0, chosen.length * size),
            labels: held.labels.subarray(0, chosen.length),
            count: chosen.length,
          };
          for (const [i, row] of chosen.entries()) {
            batch.inputs.set(rows.subarray(row * size, (row + 1) * size), i * size);
            batch.labels[i] = labels[row]!;
          }
          yield batch;
          held.inputs.fill(Number.NaN);
        }
      },
      ...(preparable && { prepared: async (shape, prepare) => sourceOf(shape, await prepare(rows)) }),
    };
  }
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
  return seeded(model, seed);
}

/** Gives every weight of a model, those that are not trained included, a value of a seed (biases too); moving variances stay. */
export function seeded(model: LayersModel, seed: number): LayersModel {
  const draw = stream(seed, "weights");
  tf.tidy(() => {
    for (const variable of model.weights) {
      if (variable.originalName.endsWith("moving_variance")) continue;
      const shape = variable.shape as number[];
      const size = shape.reduce((a, b) => a * b, 1);
      const values = Float32Array.from({ length: size }, () => 0.4 * draw.normal());
      variable.write(tf.tensor(values, shape));
    }
  });
  return model;
}

/** Options that ask a training to stop once it has done so many steps. */
export function stopAt(step: number): Required<Pick<TrainOptions, "signal" | "onEvent">> {
  const stop = new AbortController();
  return {
    signal: stop.signal,
    onEvent: (event) => {
      if (event.type === "step" && event.step === step) stop.abort();
    },
  };
}

/** A model's weights, one plain list of numbers each. */
export function weightsOf(model: LayersModel): number[][] {
  return model.weights.map((variable) => [...variable.read().dataSync()]);
}

/** Runs a body and gives how many tensors and buffers it left behind. */
export async function leaked(body: () => unknown): Promise<{ tensors: number; buffers: number }> {
  const before = tf.memory();
  await body();
  const after = tf.memory();
  return { tensors: after.numTensors - before.numTensors, buffers: after.numDataBuffers - before.numDataBuffers };
}
