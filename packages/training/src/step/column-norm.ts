import * as tf from "@tensorflow/tfjs-core";

/**
 * Weight with the norm of every column limited: w · min(1, limit / ‖w‖₂), exactly w for columns within the limit.
 * A column is one output's incoming weights.
 *
 * @param weight of rank 2 or more
 * @param limit > 0
 * @param axes along which a column lies, as `createStep` takes them from the kind of layer
 *   @default axis 0 of [n, m]; axis 1 of [J, n, m], the J columns of a factorized layer; all axes except the last of a
 *   weight of rank 4 or more, such as the kernel of conv2d
 */
export function clipColumns(weight: tf.Tensor, limit: number, axes = defaultAxes(weight.rank)): tf.Tensor {
  const norms = tf.sqrt(tf.sum(tf.square(weight), [...axes], true));
  // limit / max(norm, limit) is exactly 1 for a column within the limit, so clipping twice changes nothing.
  return tf.mul(weight, tf.div(limit, tf.maximum(norms, limit)));
}

const defaultAxes = (rank: number): readonly number[] => (rank === 3 ? [1] : allButLast(rank));

/** All axes of a tensor except the last. */
export const allButLast = (rank: number): readonly number[] => Array.from({ length: rank - 1 }, (_, axis) => axis);
