import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { nodesOf } from "../graph/graph";
import { expectAgreement, gradientsOf } from "../testing/agree";
import { graphFor } from "../testing/devices";
import { names } from "../testing/optimized";
import { waves } from "../testing/samples";
import { trace } from "../trace/trace";
import { optimize } from "./optimize";

/** Images with a bias for each channel, pooled. */
const pooled = (x: tf.Tensor, bias: tf.Tensor) => tf.maxPool(tf.add(x, bias) as tf.Tensor4D, 2, 2, "valid");

test.each([3, 32])(
  "a bias is added after max pooling, and its gradient is a sum of as many numbers: %d channels",
  async (c) => {
    const samples = [waves([2, 6, 8, c], 1.3), waves([c], 0.7)];
    const all = (x: tf.Tensor, bias: tf.Tensor) => [pooled(x, bias), ...gradientsOf(pooled, samples)(x, bias)];
    const sizes = nodesOf(graphFor("cpu", all, samples)).flatMap(({ op, inputs }) =>
      op === "ReduceSum" || (op === "Add" && inputs.some((value) => value?.shape.length === 4))
        ? [Math.max(...inputs.map((value) => tf.util.sizeFromShape([...value!.shape])))]
        : [],
    );
    expect(sizes).toEqual([2 * 3 * 4 * c, 2 * 3 * 4 * c]);
    await expectAgreement(all, samples);
  },
);

test("one image and a bias of four axes; a bias that is one number", async () => {
  const samples = [waves([6, 8, 3], 1.3), waves([1, 1, 1, 3], 0.7)];
  await expectAgreement((x, bias) => [pooled(x, bias), ...gradientsOf(pooled, samples)(x, bias)], samples);
  const number = [waves([2, 6, 8, 3], 1.3), waves([], 0.7)];
  await expectAgreement((x, bias) => [pooled(x, bias), ...gradientsOf(pooled, number)(x, bias)], number);
});

test.each(["cpu", "webgpu", undefined] as const)(
  "gradients of max pooling are operators that ONNX Runtime has: %s",
  (device) => {
    const samples = [waves([2, 6, 8, 32], 1.3), waves([32], 0.7)];
    const { graph } = trace<readonly tf.Tensor[], readonly tf.Tensor[]>(
      ([x, bias]) => gradientsOf(pooled, samples)(x!, bias!),
      samples.map(({ shape, dtype }) => ({ shape, dtype })),
      { device },
    );
    expect(names(graph)).toContain("weightcast::MaxPoolGrad");
    expect(names(optimize(graph, { device })).filter((name) => name.includes("weightcast"))).toEqual([]);
  },
);

test("a sum along other axes than the images' is that of the gradient", async () => {
  const samples = [waves([2, 6, 8, 3], 1.3), waves([3], 0.7)];
  const rows = (x: tf.Tensor, bias: tf.Tensor) => tf.sum(gradientsOf(pooled, samples)(x, bias)[0]!, [0, 1]);
  await expectAgreement(rows, samples);
});

test("sums with numbers that differ within a channel are pooled as they are", async () => {
  const samples = [waves([2, 6, 8, 3], 1.3), waves([8, 3], 0.7)];
  await expectAgreement((x, bias) => [pooled(x, bias), ...gradientsOf(pooled, samples)(x, bias)], samples);
});
