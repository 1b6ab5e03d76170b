import * as tf from "@tensorflow/tfjs-core";

/**
 * Mean of a loss over a batch: of each example's mean, times its weight.
 * @param losses [batch, …]
 * @param weights [batch] @default 1 each
 */
export function meanLoss(losses: tf.Tensor, weights: tf.Tensor | undefined): tf.Scalar {
  if (!weights) return tf.mean(losses) as tf.Scalar;
  const each = losses.rank === 1 ? losses : tf.mean(tf.reshape(losses, [losses.shape[0]!, -1]), 1);
  return tf.mean(tf.mul(each, weights)) as tf.Scalar;
}
