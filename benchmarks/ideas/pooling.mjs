// Other formulas for the gradients of pooling with windows of 2 × 2, and of a rectifier. Maps are [n, h, w, c].

import * as tf from "@tensorflow/tfjs-core";

/** Entry (i, j) of every window: [n, h / 2, w / 2, c]. */
const entry = (x, i, j) => tf.stridedSlice(x, [0, i, j, 0], x.shape, [1, 2, 2, 1]);

/** Maps of twice the rows and columns, from the four entries of every window. */
function interleaved([n, h, w, c], entries) {
  const rows = [0, 2].map((i) => tf.stack(entries.slice(i, i + 2), 3)); // [n, h, w, 2, c]
  return tf.reshape(tf.stack(rows, 2), [n, 2 * h, 2 * w, c]);
}

export const maxPool = (x) => tf.maxPool(x, 2, 2, "valid");

/** Max pooling whose gradient compares each of the four entries with the maximum; the first that is equal takes it. */
export const maxPoolBySlices = tf.customGrad((x, save) => {
  const y = maxPool(x);
  save([x, y]);
  return {
    value: y,
    gradFunc(dy, [x, y]) {
      let left = dy;
      const entries = [0, 1, 2, 3].map((i) => {
        const own = tf.mul(left, tf.cast(tf.equal(entry(x, i >> 1, i & 1), y), "float32"));
        left = tf.sub(left, own);
        return own;
      });
      return interleaved(y.shape, entries);
    },
  };
});

export const averagePool = (x) => tf.avgPool(x, 2, 2, "valid");

/** Average pooling whose gradient repeats a quarter of each number four times. */
export const averagePoolByRepetition = tf.customGrad((x) => ({
  value: averagePool(x),
  gradFunc(dy) {
    const quarter = tf.mul(dy, 1 / 4);
    return interleaved(dy.shape, [quarter, quarter, quarter, quarter]);
  },
}));

/** Rectifier whose gradient is a product with the mask of its positive outputs. */
export const rectifierByMask = tf.customGrad((x, save) => {
  const y = tf.relu(x);
  save([y]);
  return { value: y, gradFunc: (dy, [y]) => tf.mul(dy, tf.cast(tf.greater(y, 0), "float32")) };
});
