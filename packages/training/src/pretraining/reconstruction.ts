import * as tf from "@tensorflow/tfjs-core";
import type { Loss } from "../step/loss";

/**
 * Reconstruction loss of autoencoders: half the squared distance between output and input, summed over an example's
 * coordinates, averaged over the batch:
 *
 *     L = 1/n Σ_i ½ ‖x̂_i − x_i‖²,    ∂L/∂x̂ = (x̂ − x) / n
 *
 * Its targets are the inputs: labels are ignored, and an evaluation with it has no error (NaN).
 * @throws RangeError unless the outputs have the inputs' shape
 */
export const reconstruction: Loss = Object.assign(squaredDistance, { targets: "inputs" as const });

function squaredDistance(outputs: tf.Tensor, _labels: tf.Tensor, inputs: tf.Tensor): tf.Scalar {
  if (!tf.util.arraysEqual(outputs.shape, inputs.shape))
    throw new RangeError(
      `reconstruction: outputs must be of the inputs' shape, [${inputs.shape}]; got [${outputs.shape}]`,
    );
  return tf.mul(tf.sum(tf.square(tf.sub(outputs, inputs))), 0.5 / inputs.shape[0]!) as tf.Scalar;
}
