import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { leavesOf } from "@weightcast/core";

/** Recurrent layer that keeps its states from one call to the next, by properties that TensorFlow.js declares private. */
export interface StatefulLayer extends tfl.layers.Layer {
  states_: tf.Tensor[];
  /** States before the last ones, which TensorFlow.js holds until a reset. */
  keptStates: unknown[];
  resetStates(states?: tf.Tensor[]): void;
}

/** Whether a layer is a recurrent one with `stateful: true`. */
export const isStateful = (layer: tfl.layers.Layer): layer is StatefulLayer =>
  layer.stateful && Array.isArray((layer as Partial<StatefulLayer>).states_);

/** Recurrent layers of a model that keep their states. */
const statefulLayers = (model: tfl.LayersModel): readonly StatefulLayer[] => leavesOf(model).filter(isStateful);

/** State that a layer keeps, as what else a training changes: with a name, a shape and a value. */
export interface LayerState {
  readonly originalName: string;
  readonly shape: readonly number[];
  read(): tf.Tensor;
}

/** States of a model's layers, in their order. */
export const layerStates = (model: tfl.LayersModel): readonly LayerState[] =>
  statefulLayers(model).flatMap((layer) =>
    layer.states_.map(({ shape }, i) => ({
      originalName: `${layer.name}/state${i}`,
      shape,
      read: () => layer.states_[i]!,
    })),
  );

/** Gives the layers of a model copies of other states. @param states in the order of {@link layerStates} */
export function setLayerStates(model: tfl.LayersModel, states: readonly tf.Tensor[]): void {
  for (const [layer, own] of ofLayers(model, states)) layer.resetStates([...own]);
}

/**
 * Runs a function while the layers of a model have other states, and gives them their own back, even if it throws.
 * @param states in the order of {@link layerStates}
 * @returns what the function returns, and the states after it: kept tensors, which the caller disposes
 * @throws RangeError if the number of states or a shape differs
 */
export function withStates<T>(
  model: tfl.LayersModel,
  states: readonly tf.Tensor[],
  body: () => T,
): { readonly result: T; readonly states: readonly tf.Tensor[] } {
  checkStates(model, states);
  const before = ofLayers(model, states).map(([layer, given]) => {
    const { states_, keptStates } = layer;
    // Copies, since a layer disposes the states that it replaces.
    layer.states_ = given.map((state) => tf.keep(tf.clone(state)));
    layer.keptStates = [];
    return { layer, states_, keptStates };
  });
  let after: tf.Tensor[] = [];
  try {
    const result = body();
    after = before.flatMap(({ layer }) => layer.states_.map((state) => tf.keep(tf.clone(state))));
    return { result, states: after };
  } finally {
    for (const { layer, states_, keptStates } of before) {
      tf.dispose([layer.states_, layer.keptStates] as tf.TensorContainer);
      Object.assign(layer, { states_, keptStates });
    }
  }
}

/** Layers, each with its part of a list of states. */
function ofLayers<S>(
  model: tfl.LayersModel,
  states: readonly S[],
): readonly (readonly [StatefulLayer, readonly S[]])[] {
  let from = 0;
  return statefulLayers(model).map((layer) => {
    const own = states.slice(from, from + layer.states_.length);
    from += layer.states_.length;
    return [layer, own];
  });
}

function checkStates(model: tfl.LayersModel, states: readonly tf.Tensor[]): void {
  const expected = layerStates(model);
  if (states.length !== expected.length)
    throw new RangeError(`functionalCall: the model's layers have ${expected.length} states; got ${states.length}`);
  for (const [i, { originalName, shape }] of expected.entries())
    if (String(shape) !== String(states[i]!.shape))
      throw new RangeError(
        `functionalCall: state ${i}, ${originalName}, must be of shape [${shape}]; got [${states[i]!.shape}]`,
      );
}

/** Examples in every batch of a model whose layers keep states; undefined for other models. */
export const statefulBatch = (model: tfl.LayersModel): number | undefined =>
  statefulLayers(model)[0]?.states_[0]?.shape[0];
