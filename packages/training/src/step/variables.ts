import type * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";

/** Variable of a layer, with the access that TensorFlow.js hides: it declares `val` protected and read-only. */
export interface OpenVariable {
  val: tf.Tensor;
  readonly name: string;
  readonly originalName: string;
  readonly shape: readonly (number | null)[];
  read(): tf.Tensor;
  write(value: tf.Tensor): unknown;
}

/** Properties in which tf.layers' containers, wrappers and recurrent layers hold other layers. */
interface Containing extends tfl.layers.Layer {
  readonly layers?: readonly tfl.layers.Layer[];
  readonly layer?: tfl.layers.Layer;
  readonly forwardLayer?: tfl.layers.Layer;
  readonly backwardLayer?: tfl.layers.Layer;
  readonly cell?: tfl.layers.Layer;
  readonly cells?: readonly tfl.layers.Layer[];
}

/** Layers of a model without inner layers, each listed once; includes those inside nested models and wrappers. */
export function leafLayers(model: tfl.layers.Layer): readonly tfl.layers.Layer[] {
  const leaves = (layer: Containing): tfl.layers.Layer[] => {
    const { layers, layer: wrapped, forwardLayer, backwardLayer } = layer;
    // A bidirectional layer's `layer` is only the template of the two that run.
    const directions = forwardLayer && backwardLayer ? [forwardLayer, backwardLayer] : undefined;
    const inner = directions ?? [...(layers ?? []), ...(wrapped ? [wrapped] : [])];
    return inner.length === 0 ? [layer] : inner.flatMap(leaves);
  };
  return [...new Set(leaves(model))];
}

/** Layers that own the weights of a leaf: of a recurrent layer its cells, otherwise the layer itself. */
export function weightOwners(leaf: tfl.layers.Layer): readonly tfl.layers.Layer[] {
  const { cell, cells } = leaf as Containing;
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
  leafLayers(model).filter((layer) => layer.getClassName() === "BatchNormalization");

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
