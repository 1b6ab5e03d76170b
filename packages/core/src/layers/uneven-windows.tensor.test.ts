import * as tf from "@tensorflow/tfjs-core";
import type { layers } from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";
import { sweep } from "@weightcast/random/testing";
import { describe, expect, test } from "vitest";
import { normals } from "../testing/compare";
import { noiseAtoms } from "../testing/dictionaries";
import { factorizedConv1d } from "./factorized-conv1d";
import { factorizedConv2d } from "./factorized-conv2d";
import type { FactorizedLayer } from "./factorized-layer";

type Pair = readonly [number, number];

/** Convolution with its window and strides, and the size of the image. */
interface Case {
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly padding: "same" | "valid";
  readonly image: Pair;
}

const [channels, filters, examples] = [3, 4, 2];

/** Output by loops in float64, with TensorFlow's padding: half of what is missing before the image, rounded down. */
function convolution(
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  { kernel, strides, padding, image }: Case,
): Float64Array {
  const [rows, cols] = ([0, 1] as const).map((axis) =>
    padding === "same"
      ? Math.ceil(image[axis] / strides[axis])
      : Math.floor((image[axis] - kernel[axis]) / strides[axis]) + 1,
  ) as [number, number];
  const before = ([rows, cols] as const).map((places, axis) =>
    padding === "same"
      ? Math.floor(
          Math.max(0, (places - 1) * strides[axis as 0 | 1] + kernel[axis as 0 | 1] - image[axis as 0 | 1]) / 2,
        )
      : 0,
  );
  const y = new Float64Array(examples * rows * cols * filters);
  for (let n = 0, at = 0; n < examples; n++)
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < cols; c++)
        for (let o = 0; o < filters; o++, at++)
          for (let i = 0; i < kernel[0]; i++)
            for (let j = 0; j < kernel[1]; j++) {
              const [row, col] = [r * strides[0] + i - before[0]!, c * strides[1] + j - before[1]!];
              if (row < 0 || row >= image[0] || col < 0 || col >= image[1]) continue;
              for (let ch = 0; ch < channels; ch++)
                y[at]! +=
                  x[((n * image[0] + row) * image[1] + col) * channels + ch]! *
                  w[((i * kernel[1] + j) * channels + ch) * filters + o]!;
            }
  return y;
}

function expectExact(layer: FactorizedLayer, x: tf.Tensor, one: Case, what: string): void {
  tf.tidy(() => {
    const output = (layer as layers.Layer).apply(x) as tf.Tensor;
    const expected = convolution(x.dataSync(), layer.weightMatrix().dataSync(), one);
    expect(output.size, what).toBe(expected.length);
    const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const furthest = output
      .dataSync<"float32">()
      .reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
    expect(furthest / scale, what).toBeLessThan(1e-5);
    (layer as unknown as { disposeWeights(): void }).disposeWeights();
  });
}

const orders = ["inputs-first", "weights-first", "auto"] as const;

function conv2d(one: Case, patches: boolean, order: (typeof orders)[number], what: string): void {
  const { kernel, strides, padding, image } = one;
  const dictionary = noiseAtoms(patches ? [...kernel, channels] : kernel, 3);
  const rank = Math.min(2, dictionary.size);
  const x = normals([examples, ...image, channels], "x");
  const layer = factorizedConv2d({ filters, kernelSize: kernel, strides, padding, dictionary, rank, order });
  expectExact(layer as unknown as FactorizedLayer, x, one, what);
  x.dispose();
}

describe.each(orders)("where the windows leave a part of the image out, %s", (order) => {
  test.each<Case>([
    { kernel: [1, 3], strides: [2, 2], padding: "same", image: [5, 6] },
    { kernel: [1, 3], strides: [2, 2], padding: "same", image: [4, 5] },
    { kernel: [3, 1], strides: [2, 2], padding: "same", image: [6, 4] },
    { kernel: [4, 1], strides: [1, 5], padding: "same", image: [6, 9] },
    { kernel: [2, 2], strides: [3, 5], padding: "same", image: [7, 8] },
  ])("conv2d of $kernel, strides $strides, an image of $image: loops in float64", (one) => {
    for (const patches of [false, true]) conv2d(one, patches, order, patches ? "whole patches" : "shared atoms");
  });

  test("conv2d on generated windows", () => {
    for (let seed = 0; seed < sweep(40); seed++) {
      const { integer } = stream(seed, `windows/${order}`);
      const pair = (least: number, most: number): Pair => [least + integer(most), least + integer(most)];
      const one: Case = { kernel: pair(1, 4), strides: pair(1, 6), padding: "same", image: pair(1, 9) };
      const valid = { ...one, padding: "valid" as const, image: [one.kernel[0] + 4, one.kernel[1] + 5] as const };
      conv2d(one, seed % 2 === 0, order, `seed ${seed}: ${JSON.stringify(one)}`);
      conv2d(valid, seed % 2 === 0, order, `seed ${seed}: ${JSON.stringify(valid)}`);
    }
  });

  test.each([
    { kernelSize: 1, strides: 2, length: 6 },
    { kernelSize: 3, strides: 2, length: 6 },
    { kernelSize: 2, strides: 5, length: 9 },
    { kernelSize: 3, strides: 5, length: 7 },
  ])("conv1d of $kernelSize, strides $strides, $length steps: loops in float64", ({ kernelSize, strides, length }) => {
    const one: Case = { kernel: [1, kernelSize], strides: [1, strides], padding: "same", image: [1, length] };
    const dictionary = noiseAtoms([kernelSize], 3);
    const rank = Math.min(2, kernelSize);
    const x = normals([examples, length, channels], "x");
    const layer = factorizedConv1d({ filters, kernelSize, strides, padding: "same", dictionary, rank, order });
    expectExact(layer as unknown as FactorizedLayer, x, one, "conv1d");
    x.dispose();
  });
});
