import * as tf from "@tensorflow/tfjs-core";

/** `tf.tidy` for results with read-only types, which its own types refuse. */
export function tidy<T extends object>(body: () => T): T {
  return tf.tidy(body as unknown as () => tf.TensorContainer) as unknown as T;
}

/** `tf.dispose` of every tensor in an object, read-only types included. */
export function dispose(tensors: object): void {
  tf.dispose(tensors as tf.TensorContainer);
}
