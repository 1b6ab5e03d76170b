import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { nodesOf } from "../graph/graph";
import { channelBlock } from "../onnx/channel-block";
import { nodeRuntime } from "../onnx/runtime";
import { expectAgreement, gradientsOf } from "../testing/agree";
import { floats, small } from "../testing/samples";
import { trace } from "../trace/trace";
import { optimize } from "./optimize";

let block: number | undefined;
beforeAll(async () => {
  block = await channelBlock((await nodeRuntime()).runtime!);
});

/** A layer whose channels share atoms: they slide over each channel alone, and v [channels · A, out] mixes the maps. */
const layerOf =
  (height: number, width: number, count: number, strides: number, padding: "same" | "valid") =>
  (images: tf.Tensor, v: tf.Tensor): tf.Tensor => {
    const x = images as tf.Tensor4D;
    const [n, h, w, c] = x.shape;
    const elements = Float32Array.from({ length: height * width * count }, (_, i) => Math.sin(1 + i));
    const atoms = tf.tensor4d(elements, [height, width, 1, count]);
    const apart = tf.reshape<tf.Rank.R4>(tf.transpose(x, [0, 3, 1, 2]), [n * c, h, w, 1]);
    const maps = tf.conv2d(apart, atoms, strides, padding);
    const [, rows, cols] = maps.shape;
    const places = tf.transpose(tf.reshape(maps, [n, c, rows * cols, count]), [0, 2, 1, 3]);
    const y = tf.matMul(tf.reshape<tf.Rank.R2>(places, [n * rows * cols, c * count]), v as tf.Tensor2D);
    // Channels first, as the layers of a network have them.
    return tf.transpose(tf.reshape(y, [n, rows, cols, v.shape[1]!]), [0, 3, 1, 2]);
  };

/** Operators with which a layer and its gradients are computed. @param to channels of its output */
function operators(x: readonly number[], to: number, layer: ReturnType<typeof layerOf>): ReadonlySet<string> {
  const specs = [x, [x[3]! * 3, to]].map((shape) => ({ shape, dtype: "float32" as const }));
  const gradients = gradientsOf(
    layer,
    specs.map((spec) => ({ ...spec, values: [] })),
  );
  const both = ([a, b]: readonly tf.Tensor[]) => [layer(a!, b!), ...gradients(a!, b!)];
  const { graph } = trace<readonly tf.Tensor[], tf.Tensor[]>(both, specs, { channelBlock: block });
  return new Set(nodesOf(optimize(graph, { channelBlock: block })).map(({ op }) => op));
}

const inBlocks = "com.microsoft.nchwc::Conv";

test("atoms that channels share, and their gradients, are convolutions in blocks of channels", (context) => {
  if (!block) return context.skip("this processor has no layout in blocks of channels");
  const layer = layerOf(3, 3, 3, 1, "same");
  const few = operators([2, 8, 8, 32], 16, layer);
  expect(few).toContain(inBlocks);
  expect(few).not.toContain("Conv");
  // More outputs than places: the gradient with respect to v is another product.
  const many = operators([2, 3, 3, 16], 32, layer);
  expect(many).toContain(inBlocks);
  expect(many).not.toContain("Conv");
  // No whole block of channels.
  expect(operators([2, 8, 8, 20], 16, layer)).not.toContain(inBlocks);
});

test("they compute the same", () => {
  const cases = fc
    .record({
      images: small(3),
      channels: fc.constantFrom(16, 32, 12),
      outputs: fc.constantFrom(16, 48, 12),
      size: fc.constantFrom([9, 8], [5, 7]),
      kernel: fc.constantFrom([3, 3], [2, 5]),
      count: fc.constantFrom(2, 3, 5),
      strides: fc.constantFrom(1, 1, 2),
      padding: fc.constantFrom("same" as const, "valid" as const),
    })
    .chain(({ images, channels, outputs, size, kernel, count, strides, padding }) =>
      fc.record({
        layer: fc.constant(layerOf(kernel[0]!, kernel[1]!, count, strides, padding)),
        x: floats([images, size[0]!, size[1]!, channels]),
        v: floats([channels * count, outputs]),
      }),
    );
  return fc.assert(
    fc.asyncProperty(cases, async ({ layer, x, v }) => {
      const gradients = gradientsOf(layer, [x, v]);
      await expectAgreement((a, b) => [layer(a!, b!), ...gradients(a!, b!)], [x, v]);
    }),
    { numRuns: sweep(8), seed: 1 },
  );
});
