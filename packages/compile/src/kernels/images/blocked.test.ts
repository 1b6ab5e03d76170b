import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { nodesOf } from "../../graph/graph";
import { channelBlock } from "../../onnx/channel-block";
import { nodeRuntime } from "../../onnx/runtime";
import { expectAgreement, gradientsOf } from "../../testing/agree";
import { expectConvolutions, fused, type Image } from "../../testing/convolutions";
import { floats } from "../../testing/samples";
import { trace } from "../../trace/trace";

let block: number | undefined;
beforeAll(async () => {
  block = await channelBlock((await nodeRuntime()).runtime!);
});

/** Operators with which a convolution and its gradients are computed. */
function operators(
  channelBlock: number | undefined,
  x: readonly number[],
  filter: readonly number[],
): ReadonlySet<string> {
  const spec = (shape: readonly number[]) => ({ shape, dtype: "float32" as const });
  const samples = [x, filter].map((shape) => ({ ...spec(shape), values: [] }));
  const gradients = gradientsOf((a, b) => tf.conv2d(a as Image, b as Image, 1, "same"), samples);
  const traced = trace<readonly tf.Tensor[], tf.Tensor[]>(
    ([a, b]) => [tf.conv2d(a as Image, b as Image, 1, "same"), ...gradients(a!, b!)],
    [spec(x), spec(filter)],
    { channelBlock },
  );
  return new Set(nodesOf(traced.graph).map(({ op }) => op));
}

const blocked = "com.microsoft.nchwc::Conv";

test("where the runtime has the layout, three convolutions in blocks", (context) => {
  if (!block) return context.skip("this processor has no layout in blocks of channels");
  expect(operators(block, [16, 5, 5, 16], [3, 3, 16, 16])).toContain(blocked);
  expect(operators(block, [16, 5, 5, 16], [3, 3, 16, 16])).not.toContain("Conv");
});

test("standard operators for other channels, and where the layout is not asked for", () => {
  expect(operators(undefined, [8, 5, 5, 16], [3, 3, 16, 16])).not.toContain(blocked);
  expect(operators(8, [8, 5, 5, 12], [3, 3, 12, 16])).not.toContain(blocked);
  expect(operators(8, [8, 5, 5, 16], [1, 1, 16, 16])).not.toContain(blocked);
});

test("convolutions of whole blocks of channels and their gradients", () => {
  const channels = fc.constantFrom(16, 32);
  const cases = fc
    .record({
      // 16 images are whole blocks, 12 and 20 are not, and 6 cannot be brought into blocks.
      images: fc.constantFrom(16, 12, 20, 6),
      inputs: channels,
      outputs: channels,
      kernel: fc.constantFrom([3, 3], [2, 3], [5, 1]),
      size: fc.constantFrom([5, 6], [7, 4]),
    })
    .chain(({ images, inputs, outputs, kernel, size }) =>
      fc.record({
        x: floats([images, size[0]!, size[1]!, inputs]),
        filter: floats([kernel[0]!, kernel[1]!, inputs, outputs]),
        strides: fc.constantFrom<number | [number, number]>(1, 2, [1, 2]),
        pad: fc.constantFrom(
          "same" as const,
          "valid" as const,
          [
            [0, 0],
            [1, 0],
            [0, 2],
            [0, 0],
          ] as tf.backend_util.ExplicitPadding,
        ),
      }),
    )
    .filter(({ x, filter, pad }) => pad !== "valid" || x.shape[1]! >= filter.shape[0]!);
  return expectConvolutions(
    cases,
    ({ strides, pad }) =>
      (a, b) =>
        tf.conv2d(a, b, strides, pad),
    { numRuns: sweep(5), seed: 1 },
  );
});

test("convolutions of each channel on its own and their gradients", () => {
  const cases = fc
    .record({
      images: fc.constantFrom(1, 3, 16),
      channels: fc.constantFrom(16, 32, 19, 26),
      kernel: fc.constantFrom([3, 3], [7, 7], [2, 5], [1, 1]),
      size: fc.constantFrom([9, 8], [7, 10]),
    })
    .chain(({ images, channels, kernel, size }) =>
      fc.record({
        x: floats([images, size[0]!, size[1]!, channels]),
        filter: floats([kernel[0]!, kernel[1]!, channels, 1]),
        strides: fc.constantFrom<number | [number, number]>(1, 1, 2, [1, 2]),
        pad: fc.constantFrom<"same" | "valid">("same", "valid"),
      }),
    );
  return expectConvolutions(
    cases,
    ({ strides, pad }) =>
      (a, b) =>
        tf.depthwiseConv2d(a, b, strides, pad),
    { numRuns: sweep(8), seed: 3 },
  );
});

test("with a bias and an activation", () =>
  fc.assert(
    fc.asyncProperty(
      floats([4, 4, 4, 16]),
      floats([3, 3, 16, 32]),
      floats([32]),
      floats([3, 3, 16, 1]),
      floats([16]),
      async (x, filter, bias, one, few) => {
        const options = { strides: 1, pad: "same", activation: "relu" } as const;
        await expectAgreement(fused(tf.fused.conv2d, options), [x, filter, bias]);
        await expectAgreement(fused(tf.fused.depthwiseConv2d, options), [x, one, few]);
      },
    ),
    { numRuns: sweep(1), seed: 2 },
  ));
