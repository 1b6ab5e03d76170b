import * as tf from "@tensorflow/tfjs-core";
import {
  input,
  type LayersModel,
  layers,
  model as modelOf,
  type SymbolicTensor,
  sequential,
} from "@tensorflow/tfjs-layers";
import type { BatchSource } from "@weightcast/types";
import { describe, expect, test } from "vitest";
import { blobs, copiesOf, features } from "../testing/blobs";
import { network, seeded } from "../testing/networks";
import { leaked } from "../testing/runs";
import { encoded } from "./encoded";

test("gives the outputs of a layer, or of a model, batch by batch in the source's order; leaks nothing", async () => {
  // More examples than pass through at a time, and not a multiple of that.
  const source = blobs({ seed: 4, count: 1203, batchSize: 100, preparable: true });
  const model = network(3);
  for (const layer of [model, model.layers[0]!]) {
    const leak = await leaked(async () => {
      const outputs = await encoded(source, layer);
      const units = layer === model ? 3 : 8;
      expect(outputs).toMatchObject({ count: 1203, batchSize: 100, batchesPerEpoch: 13, inputShape: [units] });
      const expected = copiesOf(source, 2, 4);
      const actual = copiesOf(outputs, 2, 4);
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

describe("images", () => {
  const [height, width, channels, filters, units] = [4, 5, 2, 3, 6];
  const pixels = height * width * channels;
  /** Images [4, 5, 2], each computed from a point of `blobs`: more than pass through at a time. */
  const images = (): Promise<BatchSource> =>
    blobs({ seed: 8, count: 530, batchSize: 50, preparable: true }).prepared!([height, width, channels], async (rows) =>
      Float32Array.from({ length: (rows.length / features) * pixels }, (_, k) =>
        Math.sin((1 + (k % pixels)) * rows[Math.floor(k / pixels) * features + (k % features)]!),
      ),
    );
  /** Convolution of 2 × 2 pixels, and on top of it a dense layer. */
  const network = (): LayersModel =>
    seeded(
      sequential({
        layers: [
          layers.conv2d({ inputShape: [height, width, channels], filters, kernelSize: 2, activation: "relu" }),
          layers.flatten(),
          layers.dropout({ rate: 0.5 }),
          layers.dense({ units, activation: "sigmoid" }),
        ],
      }),
      9,
    );
  const valuesOf = (model: LayersModel) => model.weights.map((variable) => variable.read().dataSync());

  /** Feature maps [3, 4, 3] of an image, by definition, in float64. */
  function convolved(image: ArrayLike<number>, kernel: ArrayLike<number>, bias: ArrayLike<number>): number[] {
    const maps: number[] = [];
    for (let y = 0; y < height - 1; y++)
      for (let x = 0; x < width - 1; x++)
        for (let f = 0; f < filters; f++) {
          let sum = bias[f]!;
          for (const dy of [0, 1])
            for (const dx of [0, 1])
              for (let c = 0; c < channels; c++)
                sum +=
                  image[((y + dy) * width + x + dx) * channels + c]! *
                  kernel[((dy * 2 + dx) * channels + c) * filters + f]!;
          maps.push(Math.max(0, sum));
        }
    return maps;
  }

  /** Outputs [6] of the whole network, by definition, in float64. */
  function answered(image: ArrayLike<number>, weights: readonly ArrayLike<number>[]): number[] {
    const maps = convolved(image, weights[0]!, weights[1]!);
    return Array.from({ length: units }, (_, j) => {
      const sum = maps.reduce((total, value, i) => total + value * weights[2]![i * units + j]!, weights[3]![j]!);
      return 1 / (1 + Math.exp(-sum));
    });
  }

  async function expectOutputs(outputs: BatchSource, expectedOf: (image: Float32Array) => number[]): Promise<void> {
    const batches = copiesOf(await images(), 1);
    const actual = copiesOf(outputs, 1);
    expect(actual).toHaveLength(batches.length);
    for (const [i, { inputs, labels, count }] of batches.entries()) {
      expect(actual[i]).toMatchObject({ labels, count });
      const expected = Array.from({ length: count }, (_, n) =>
        expectedOf(inputs.subarray(n * pixels, (n + 1) * pixels)),
      ).flat();
      expect(actual[i]!.inputs).toHaveLength(expected.length);
      for (const [k, value] of expected.entries()) expect(Math.abs(actual[i]!.inputs[k]! - value)).toBeLessThan(1e-5);
    }
  }

  test("[h, w, c] → [n]: a model of several layers, against its definition in float64 (1e-5); leaks nothing", async () => {
    const model = network();
    const source = await images();
    const leak = await leaked(async () => {
      const outputs = await encoded(source, model);
      expect(outputs).toMatchObject({ count: 530, batchSize: 50, inputShape: [units] });
      await expectOutputs(outputs, (image) => answered(image, valuesOf(model)));
    });
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
    model.dispose();
  });

  test("[h, w, c] → [h', w', c']: a model with an output of rank 4 gives images again", async () => {
    const whole = network();
    const model = modelOf({ inputs: whole.inputs, outputs: whole.layers[0]!.output as SymbolicTensor });
    const source = await images();
    const leak = await leaked(async () => {
      const outputs = await encoded(source, model);
      expect(outputs).toMatchObject({ count: 530, inputShape: [height - 1, width - 1, filters] });
      const [kernel, bias] = valuesOf(model);
      await expectOutputs(outputs, (image) => convolved(image, kernel!, bias!));
    });
    expect(leak).toEqual({ tensors: 0, buffers: 0 });
    whole.dispose();
  });

  test("one after the other: the source of a model's outputs is the input of the next layer", async () => {
    const model = network();
    const maps = await encoded(await images(), model.layers[0]!);
    const flat = await encoded(maps, model.layers[1]!);
    expect(flat.inputShape).toEqual([(height - 1) * (width - 1) * filters]);
    await expectOutputs(await encoded(flat, model.layers[3]!), (image) => answered(image, valuesOf(model)));
    model.dispose();
  });
});

test("the layer is called as outside training: dropout passes its inputs through", async () => {
  const source = blobs({ seed: 4, preparable: true });
  const outputs = await encoded(source, layers.dropout({ rate: 0.5 }));
  expect(copiesOf(outputs, 0)).toEqual(copiesOf(source, 0));
});

test("a source whose examples may change is refused", async () => {
  const model = network(3);
  await expect(encoded(blobs({ seed: 1 }), model)).rejects.toThrow(TypeError);
  await expect(encoded(blobs({ seed: 1 }), model)).rejects.toThrow("encoded: the source must have the method prepared");
  model.dispose();
});

test("a model with several outputs is refused, and leaves nothing behind", async () => {
  const start = input({ shape: [features] });
  const outputs = [2, 3].map((units) => layers.dense({ units }).apply(start) as SymbolicTensor);
  const model = modelOf({ inputs: start, outputs });
  const leak = await leaked(() =>
    expect(encoded(blobs({ seed: 1, preparable: true }), model)).rejects.toThrow(
      new RangeError("encoded: the model must have one output; got 2"),
    ),
  );
  expect(leak).toEqual({ tensors: 0, buffers: 0 });
  model.dispose();
});
