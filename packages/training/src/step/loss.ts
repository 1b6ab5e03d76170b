import * as tf from "@tensorflow/tfjs-core";
import { shown } from "../arguments/shown";

/** Loss: the mean over a batch, one number, of how far a model's outputs are from their targets. */
export interface Loss {
  /**
   * @param outputs [batch, …]
   * @param labels int32 [batch]
   * @param inputs the batch as the source gives it: [batch, …inputShape]
   */
  (outputs: tf.Tensor, labels: tf.Tensor, inputs: tf.Tensor): tf.Scalar;
  /**
   * Targets that the outputs are compared with: `labels`, for one output per class, or `inputs`, for outputs of the
   * inputs' shape. @default "labels"
   */
  readonly targets?: "labels" | "inputs";
}

/**
 * Mean cross-entropy of softmax(logits) against integer labels, in nats:
 *
 *     L = 1/n Σ_i (log Σ_c exp(z_ic) − z_i,labels(i)),    ∂L/∂z = (softmax(z) − onehot(labels)) / n
 *
 * Computed from z − max z, so that no logit overflows, with its gradient in closed form. A logit of −∞ masks its class:
 * probability and gradient are 0; the loss is ∞ only if the label is masked.
 *
 * @param logits z: [batch, classes], the outputs of a model **without** a softmax at its end
 * @param labels int32 [batch], each in [0, classes)
 * @throws RangeError if the shapes are others
 */
export function softmaxCrossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Scalar {
  const [batch, classes] = logits?.shape ?? [];
  if (logits?.rank !== 2 || labels?.rank !== 1 || labels.shape[0] !== batch)
    throw new RangeError(
      `softmaxCrossEntropy: logits must be [batch, classes] and labels [batch]; got ${shapeOf(logits)} and ${shapeOf(labels)}`,
    );
  const fused = tf.customGrad((z, save) => {
    const logProbabilities = logSoftmax(z as tf.Tensor);
    // By way of int32: the kernel of the wasm backend writes integers for any dtype.
    const target = tf.cast(tf.oneHot(labels as tf.Tensor1D, classes!), "float32");
    // Selected, not multiplied by 0: the log probability of a class masked by a logit of −∞ is −∞.
    const chosen = tf.where(tf.cast(target, "bool"), logProbabilities, tf.zerosLike(logProbabilities));
    const value = tf.mul(tf.sum(chosen), -1 / batch!) as tf.Scalar;
    (save as tf.GradSaveFunc)([logProbabilities, target]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) =>
      tf.mul(tf.sub(tf.exp(saved[0]!), saved[1]!), tf.mul(dy, 1 / batch!));
    return { value, gradFunc };
  });
  return fused(logits) as tf.Scalar;
}

/** Shape of a tensor, or what was given instead of one. */
const shapeOf = (tensor: tf.Tensor): string => (tensor?.shape ? `[${tensor.shape}]` : shown(tensor));

/** `tf.logSoftmax` without its gradient and cast. */
function logSoftmax(logits: tf.Tensor): tf.Tensor {
  const shifted = tf.sub(logits, tf.max(logits, -1, true));
  return tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), -1, true)));
}
