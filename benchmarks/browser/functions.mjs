// Functions whose graphs are others on WebGPU, or that were wrong there, each with its gradients.

import * as tf from "@tensorflow/tfjs-core";

const floats = (...shape) => ({ shape, dtype: "float32" });
/** Floats of a few values, so that windows have several largest entries. */
const few = (...shape) => ({ shape, dtype: "float32", below: 3 });

/** Result of a function, and gradients with respect to its first `count` tensors. */
const withGradients =
  (fn, count = 1) =>
  (tensors) => {
    const of = (...wanted) => fn(...wanted, ...tensors.slice(count));
    const y = of(...tensors.slice(0, count));
    const weights = tf.tensor(
      Float32Array.from({ length: y.size }, (_, i) => Math.sin(1 + i)),
      y.shape,
    );
    return [y, ...tf.grads((...wanted) => tf.sum(tf.mul(of(...wanted), weights)))(tensors.slice(0, count))];
  };

/** By name: a function from tensors to tensors, and the tensors' shapes and types. */
export const functions = {
  "max pooling of windows that overlap": {
    fn: withGradients((x) => tf.maxPool(x, 3, 2, "same")),
    specs: [few(2, 8, 9, 5)],
  },
  "max pooling with places": {
    fn: ([x]) => Object.values(tf.maxPoolWithArgmax(x, [2, 3], [1, 2], "same", true)),
    specs: [few(2, 6, 7, 3)],
  },
  // ONNX Runtime 1.30 computes it wrong, and says nothing, if images are [n, h, w, channels] inside.
  "depthwise convolution of five outputs a channel": {
    fn: withGradients((x, filter) => tf.depthwiseConv2d(x, filter, 1, "same"), 2),
    specs: [floats(2, 7, 6, 4), floats(3, 3, 4, 5)],
  },
  "sign and log-softmax": {
    fn: withGradients((x) => tf.logSoftmax(tf.mul(tf.sign(x), tf.square(x)))),
    specs: [floats(5, 7)],
  },
};
