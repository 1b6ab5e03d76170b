import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";

/** Tensor of normal numbers. */
export const normals = (shape: readonly number[], name: string): tf.Tensor => {
  const random = stream(6, name);
  return tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => random.normal()),
    [...shape],
  );
};

export const inputsOf = ({ inputs }: LayersModel): tf.Tensor[] =>
  inputs.map(({ shape }, i) => normals([3, ...(shape.slice(1) as number[])], `input/${i}`));

/** Outputs of a model on fixed inputs. */
export const outputsOf = (model: LayersModel): number[] =>
  tf.tidy(() => [model.predict(inputsOf(model)) as tf.Tensor | tf.Tensor[]].flat().flatMap((y) => [...y.dataSync()]));

/** Gives every weight that is trained a value that is not its first one. */
export function fill(model: LayersModel, name = "fill"): void {
  for (const [i, weight] of model.trainableWeights.entries())
    tf.tidy(() => {
      weight.write(tf.mul(normals(weight.shape as number[], `${name}/${i}`), 0.3));
    });
}

/** Largest difference, relative to the largest expected number. */
export const difference = (found: readonly number[], expected: readonly number[]): number =>
  Math.max(...expected.map((value, i) => Math.abs(value - found[i]!))) / Math.max(...expected.map(Math.abs));

/** Numbers of a tensor. */
export const numbers = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];
