import * as tf from "@tensorflow/tfjs-core";

/**
 * The weight with every column no longer than `limit`: w · min(1, limit / ‖w‖₂), exactly w for columns that are not.
 * A column is one output's incoming weights: axis 0 of [n, m]; axis 1 of [J, n, m], J factorized columns; all axes
 * but the last of a convolution kernel of rank 4 and more.
 *
 * @param weight of rank 2 or more
 * @param limit > 0
 */
export function clipColumns(weight: tf.Tensor, limit: number): tf.Tensor {
  const axes = weight.rank === 3 ? [1] : Array.from({ length: weight.rank - 1 }, (_, axis) => axis);
  const norms = tf.sqrt(tf.sum(tf.square(weight), axes, true));
  // limit / max(norm, limit) is exactly 1 for a short column, so that clipping again changes nothing.
  return tf.mul(weight, tf.div(limit, tf.maximum(norms, limit)));
}
