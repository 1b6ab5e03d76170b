import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers"; // every gradient
import { stream } from "@weightcast/random";
import { sizeOf } from "@weightcast/types";
import { expect, test } from "vitest";
import { nodesOf, type Value } from "../../graph/graph";
import { openProgram } from "../../onnx/program";
import { nodeRuntime } from "../../onnx/runtime";
import type { Image, Padding } from "../../testing/convolutions";
import { trace } from "../../trace/trace";
import { spectralConvolution, spectralFilterGradient, spectralInputGradient } from "./spectral";
import { windowOf } from "./window";

type Shape = readonly [number, number, number, number];

const uneven: Padding = [
  [0, 0],
  [3, 1],
  [0, 4],
  [0, 0],
];
const random = (name: string, shape: Shape) => {
  const { normal } = stream(1, name);
  return Float32Array.from({ length: sizeOf(shape) }, normal);
};

/** Largest difference, relative to the largest magnitude. */
const difference = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  expect(a.length).toBe(b.length);
  const largest = Math.max(...Array.from(b, Math.abs));
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!))) / largest;
};

test.each<[image: Shape, kernel: readonly [number, number], strides: [number, number], Padding, dilations: number]>([
  [[2, 15, 15, 3], [8, 8], [1, 1], "same", 1],
  [[3, 6, 7, 2], [5, 4], [1, 1], "same", 1],
  [[2, 9, 8, 1], [5, 7], [1, 1], "valid", 1],
  [[1, 10, 9, 3], [3, 5], [1, 1], uneven, 1],
  [[2, 11, 9, 2], [5, 5], [2, 3], "same", 1],
  [[2, 8, 8, 2], [8, 8], [1, 1], "valid", 1],
  [[2, 12, 13, 2], [3, 3], [1, 1], "same", 3],
])(
  "images %j by %j, strides %j, padding %j, dilation %i: equals TensorFlow.js's direct convolution",
  async (image, [kh, kw], strides, pad, dilations) => {
    await tf.setBackend("cpu");
    const outputs = 4;
    const filterShape: Shape = [kh, kw, image[3], outputs];
    const info = tf.backend_util.computeConv2DInfo([...image], [...filterShape], strides, dilations, pad);
    const value = (shape: readonly number[]): Value => ({ shape, type: "float32" });
    const [x, filter, dy] = [value(image), value(filterShape), value(info.outShape)];
    const window = windowOf(info);
    const forward = spectralConvolution(x, filter, window);
    // TensorFlow.js defines no gradients of dilated convolutions to compare with.
    const backward =
      dilations > 1 ? [] : [spectralInputGradient(dy, filter, window), spectralFilterGradient(x, dy, window)];
    const graph = { inputs: [x, filter, dy], outputs: [forward, ...backward] };
    const program = await openProgram(graph, (await nodeRuntime()).runtime!, { threads: 1 });
    const arrays = graph.inputs.map(({ shape }, i) => random(`array ${i}`, shape as unknown as Shape));
    const results = await program.run(graph.inputs.map((input, i) => program.tensor(input, arrays[i]!)));
    await program.release();

    const [a, b, c] = arrays.map((data, i) => tf.tensor(data, [...graph.inputs[i]!.shape]));
    const convolve = (p: tf.Tensor, q: tf.Tensor) => tf.conv2d(p as Image, q as Image, strides, pad, "NHWC", dilations);
    const expected = [convolve(a!, b!), ...(dilations > 1 ? [] : tf.grads(convolve)([a!, b!], c as Image))];
    for (const [i, tensor] of expected.entries()) {
      expect(results[i]!.dims).toEqual(tensor.shape);
      expect(difference(results[i]!.data as Float32Array, tensor.dataSync())).toBeLessThan(3e-6);
    }
  },
);

/** Operators in the graph of a convolution and all its gradients. */
function operators(image: Shape, filter: Shape, channelBlock?: number): ReadonlySet<string> {
  const both = (x: tf.Tensor, f: tf.Tensor) => {
    const convolve = (p: tf.Tensor, q: tf.Tensor) => tf.conv2d(p as Image, q as Image, 1, "same");
    return [convolve(x, f), ...tf.grads((p, q) => tf.sum(convolve(p, q)))([x, f])];
  };
  const specs = [image, filter].map((shape) => ({ shape, dtype: "float32" as const }));
  const options = channelBlock === undefined ? {} : { channelBlock };
  const { graph } = trace((inputs: readonly tf.Tensor[]) => both(inputs[0]!, inputs[1]!), specs, options);
  return new Set(nodesOf(graph).map(({ op }) => op));
}

test("the frequency domain is chosen for medium and large kernels with many channels, and only for those", () => {
  for (const [image, filter] of [
    [
      [100, 15, 15, 48],
      [8, 8, 48, 64],
    ], // the paper's second convolution
    [
      [100, 6, 6, 64],
      [5, 5, 64, 64],
    ], // and its third
    [
      [32, 28, 28, 32],
      [7, 7, 32, 32],
    ],
    [
      [100, 16, 16, 32],
      [5, 5, 32, 32],
    ],
  ] as const)
    expect([...operators(image, filter, 16)].filter((op) => op.includes("Conv"))).toEqual([]);
  for (const [image, filter] of [
    [
      [100, 32, 32, 3],
      [8, 8, 3, 48],
    ], // the paper's first: few channels
    [
      [100, 16, 16, 32],
      [3, 3, 32, 32],
    ], // a residual network's
    [
      [100, 28, 28, 1],
      [5, 5, 1, 6],
    ], // LeNet's first
    [
      [1, 520, 520, 64],
      [31, 31, 64, 64],
    ], // its transform would be too large
  ] as const)
    expect([...operators(image, filter, 16)].filter((op) => op.includes("Conv"))).not.toEqual([]);
});
