import type * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";

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
 * @param options.training whether layers behave as in training
 * @returns the model's only output, [batch, …]; the caller disposes it
 * @throws RangeError if the weights are not as many, or of other shapes
 */
export function functionalCall(
  model: tfl.LayersModel,
  weights: readonly tf.Tensor[],
  inputs: tf.Tensor,
  { training }: { readonly training: boolean },
): tf.Tensor {
  const variables = trainableVariables(model);
  checkShapes(variables, weights);
  const held = variables.map((variable) => variable.val);
  try {
    for (const [i, variable] of variables.entries()) variable.val = weights[i]!;
    const output = model.apply(inputs, { training });
    if (Array.isArray(output))
      throw new RangeError(`functionalCall: the model must have one output; got ${output.length}`);
    return output as tf.Tensor;
  } finally {
    for (const [i, variable] of variables.entries()) variable.val = held[i]!;
  }
}

/** Where a layer variable keeps its value. TensorFlow.js declares `val` protected and read-only. */
interface OpenVariable {
  val: tf.Tensor;
  readonly name: string;
  readonly shape: readonly (number | null)[];
}

function trainableVariables(model: tfl.LayersModel): OpenVariable[] {
  // The one place that looks behind `protected`: LayerVariable.read() returns `val`, and nothing else can replace it.
  return model.trainableWeights as unknown as OpenVariable[];
}

function checkShapes(variables: readonly OpenVariable[], weights: readonly tf.Tensor[]): void {
  if (weights.length !== variables.length)
    throw new RangeError(
      `functionalCall: the model has ${variables.length} trainable weights; got ${weights.length} tensors`,
    );
  for (const [i, { name, shape }] of variables.entries())
    if (shape.length !== weights[i]!.rank || shape.some((size, axis) => size !== weights[i]!.shape[axis]))
      throw new RangeError(
        `functionalCall: weight ${i}, ${name}, must be of shape [${shape}]; got [${weights[i]!.shape}]`,
      );
}
