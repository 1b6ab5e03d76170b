import type * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { leavesOf } from "@weightcast/core";
import { weightOwners } from "./variables";

/** Masks that a cell applies: to its inputs, and to its last output. */
type Masks = Readonly<Record<MaskName, tf.Tensor | tf.Tensor[] | null>>;
type MaskName = "dropoutMask" | "recurrentDropoutMask";

/** Cell with a dropout of its own, by properties that TensorFlow.js declares private. */
interface DropoutCell extends tfl.layers.Layer {
  dropout: number;
  recurrentDropout: number;
  dropoutMask: Masks["dropoutMask"];
  recurrentDropoutMask: Masks["recurrentDropoutMask"];
  call(inputs: [tf.Tensor, tf.Tensor, ...tf.Tensor[]], kwargs: object): tf.Tensor[];
}

/**
 * Masks that each kind of cell applies to its inputs, and as many to its last output. TensorFlow.js draws one for each gate of `GRUCell`
 * and `LSTMCell`, too, and uses the first.
 */
const masksOf: { readonly [className: string]: number } = {
  SimpleRNNCell: 1,
  GRUCell: 1,
  LSTMCell: 1,
  ConvLSTM2DCell: 4,
};

/**
 * Gives a mask for one call of a recurrent layer, or undefined for none: 0 with probability `rate`, otherwise 1 / (1 − rate).
 * @param layer the layer's name
 * @param shape of the mask, with the size of the batch
 */
export type MaskSource = (layer: string, rate: number, shape: readonly number[]) => tf.Tensor | undefined;

/** At a rate outside (0, 1), TensorFlow.js's cells draw no mask. */
const draws = (rate: number): boolean => rate > 0 && rate < 1;

/** Whether a layer is a cell whose masks can be given from outside. */
export const hasKnownMasks = (cell: tfl.layers.Layer): boolean => masksOf[cell.getClassName()] !== undefined;

/** Cells of a leaf that draw masks in training. */
export function dropoutCells(leaf: tfl.layers.Layer): readonly DropoutCell[] {
  const cells = (weightOwners(leaf) as DropoutCell[]).filter(hasKnownMasks);
  return cells.filter(({ dropout, recurrentDropout }) => draws(dropout) || draws(recurrentDropout));
}

/**
 * Runs a function while the cells of a model's recurrent layers take their masks from `next`, which is asked once for each mask in a
 * call of a layer: the masks are the same at each time step. Masks that cells have kept from other calls are neither used nor changed.
 */
export function withMasks<T>(model: tfl.LayersModel, next: MaskSource, body: () => T): T {
  const undo = leavesOf(model).flatMap((leaf) => {
    const cells = dropoutCells(leaf);
    return cells.length === 0 ? [] : [replaceMasks(leaf, cells, next)];
  });
  try {
    return body();
  } finally {
    for (const one of undo) one();
  }
}

/** Replaces the masks of a recurrent layer. @returns what undoes it */
function replaceMasks(layer: tfl.layers.Layer, cells: readonly DropoutCell[], next: MaskSource): () => void {
  const current = new Map<DropoutCell, Masks>();
  const call = layer.call.bind(layer);
  layer.call = (inputs, kwargs) => {
    current.clear();
    return call(inputs, kwargs);
  };
  const kept = cells.map((cell) => {
    const { dropout, recurrentDropout, dropoutMask, recurrentDropoutMask } = cell;
    const own = cell.call.bind(cell);
    cell.call = (inputs, kwargs) => {
      const [input, output] = inputs;
      const masks = current.get(cell) ?? {
        dropoutMask: masksFor(cell, dropout, () => next(layer.name, dropout, input.shape)),
        recurrentDropoutMask: masksFor(cell, recurrentDropout, () => next(layer.name, recurrentDropout, output.shape)),
      };
      current.set(cell, masks);
      try {
        // A cell that has a rate and no mask would draw one.
        const rates = {
          dropout: masks.dropoutMask ? dropout : 0,
          recurrentDropout: masks.recurrentDropoutMask ? recurrentDropout : 0,
        };
        return Object.assign(cell, masks, rates) && own(inputs, kwargs);
      } finally {
        // A recurrent layer disposes the masks that it finds in its cell.
        Object.assign(cell, { dropoutMask: null, recurrentDropoutMask: null });
      }
    };
    return { dropout, recurrentDropout, dropoutMask, recurrentDropoutMask };
  });
  for (const cell of cells) Object.assign(cell, { dropoutMask: null, recurrentDropoutMask: null });
  return () => {
    for (const one of [layer, ...cells]) delete (one as Partial<tfl.layers.Layer>).call; // uncovers the class's method
    for (const [i, cell] of cells.entries()) Object.assign(cell, kept[i]);
  };
}

/** Masks as a cell holds them: a list, except for the cell with only one gate. */
function masksFor(cell: DropoutCell, rate: number, next: () => tf.Tensor | undefined): Masks[MaskName] {
  if (!draws(rate)) return null;
  const kind = cell.getClassName();
  const masks = Array.from({ length: masksOf[kind]! }, next).filter((mask) => mask !== undefined);
  if (masks.length === 0) return null;
  return kind === "SimpleRNNCell" ? masks[0]! : masks;
}
