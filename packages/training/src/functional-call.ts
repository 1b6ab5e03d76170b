import type * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { bufferVariables, trainableVariables, withTensors } from "./layer-variable";

/** Options of {@link functionalCall}. */
export interface FunctionalCallOptions {
  /** Whether layers behave as in training. What they change then (moving averages, random numbers) is theirs. */
  readonly training: boolean;
  /**
   * Batch normalizations' moving means and variances, in the order of `TrainingState.buffers`.
   * @default the model's own
   */
  readonly buffers?: readonly tf.Tensor[];
}

/**
 * The model's output as a pure function of its trainable weights: f(weights, inputs).
 * (What `torch.func.functional_call` is to a PyTorch module.)
 *
 * While the model runs, its layers read the given tensors in place of their variables, so that gradients and tracing
 * backends see plain tensors; afterwards the variables are back, also when a layer throws. A layer whose own gradient
 * function reads its variables (instead of saving tensors) would see the model's values there, not the given ones.
 *
 * @param weights one for each of `model.trainableWeights`, in that order, of the same shapes
 * @param inputs [batch, …inputShape]
 * @returns the model's only output, [batch, …]; the caller disposes it
 * @throws RangeError if the tensors are not as many as the model's, or of other shapes
 */
export function functionalCall(
  model: tfl.LayersModel,
  weights: readonly tf.Tensor[],
  inputs: tf.Tensor,
  { training, buffers }: FunctionalCallOptions,
): tf.Tensor {
  const call = () => outputOf(model, inputs, training);
  const inside = buffers ? () => withTensors("buffer", bufferVariables(model), buffers, call) : call;
  return withTensors("trainable weight", trainableVariables(model), weights, inside);
}

/** The only output of a model on some inputs. */
export function outputOf(model: tfl.LayersModel, inputs: tf.Tensor, training: boolean): tf.Tensor {
  const output = model.apply(inputs, { training });
  if (Array.isArray(output))
    throw new RangeError(`functionalCall: the model must have one output; got ${output.length}`);
  return output as tf.Tensor;
}
