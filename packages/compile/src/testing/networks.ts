import * as tf from "@tensorflow/tfjs-core";
import { sizeOf } from "@weightcast/types";
import type { Mapped, TensorSpec } from "../trace/tree";

/** Training step written in plain TensorFlow.js, with the shapes of its state and inputs. */
export interface Example {
  readonly name: string;
  readonly specs: {
    readonly state: Mapped<State, TensorSpec>;
    readonly inputs: Mapped<Inputs, TensorSpec>;
  };
  readonly step: (
    state: State,
    inputs: Inputs,
  ) => { readonly state: State; readonly outputs: { readonly loss: tf.Tensor } };
}

/** State of a step: weights and velocities. */
export interface State {
  readonly weights: readonly tf.Tensor[];
  readonly velocities: readonly tf.Tensor[];
}
/** Inputs of a step. */
export interface Inputs {
  readonly x: tf.Tensor;
  readonly labels: tf.Tensor;
  readonly rate: tf.Tensor;
}

/** Fixed numbers in [−scale, scale), the same for the same shape. */
function numbers(shape: readonly number[], scale: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length: sizeOf(shape) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return scale * (state / 2 ** 31 - 1);
  });
}

const spec = (shape: readonly number[], dtype: TensorSpec["dtype"] = "float32"): TensorSpec => ({ shape, dtype });

/** Step of gradient descent with momentum on softmax cross-entropy. */
function example(
  name: string,
  batch: number,
  input: readonly number[],
  classes: number,
  weights: readonly (readonly number[])[],
  forward: (x: tf.Tensor, weights: readonly tf.Tensor[]) => tf.Tensor,
): Example {
  const shapes = weights.map((shape) => spec(shape));
  const lossOf = (w: readonly tf.Tensor[], { x, labels }: Inputs) => {
    const target = tf.oneHot(tf.cast(labels, "int32") as tf.Tensor1D, classes);
    return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(forward(x, w)), target), -1)));
  };
  return {
    name,
    specs: {
      state: { weights: shapes, velocities: shapes },
      inputs: { x: spec([batch, ...input]), labels: spec([batch], "int32"), rate: spec([]) },
    },
    step: (state, inputs) => {
      const { value, grads } = tf.valueAndGrads((...w: tf.Tensor[]) => lossOf(w, inputs) as tf.Scalar)([
        ...state.weights,
      ]);
      const velocities = state.velocities.map((v, i) => tf.add(tf.mul(v, 0.9), grads[i]!));
      const next = state.weights.map((w, i) => tf.sub(w, tf.mul(inputs.rate, velocities[i]!)));
      return { state: { weights: next, velocities }, outputs: { loss: value } };
    },
  };
}

const affine = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor) => tf.add(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), b);

/** Dense network 12–8–4, sigmoid. */
export const dense = example("dense", 5, [12], 4, [[12, 8], [8], [8, 4], [4]], (x, [w1, b1, w2, b2]) =>
  affine(tf.sigmoid(affine(x, w1!, b1!)), w2!, b2!),
);

/** Network 12–8–4 whose first layer is (x U) V in two columns, with U fixed. */
export const factorized = example("factorized", 5, [12], 4, [[2, 3, 4], [8], [8, 4], [4]], (x, [v, b1, w2, b2]) => {
  const u = tf.tensor2d(numbers([12, 6], 1), [12, 6]);
  const columns = tf.transpose(tf.reshape(tf.matMul(x as tf.Tensor2D, u), [-1, 2, 3]), [1, 0, 2]);
  const merged = tf.reshape(tf.transpose(tf.matMul(columns, v!), [1, 0, 2]), [-1, 8]);
  return affine(tf.sigmoid(tf.add(merged, b1!)), w2!, b2!);
});

/**
 * Network 12–8–4 whose first layer has a fixed U: five columns of a Kronecker product, applied axis by axis on the grid
 * [3, 4].
 */
export const separable = example("separable", 5, [12], 4, [[5, 8], [8], [8, 4], [4]], (x, [v, b1, w2, b2]) => {
  const [rows, columns] = [tf.tensor2d(numbers([3, 3], 1), [3, 3]), tf.tensor2d(numbers([4, 2], 1), [4, 2])];
  const along = (y: tf.Tensor, factor: tf.Tensor2D, rest: number) => {
    const product = tf.reshape(tf.matMul(tf.reshape(y, [-1, factor.shape[0]]), factor), [-1, rest, factor.shape[1]]);
    return tf.transpose(product, [0, 2, 1]);
  };
  const grid = tf.reshape(along(along(x, columns, 3), rows, 2), [-1, 6]);
  const chosen = tf.gather(grid, tf.tensor1d([4, 0, 5, 3, 1], "int32"), 1);
  return affine(tf.sigmoid(affine(chosen, v!, b1!)), w2!, b2!);
});

/** Network for images of 8×8×2: a convolution, pooling, and a matrix. */
export const convolutional = example(
  "convolutional",
  3,
  [8, 8, 2],
  4,
  [[3, 3, 2, 5], [5], [80, 4], [4]],
  (x, [filter, b1, w2, b2]) => {
    const maps = tf.relu(tf.add(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, "same"), b1!));
    return affine(tf.reshape(tf.maxPool(maps as tf.Tensor4D, 2, 2, "valid"), [-1, 80]), w2!, b2!);
  },
);

export const examples: readonly Example[] = [dense, factorized, separable, convolutional];

/** Arrays of a state, filled with fixed numbers. */
export const stateOf = ({ specs }: Example) => {
  const arrays = (list: readonly TensorSpec[], scale: number) => list.map(({ shape }) => numbers(shape, scale));
  return {
    weights: arrays(specs.state.weights as readonly TensorSpec[], 0.5),
    velocities: arrays(specs.state.velocities as readonly TensorSpec[], 0),
  };
};

/** Arrays of a batch, filled with fixed numbers. */
export const inputsOf = ({ specs }: Example, rate = 0.1) => ({
  x: numbers(specs.inputs.x.shape, 1),
  labels: Int32Array.from({ length: specs.inputs.labels.shape[0]! }, (_, i) => (i * 7) % 4),
  rate: Float32Array.of(rate),
});
