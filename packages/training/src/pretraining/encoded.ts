import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { type BatchSource, sizeOf } from "@weightcast/types";
import { shown } from "../arguments/shown";
import { checkSource } from "../arguments/source";

/** Number of examples that pass through the layer at a time. */
const chunk = 500;

/**
 * Source of a layer's outputs, or a whole model's: the same batches in the same order with the same labels, and each
 * example's inputs replaced by the layer's outputs for it, of any shape. They are computed once, by this call, on
 * TensorFlow.js's active backend. The next layer of a greedy pre-training learns from them.
 *
 * @param source with `prepared`, which means that its examples never change
 * @param layer a layer, already built, or a model with one output; it is called as outside training
 * @returns a source in memory, count × prod(outputs) numbers; it does not follow later changes of the layer
 * @throws TypeError if the source cannot be prepared
 * @throws RangeError if the model has several outputs
 */
export async function encoded(source: BatchSource, layer: tfl.layers.Layer | tfl.LayersModel): Promise<BatchSource> {
  checkSource("encoded", source);
  if (typeof Object(layer).apply !== "function")
    throw new TypeError(`encoded: the layer must be a layer or a model; got ${shown(layer)}`);
  if (!source.prepared)
    throw new TypeError(
      "encoded: the source must have the method prepared, as those of @weightcast/datasets; got one without: its examples may change from epoch to epoch",
    );
  const { inputShape } = source;
  const size = sizeOf(inputShape);
  const outputsFor = (rows: Float32Array): tf.Tensor =>
    tf.tidy(() => {
      const inputs = tf.tensor(rows, [rows.length / size, ...inputShape], "float32");
      const outputs = layer.apply(inputs, { training: false });
      if (Array.isArray(outputs))
        throw new RangeError(`encoded: the model must have one output; got ${outputs.length}`);
      return outputs as tf.Tensor;
    });
  const one = outputsFor(new Float32Array(size));
  const outputShape = one.shape.slice(1);
  one.dispose();
  const outputSize = sizeOf(outputShape);
  return source.prepared(outputShape, async (inputs) => {
    const count = inputs.length / size;
    const outputs = new Float32Array(count * outputSize);
    for (let start = 0; start < count; start += chunk) {
      const part = outputsFor(inputs.subarray(start * size, Math.min(count, start + chunk) * size));
      try {
        outputs.set(await part.data<"float32">(), start * outputSize);
      } finally {
        part.dispose();
      }
    }
    return outputs;
  });
}
