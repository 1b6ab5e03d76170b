import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import "@tensorflow/tfjs-layers"; // registers the gradients
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { entry, expectClose, type Grid, grid, gridOf, heapBytes, random } from "../testing/reference";

const cases = fc.record({
  images: fc.integer({ min: 1, max: 3 }),
  height: fc.integer({ min: 3, max: 8 }),
  width: fc.integer({ min: 3, max: 8 }),
  channels: fc.integer({ min: 1, max: 4 }),
  filters: fc.integer({ min: 1, max: 5 }),
  rows: fc.integer({ min: 1, max: 3 }),
  columns: fc.integer({ min: 1, max: 3 }),
  strides: fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })),
  pad: fc.constantFrom("same" as const, "valid" as const),
});

/** Rows or columns of padding before the first one, with TensorFlow's SAME. */
const before = (size: number, filter: number, stride: number) =>
  Math.floor(Math.max((Math.ceil(size / stride) - 1) * stride + filter - size, 0) / 2);

/**
 * Visits every output pixel (n, i, j) with every filter tap (r, s) that lies on the image, where the tap meets the input
 * pixel (row, column).
 */
function forEachTap(
  x: Grid,
  filter: Grid,
  dy: Grid,
  { strides, pad }: Geometry,
  visit: (n: number, i: number, j: number, r: number, s: number, row: number, column: number) => void,
): void {
  const [, height, width] = x.shape as [number, number, number];
  const [rows, columns] = filter.shape as [number, number];
  const top = pad === "same" ? before(height, rows, strides[0]) : 0;
  const left = pad === "same" ? before(width, columns, strides[1]) : 0;
  const [images, outRows, outColumns] = dy.shape as [number, number, number];
  for (let n = 0; n < images; n++)
    for (let i = 0; i < outRows; i++)
      for (let j = 0; j < outColumns; j++)
        for (let r = 0; r < rows; r++)
          for (let s = 0; s < columns; s++) {
            const [row, column] = [i * strides[0] + r - top, j * strides[1] + s - left];
            if (row >= 0 && row < height && column >= 0 && column < width) visit(n, i, j, r, s, row, column);
          }
}

interface Geometry {
  readonly strides: readonly [number, number];
  readonly pad: "same" | "valid";
}

type Convolution = (x: tf.Tensor4D, filter: tf.Tensor4D) => tf.Tensor;

/**
 * Compares the gradients of a convolution with float64 loops.
 * @param seed of the test numbers
 * @param outputOf output channel to which input channel c contributes by the filter's last index f
 */
function expectGradients(
  convolve: Convolution,
  [x, filter]: readonly [tf.Tensor4D, tf.Tensor4D],
  geometry: Geometry,
  seed: number,
  outputOf: (c: number, f: number) => number,
): void {
  const dy = random(convolve(x, filter).shape, seed);
  const [gx, gw, gy] = [gridOf(x), gridOf(filter), gridOf(dy)];
  const [dx, dw] = [grid(x.shape, () => 0), grid(filter.shape, () => 0)];
  const [dxData, dwData] = [dx.data as number[], dw.data as number[]];
  const [, , channels, last] = filter.shape;
  forEachTap(gx, gw, gy, geometry, (n, i, j, r, s, row, column) => {
    for (let c = 0; c < channels; c++)
      for (let f = 0; f < last; f++) {
        const gradient = entry(gy, [n, i, j, outputOf(c, f)]);
        dwData[at(gw, [r, s, c, f])]! += gradient * entry(gx, [n, row, column, c]);
        dxData[at(gx, [n, row, column, c])]! += gradient * entry(gw, [r, s, c, f]);
      }
  });
  const run = (a: tf.Tensor, b: tf.Tensor) => convolve(a as tf.Tensor4D, b as tf.Tensor4D);
  const [actualX, actualW] = tf.grads((a, b) => run(a!, b!))([x, filter], dy) as [tf.Tensor, tf.Tensor];
  expectClose(actualX, dx, 2e-5);
  expectClose(actualW, dw, 5e-5);
}

const at = ({ shape }: Grid, place: readonly number[]) => place.reduce((flat, index, i) => flat * shape[i]! + index, 0);

describe("conv2d", () => {
  test("its gradients equal float64 loops for every stride and padding", () => {
    fc.assert(
      fc.property(cases, ({ images, height, width, channels, filters, rows, columns, strides, pad }) => {
        tf.tidy(() => {
          const x = random([images, height, width, channels], 1) as tf.Tensor4D;
          const filter = random([rows, columns, channels, filters], 2) as tf.Tensor4D;
          const convolve: Convolution = (a, b) => tf.conv2d(a, b, strides, pad);
          expectGradients(convolve, [x, filter], { strides, pad }, 3, (_, f) => f);
        });
      }),
      { seed: 51, numRuns: sweep(80) },
    );
  });

  test.skipIf(tf.getBackend() === "tensorflow")("explicit padding, which native does not support", () => {
    tf.tidy(() => {
      const pad: tf.backend_util.ExplicitPadding = [[0, 0], [2, 0], [1, 3], [0, 0]]; // biome-ignore format: one line
      const [x, w] = [random([2, 4, 5, 3], 4), random([3, 2, 3, 4], 5)];
      const run = (a: tf.Tensor, b: tf.Tensor, p: tf.backend_util.ExplicitPadding | "valid") =>
        tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, p);
      const dy = random(run(x, w, pad).shape, 6);
      const [dx, dw] = tf.grads((a, b) => run(a!, b!, pad))([x, w], dy) as [tf.Tensor, tf.Tensor];
      // The same result by padding first.
      const padded = (a: tf.Tensor, b: tf.Tensor) => run(tf.pad(a, pad), b, "valid");
      const [px, pw] = tf.grads((a, b) => padded(a!, b!))([x, w], dy) as [tf.Tensor, tf.Tensor];
      expectClose(dx, gridOf(px), 2e-5);
      expectClose(dw, gridOf(pw), 2e-5);
    });
  });

  test("leaves no tensor and no memory behind", () => {
    const [x, w] = [random([4, 8, 8, 3], 7), random([3, 3, 3, 6], 8)];
    const step = () => tf.dispose(tf.grads((a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 2, "same"))([x, w]));
    for (let i = 0; i < 5; i++) step();
    const counts = () => [tf.memory().numTensors, tf.engine().backend.numDataIds(), heapBytes()];
    const start = counts();
    for (let i = 0; i < (heapBytes() > 0 ? 1000 : 10); i++) step();
    expect(counts()).toEqual(start);
    tf.dispose([x, w]);
  });
});

describe("depthwiseConv2d", () => {
  test("its gradients equal float64 loops", () => {
    fc.assert(
      fc.property(cases, ({ images, height, width, channels, rows, columns, strides: [stride], pad }) => {
        tf.tidy(() => {
          const multiplier = 2;
          const x = random([images, height, width, channels], 9) as tf.Tensor4D;
          const filter = random([rows, columns, channels, multiplier], 10) as tf.Tensor4D;
          const convolve: Convolution = (a, b) => tf.depthwiseConv2d(a, b, stride, pad);
          const geometry = { strides: [stride, stride], pad } as const;
          expectGradients(convolve, [x, filter], geometry, 11, (c, q) => c * multiplier + q);
        });
      }),
      { seed: 52, numRuns: sweep(15) },
    );
  });
});
