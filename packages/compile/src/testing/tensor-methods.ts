import * as tf from "@tensorflow/tfjs-core";

/**
 * Runs a function while tensors have the method `reshape`, which otherwise only `@tensorflow/tfjs` adds. TensorFlow.js's gradient of
 * `tf.prod` needs it.
 */
export function withReshapeMethod<T>(body: () => T): T {
  const prototype = tf.Tensor.prototype as { reshape?: unknown };
  const before = Object.getOwnPropertyDescriptor(prototype, "reshape");
  prototype.reshape = function (this: tf.Tensor, shape: number[]) {
    return tf.reshape(this, shape);
  };
  try {
    return body();
  } finally {
    delete prototype.reshape;
    if (before) Object.defineProperty(prototype, "reshape", before);
  }
}
