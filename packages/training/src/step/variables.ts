import type * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { leavesOf } from "@weightcast/core";
import { type LayerState, layerStates } from "./layer-states";

/** Variable of a layer, with the access that TensorFlow.js hides: it declares `val` protected and read-only. */
export interface OpenVariable {
  val: tf.Tensor;
  readonly name: string;
  readonly originalName: string;
  readonly shape: readonly (number | null)[];
  /** What holds for the weight after every update, such as that it is not negative. */
  readonly constraint?: { apply(weight: tf.Tensor): tf.Tensor } | null;
  read(): tf.Tensor;
  write(value: tf.Tensor): unknown;
}

/** Recurrent layer, or cells stacked in one, by the properties in which tf.layers holds the cells. */
interface Recurrent extends tfl.layers.Layer {
  readonly cell?: tfl.layers.Layer;
  readonly cells?: readonly tfl.layers.Layer[];
}

/** Layers that own the weights of a leaf: of a recurrent layer its cells, otherwise the layer itself. */
export function weightOwners(leaf: tfl.layers.Layer): readonly tfl.layers.Layer[] {
  const { cell, cells } = leaf as Recurrent;
  const inner = [...(cell ? [cell] : []), ...(cells ?? [])];
  return inner.length === 0 ? [leaf] : inner.flatMap(weightOwners);
}

/** Name of a variable within its layer, as in `kernel`. */
export const roleOf = ({ originalName }: Pick<OpenVariable, "originalName">): string =>
  originalName.slice(originalName.lastIndexOf("/") + 1);

/** Trainable weights of a model, in its order. */
export function trainableVariables(model: tfl.LayersModel): readonly OpenVariable[] {
  // The only place that reaches behind `protected`: LayerVariable.read() returns `val`, and nothing else can replace it.
  return model.trainableWeights as unknown as readonly OpenVariable[];
}

/** Batch normalizations of a model. */
export const batchNormalizations = (model: tfl.LayersModel): readonly tfl.layers.Layer[] =>
  leavesOf(model).filter((layer) => layer.getClassName() === "BatchNormalization");

/**
 * Moving means and variances of a model's batch normalizations: variables that its call in training changes without
 * gradients, unless the layer is frozen.
 */
export function bufferVariables(model: tfl.LayersModel): readonly OpenVariable[] {
  return batchNormalizations(model).flatMap((layer) => {
    const { movingMean, movingVariance } = layer as unknown as Record<string, OpenVariable>;
    return [movingMean!, movingVariance!];
  });
}

/** What a model's call in training changes without gradients: moving averages of batch normalizations, then states of recurrent layers. */
export const buffersOf = (model: tfl.LayersModel): readonly LayerState[] => [
  ...(bufferVariables(model) as readonly (OpenVariable & { readonly shape: readonly number[] })[]),
  ...layerStates(model),
];

/** Buffers as those of batch normalizations, and states of layers. */
export function splitBuffers<B>(model: tfl.LayersModel, buffers: readonly B[]) {
  const { length } = bufferVariables(model);
  return { moving: buffers.slice(0, length), states: buffers.slice(length) };
}

/**
 * Runs a function while variables hold other tensors, and restores them afterwards, even if it throws.
 * @param kind what error messages call a variable, as in "buffer"
 * @throws RangeError if the number of tensors or a shape differs
 */
export function withTensors<T>(
  kind: string,
  variables: readonly OpenVariable[],
  tensors: readonly tf.Tensor[],
  body: () => T,
): T {
  checkShapes(kind, variables, tensors);
  const original = variables.map(({ val }) => val);
  try {
    for (const [i, variable] of variables.entries()) variable.val = tensors[i]!;
    return body();
  } finally {
    for (const [i, variable] of variables.entries()) variable.val = original[i]!;
  }
}

function checkShapes(kind: string, variables: readonly OpenVariable[], tensors: readonly tf.Tensor[]): void {
  if (tensors.length !== variables.length)
    throw new RangeError(`functionalCall: the model has ${variables.length} ${kind}s; got ${tensors.length} tensors`);
  for (const [i, { name, shape }] of variables.entries())
    if (shape.length !== tensors[i]!.rank || shape.some((size, axis) => size !== tensors[i]!.shape[axis]))
      throw new RangeError(
        `functionalCall: ${kind} ${i}, ${name}, must be of shape [${shape}]; got [${tensors[i]!.shape}]`,
      );
}
