import type * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { leaves } from "./model-layers";

/** Where a layer keeps a weight. TensorFlow.js declares `val` protected and read-only. */
export interface OpenVariable {
  val: tf.Tensor;
  readonly name: string;
  readonly originalName: string;
  readonly shape: readonly (number | null)[];
  read(): tf.Tensor;
  write(value: tf.Tensor): unknown;
}

/** The model's trainable weights, in its order. */
export function trainableVariables(model: tfl.LayersModel): readonly OpenVariable[] {
  // The one place that looks behind `protected`: LayerVariable.read() returns `val`, and nothing else can replace it.
  return model.trainableWeights as unknown as readonly OpenVariable[];
}

/** What the model's call changes in training without gradients: batch normalizations' moving means and variances. */
export function bufferVariables(model: tfl.LayersModel): readonly OpenVariable[] {
  return leaves(model)
    .filter((layer) => layer.getClassName() === "BatchNormalization")
    .flatMap((layer) => {
      const { movingMean, movingVariance } = layer as unknown as Record<string, OpenVariable>;
      return [movingMean!, movingVariance!];
    });
}

/**
 * Runs a body while variables hold other tensors; afterwards they are as before, also when it throws.
 * @throws RangeError if the tensors are not as many, or of other shapes
 */
export function withTensors<T>(
  what: string,
  variables: readonly OpenVariable[],
  tensors: readonly tf.Tensor[],
  body: () => T,
): T {
  checkShapes(what, variables, tensors);
  const held = variables.map(({ val }) => val);
  try {
    for (const [i, variable] of variables.entries()) variable.val = tensors[i]!;
    return body();
  } finally {
    for (const [i, variable] of variables.entries()) variable.val = held[i]!;
  }
}

function checkShapes(what: string, variables: readonly OpenVariable[], tensors: readonly tf.Tensor[]): void {
  if (tensors.length !== variables.length)
    throw new RangeError(`functionalCall: the model has ${variables.length} ${what}s; got ${tensors.length} tensors`);
  for (const [i, { name, shape }] of variables.entries())
    if (shape.length !== tensors[i]!.rank || shape.some((size, axis) => size !== tensors[i]!.shape[axis]))
      throw new RangeError(
        `functionalCall: ${what} ${i}, ${name}, must be of shape [${shape}]; got [${tensors[i]!.shape}]`,
      );
}
