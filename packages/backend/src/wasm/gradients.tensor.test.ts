import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-layers"; // registers the gradients
import { describe, expect, test } from "vitest";
import { gridOf, random, sum } from "../testing/reference";

type Four = tf.Tensor4D;
const images = [2, 6, 6, 3];
const volumes = [2, 3, 4, 5, 2];
const matrix = [4, 5];

/**
 * Operations used in training, each with a shape to test it on. `mirrorPad` and `prod` are missing because their gradients
 * are wrong in tfjs-core itself, on every engine.
 */
const operations: Readonly<Record<string, readonly [shape: number[], run: (x: tf.Tensor) => tf.Tensor]>> = {
  add: [matrix, (x) => tf.add(x, tf.mul(x, 0.5))],
  avgPool: [images, (x) => tf.avgPool(x as Four, 3, 2, "same")],
  avgPool3d: [volumes, (x) => tf.avgPool3d(x as tf.Tensor5D, 2, 2, "valid")],
  batchNorm: [images, (x) => tf.batchNorm(x, [0.2, -0.1, 0], [1, 0.5, 2], [0.1, 0, -0.3], [2, 1, 0.5], 1e-3)],
  clip: [matrix, (x) => tf.clipByValue(x, -0.5, 0.5)],
  concat: [matrix, (x) => tf.concat([x, tf.square(x)], 1)],
  conv3d: [volumes, (x) => tf.conv3d(x as tf.Tensor5D, random([2, 3, 2, 2, 3], 64) as tf.Tensor5D, 1, "same")],
  conv3dFilter: [[2, 3, 2, 2, 3], (x) => tf.conv3d(random(volumes, 64) as tf.Tensor5D, x as tf.Tensor5D, 1, "same")],
  cumsum: [matrix, (x) => tf.cumsum(x, 1)],
  dilation2d: [images, (x) => tf.dilation2d(x as Four, random([2, 2, 3], 64) as tf.Tensor3D, 1, "same", 1)],
  div: [matrix, (x) => tf.div(x, tf.add(tf.square(x), 1))],
  elu: [matrix, tf.elu],
  exp: [matrix, tf.exp],
  leakyRelu: [matrix, (x) => tf.leakyRelu(x, 0.2)],
  localResponse: [images, (x) => tf.localResponseNormalization(x as Four, 1, 1, 0.5, 0.7)],
  log: [matrix, (x) => tf.log(tf.add(tf.square(x), 1))],
  logSoftmax: [matrix, (x) => tf.logSoftmax(x)],
  max: [matrix, (x) => tf.max(x, 1)],
  maxPool: [images, (x) => tf.maxPool(x as Four, 2, 2, "valid")],
  maxPool3d: [[2, 2, 4, 2, 1], (x) => tf.maxPool3d(x as tf.Tensor5D, 2, 2, "valid")],
  maximum: [matrix, (x) => tf.maximum(x, tf.mul(x, 0.3))],
  mean: [matrix, (x) => tf.mean(x, 0)],
  pad: [matrix, (x) => tf.pad(x, [[1, 2], [0, 1]])], // biome-ignore format: one line
  pow: [matrix, (x) => tf.pow(tf.add(tf.square(x), 0.5), 1.5)],
  relu: [matrix, tf.relu],
  resizeBilinear: [images, (x) => tf.image.resizeBilinear(x as Four, [9, 4])],
  resizeNearest: [images, (x) => tf.image.resizeNearestNeighbor(x as Four, [12, 3])],
  rsqrt: [matrix, (x) => tf.rsqrt(tf.add(tf.square(x), 0.5))],
  selu: [matrix, tf.selu],
  sigmoid: [matrix, tf.sigmoid],
  slice: [matrix, (x) => tf.slice(x, [1, 2], [2, 3])],
  softmax: [matrix, (x) => tf.softmax(x)],
  softplus: [matrix, tf.softplus],
  split: [[4, 6], (x) => tf.mul(...(tf.split(x, 2, 1) as [tf.Tensor, tf.Tensor]))],
  sqrt: [matrix, (x) => tf.sqrt(tf.add(tf.square(x), 0.5))],
  stack: [matrix, (x) => tf.stack([x, tf.square(x)], 1)],
  tanh: [matrix, tf.tanh],
  tile: [matrix, (x) => tf.tile(x, [2, 3])],
  transpose: [[2, 3, 4], (x) => tf.transpose(x, [1, 2, 0])],
  where: [
    matrix,
    (x) =>
      tf.where(
        tf.tensor(
          Array.from({ length: 20 }, (_, i) => i % 3 === 0),
          matrix,
          "bool",
        ),
        tf.square(x),
        x,
      ),
  ],
};

describe("gradients of the operations used in training", () => {
  test.each(Object.entries(operations))(
    "%s: the directional derivative equals a central difference",
    (_, [shape, run]) => {
      tf.tidy(() => {
        const [x, direction] = [random(shape, 61), random(shape, 62)];
        const weights = gridOf(random(run(x).shape, 63));
        const dx = gridOf(tf.grad(run)(x, tf.tensor([...Array.from(weights.data)], run(x).shape)));
        const along = gridOf(direction);
        const derivative = sum(dx.data.length, (i) => dx.data[i]! * along.data[i]!);
        const step = 2 ** -7;
        const value = (sign: number) => {
          const y = run(tf.add(x, tf.mul(direction, sign * step))).dataSync();
          return sum(y.length, (i) => y[i]! * weights.data[i]!);
        };
        const difference = (value(1) - value(-1)) / (2 * step);
        // Allows for float32 rounding (1e-7 of values near 1, divided by the step) and the third derivative's term.
        expect(Math.abs(derivative - difference)).toBeLessThan(5e-3 * (1 + Math.abs(difference)));
      });
    },
  );
});
