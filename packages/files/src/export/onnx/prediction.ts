import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { ModelNotes } from "../../model/notes";

/** What is computed in a file besides the model. */
export interface Around {
  /**
   * Whether inputs are pixels from 0 to 255, which the file standardizes as the model's notes say: pixel · scale + offset. Of a table,
   * inputs are its numbers as they are, NaN where one is missing, and a number that is predicted is in the units of its column.
   * @default false
   */
  readonly standardize?: boolean;
  /** Whether outputs are probabilities, the softmax of the model's logits. @default false */
  readonly softmax?: boolean;
}

/**
 * Prediction of a model as a pure function of its inputs.
 * @throws RangeError for what the model or its notes do not allow
 */
export function predictionOf(
  model: LayersModel,
  notes: ModelNotes,
  { standardize = false, softmax = false }: Around,
): (inputs: readonly tf.Tensor[]) => readonly tf.Tensor[] {
  if ((standardize || softmax) && (model.inputs.length !== 1 || model.outputs.length !== 1))
    throw new RangeError(
      `toOnnx: ${standardize ? "standardize" : "softmax"} is for models with one input and one output; got ${model.inputs.length} and ${model.outputs.length}`,
    );
  const same = (x: tf.Tensor) => x;
  const before = standardize ? standardizationOf(model, notes) : same;
  if (softmax) checkLogits(model, notes);
  const after = softmax ? (y: tf.Tensor) => tf.softmax(y) : standardize ? inUnits(notes) : same;
  return (inputs) =>
    tf.tidy(() => {
      const x = inputs.map(before);
      const y = model.apply(x.length === 1 ? x[0]! : x, { training: false }) as tf.Tensor | tf.Tensor[];
      return [y].flat().map(after);
    });
}

/** x · scale + offset along the last axis: numbers of channels repeat along one that is longer, as in flattened images. */
function standardizationOf({ inputs }: LayersModel, { inputs: standard, columns }: ModelNotes) {
  if (!standard)
    throw new RangeError(
      "toOnnx: standardize needs the standardization in the model's notes, { inputs: { scale, offset } }; it has none",
    );
  const last = inputs[0]!.shape.at(-1)!;
  const along = (name: "scale" | "offset"): tf.Tensor | number => {
    const each = [standard[name]].flat();
    if (each.length === 1) return each[0]!;
    if (last % each.length !== 0)
      throw new RangeError(
        `toOnnx: ${name} in the model's notes must be one number, or as many as divide the last axis of its input, ${last}; got ${each.length}`,
      );
    return tf.tensor1d(Array.from({ length: last }, (_, i) => each[i % each.length]!));
  };
  const scaled = (x: tf.Tensor): tf.Tensor => tf.add(tf.mul(x, along("scale")), along("offset"));
  if (!columns) return scaled;
  return (x: tf.Tensor): tf.Tensor => {
    // A missing value of a table is the mean of its column. Zeros are computed from x, since a constant would fix the batch size.
    const missing = tf.isNaN(x);
    return tf.where(missing, tf.mul(tf.cast(missing, "float32"), 0), scaled(x));
  };
}

/** Output of a network that predicts a column of a table, in the column's units. */
const inUnits =
  ({ target: { scale = 1, offset = 0 } = { name: "" } }: ModelNotes) =>
  (y: tf.Tensor): tf.Tensor =>
    scale === 1 && offset === 0 ? y : tf.add(tf.mul(y, scale), offset);

/** Activations whose outputs are no logits. */
const bounded: readonly unknown[] = ["softmax", "sigmoid", "hardSigmoid"];

function checkLogits({ outputs }: LayersModel, { task }: ModelNotes): void {
  if (task === "regression")
    throw new RangeError("toOnnx: softmax is for logits; the model predicts numbers; leave softmax out");
  const { sourceLayer } = outputs[0]!;
  const { activation } = sourceLayer.getConfig();
  if (sourceLayer.getClassName() === "Softmax" || bounded.includes(activation))
    throw new RangeError(
      `toOnnx: softmax is for logits; the model's last layer, ${sourceLayer.name}, already gives ${activation === "softmax" || sourceLayer.getClassName() === "Softmax" ? "probabilities" : `a ${activation}`}; leave softmax out`,
    );
}
