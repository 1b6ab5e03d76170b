import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import type { BatchSource } from "./source";

/** Samples that go through the layer at a time. */
const chunk = 500;

/**
 * The source of what a layer, or a model, makes of a source's samples: the same batches in the same order with the same
 * labels, the inputs replaced by the layer's outputs, which are computed once, now, by TensorFlow.js's active backend.
 * What the next layer of a greedy pre-training learns from.
 *
 * @param layer built; called as outside of training
 * @param source whose samples never change: one with `prepared`
 * @returns a source in memory, count × prod(outputs) numbers; it does not follow later changes of the layer
 * @throws TypeError if the source cannot be prepared
 */
export async function encoded(source: BatchSource, layer: tfl.layers.Layer): Promise<BatchSource> {
  if (!source.prepared)
    throw new TypeError(
      "encoded: the source must have the method prepared, as those of @weightcast/datasets; got one without: its samples may change from epoch to epoch",
    );
  const { inputShape } = source;
  const size = inputShape.reduce((a, b) => a * b, 1);
  const answer = (rows: Float32Array): tf.Tensor =>
    tf.tidy(() => {
      const inputs = tf.tensor(rows, [rows.length / size, ...inputShape], "float32");
      const outputs = layer.apply(inputs, { training: false });
      if (Array.isArray(outputs))
        throw new RangeError(`encoded: the model must have one output; got ${outputs.length}`);
      return outputs as tf.Tensor;
    });
  const one = answer(new Float32Array(size));
  const shape = one.shape.slice(1);
  one.dispose();
  const width = shape.reduce((a, b) => a * b, 1);
  return source.prepared(shape, async (inputs) => {
    const count = inputs.length / size;
    const outputs = new Float32Array(count * width);
    for (let start = 0; start < count; start += chunk) {
      const part = answer(inputs.subarray(start * size, Math.min(count, start + chunk) * size));
      try {
        outputs.set(await part.data<"float32">(), start * width);
      } finally {
        part.dispose();
      }
    }
    return outputs;
  });
}
