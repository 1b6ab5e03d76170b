import type { layers, SymbolicTensor } from "@tensorflow/tfjs-layers";

/** Shape of a batch, `null` in front. */
export type Shape = (number | null)[];

/** What goes through layers while a network is put together: symbolic tensors, or their shapes alone. */
export interface Flow<X> {
  shapeOf(x: X): Shape;
  apply(layer: layers.Layer, inputs: X[]): X;
}

/** Makes the layers' weights. */
export const symbols: Flow<SymbolicTensor> = {
  shapeOf: ({ shape }) => shape,
  apply: (layer, inputs) => layer.apply(single(inputs)) as SymbolicTensor,
};

/** Makes no tensors. */
export const shapes: Flow<Shape> = {
  shapeOf: (shape) => shape,
  apply: (layer, inputs) => layer.computeOutputShape(single(inputs)) as Shape,
};

/** tf.layers wants one input as it is, several as a list. */
const single = <X>(inputs: X[]): X | X[] => (inputs.length === 1 ? inputs[0]! : inputs);
