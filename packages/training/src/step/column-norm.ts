import * as tf from "@tensorflow/tfjs-core";

/**
 * Weight with the norm of every column limited: w · min(1, limit / ‖w‖₂), exactly w for columns within the limit.
 * A column is one output's incoming weights: axis 0 of [n, m]; axis 1 of [J, n, m], the J columns of a factorized
 * layer; all axes except the last of a convolution kernel of rank 4 or more.
 *
 * @param weight of rank 2 or more
 * @param limit > 0
 */
export function clipColumns(weight: tf.Tensor, limit: number): tf.Tensor {
  const axes = weight.rank === 3 ? [1] : Array.from({ length: weight.rank - 1 }, (_, axis) => axis);
  const norms = tf.sqrt(tf.sum(tf.square(weight), axes, true));
  // limit / max(norm, limit) is exactly 1 for a column within the limit, so clipping twice changes nothing.
  return tf.mul(weight, tf.div(limit, tf.maximum(norms, limit)));
}
