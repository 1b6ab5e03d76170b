import * as tf from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";
import { expect, test } from "vitest";
import { encoded } from "./encoded";
import type { BatchSource } from "./source";
import { blobs, features, leaked, network } from "./test-helpers";

const copies = (source: BatchSource, epoch: number, from = 0) =>
  Array.from(source.batches(epoch, from), ({ inputs, labels, count }) => ({
    inputs: inputs.slice(),
    labels: labels.slice(),
    count,
  }));

test("gives the outputs of a layer, or of a model, batch by batch in the source's order; leaks nothing", async () => {
  // More samples than go through at a time, and a rest.
  const source = blobs({ seed: 4, count: 1203, batchSize: 100, preparable: true });
  const model = network(3);
  for (const layer of [model, model.layers[0]!]) {
    const leak = await leaked(async () => {
      const outputs = await encoded(source, layer);
      const units = layer === model ? 3 : 8;
      expect(outputs).toMatchObject({ count: 1203, batchSize: 100, batchesPerEpoch: 13, inputShape: [units] });
      const expected = copies(source, 2, 4);
      const actual = copies(outputs, 2, 4);
      expect(actual).toHaveLength(expected.length);
      for (const [i, { inputs, labels, count }] of expected.entries()) {
        expect(actual[i]).toMatchObject({ labels, count });
        const values = tf.tidy(() => (layer.apply(tf.tensor2d(inputs, [count, features])) as tf.Tensor).dataSync());
        for (const [k, value] of values.entries()) expect(Math.abs(actual[i]!.inputs[k]! - value)).toBeLessThan(1e-6);
      }
    });
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
  }
  model.dispose();
});

test("is called as outside of training: dropout passes", async () => {
  const source = blobs({ seed: 4, preparable: true });
  const outputs = await encoded(source, layers.dropout({ rate: 0.5 }));
  expect(copies(outputs, 0)).toEqual(copies(source, 0));
});

test("a source whose samples may change is refused", async () => {
  const model = network(3);
  await expect(encoded(blobs({ seed: 1 }), model)).rejects.toThrow(TypeError);
  await expect(encoded(blobs({ seed: 1 }), model)).rejects.toThrow("encoded: the source must have the method prepared");
  model.dispose();
});
