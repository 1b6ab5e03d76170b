import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { expect, test } from "vitest";
import { nodesOf } from "../graph/graph";
import { expectAgreement } from "../testing/agree";
import { type Fn, graphOf } from "../testing/optimized";
import { optimize } from "./optimize";

const filter = tf.tensor4d(
  Float32Array.from({ length: 18 }, (_, i) => Math.sin(i)),
  [3, 3, 1, 2],
);

/** Atoms over every channel, as an image of its own. */
const apart: Fn = (x) => {
  const [n, h, w, c] = x!.shape as [number, number, number, number];
  const images = tf.reshape(tf.transpose(x!, [0, 3, 1, 2]), [n * c, h, w, 1]) as tf.Tensor4D;
  return tf.conv2d(images, filter, 1, "same");
};

test("channels that are images of their own are a grouped convolution, if the filters are constant", async () => {
  const shape = [2, 5, 4, 3];
  const convolutions = (fn: Fn, ...shapes: (readonly number[])[]) =>
    nodesOf(optimize(graphOf(fn, ...shapes))).filter(({ op }) => op === "Conv");
  expect(convolutions(apart, shape)).toMatchObject([{ attributes: { group: 3 } }]);
  const sample = { shape, dtype: "float32", values: Array.from({ length: 120 }, (_, i) => Math.cos(0.7 * i)) } as const;
  await expectAgreement(apart, [sample]);
  // Its gradient, for gradients of the maps with channels first, as a layer's product has them.
  const gradient: Fn = (x, dy) => {
    const [n, h, w, c] = shape as [number, number, number, number];
    const weights = tf.transpose(tf.reshape(dy!, [n * c, 2, h, w]), [0, 2, 3, 1]);
    return tf.grad((y) => apart(y))(x!, weights);
  };
  const maps = [2, 6, 20];
  expect(convolutions(gradient, shape, maps)).toMatchObject([{ attributes: { group: 6 } }]);
  await expectAgreement(gradient, [
    sample,
    { shape: maps, dtype: "float32", values: Array.from({ length: 240 }, (_, i) => Math.sin(0.3 * i)) },
  ]);
  // Filters that are computed stay as they are, and so do images that are not channels of others.
  const learned: Fn = (x, f) => tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 1, "same");
  const own: Fn = (x) => tf.conv2d(x as tf.Tensor4D, filter, 1, "same");
  for (const { attributes } of [
    ...convolutions(learned, [6, 5, 4, 1], [3, 3, 1, 2]),
    ...convolutions(own, [6, 5, 4, 1]),
  ])
    expect(attributes.group).toBeUndefined();
});
