import * as tf from "@tensorflow/tfjs-core";

/** `tf.tidy` for results with read-only types, which its own types refuse. */
export function tidy<T extends object>(body: () => T): T {
  return tf.tidy(body as unknown as () => tf.TensorContainer) as unknown as T;
}

/** `tf.dispose` of every tensor in an object, read-only types included. */
export function dispose(tensors: object): void {
  tf.dispose(tensors as tf.TensorContainer);
}

/** Disposes what TensorFlow.js keeps for gradients that will not be computed any more, because something threw. */
export function forgetGradients(): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) return; // the tape of a gradient further out
  for (const { saved } of state.activeTape ?? []) if (saved) tf.dispose(saved);
}
