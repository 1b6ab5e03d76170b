import * as tf from "@tensorflow/tfjs-core";
import { sweep } from "@weightcast/random/testing";
import "@tensorflow/tfjs-layers"; // registers the gradients
import fc from "fast-check";
import { describe, test } from "vitest";
import { entry, expectClose, grid, gridOf, random } from "./testing/reference";

const cases = fc.record({
  images: fc.integer({ min: 1, max: 3 }),
  height: fc.integer({ min: 4, max: 9 }),
  width: fc.integer({ min: 4, max: 9 }),
  channels: fc.integer({ min: 1, max: 3 }),
  filter: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
  strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  pad: fc.constantFrom("same" as const, "valid" as const),
  shift: fc.constantFrom(-2, 0, 2), // windows without positive entries, with both signs, with positive entries only
});

/** Start of the first window with TensorFlow's SAME padding. */
const first = (size: number, filter: number, stride: number, same: boolean) =>
  same ? -Math.floor(Math.max((Math.ceil(size / stride) - 1) * stride + filter - size, 0) / 2) : 0;

describe("pooling", () => {
  test.each(["max", "average"] as const)("the gradient of %s pooling equals a float64 loop", (kind) => {
    fc.assert(
      fc.property(cases, ({ images, height, width, channels, filter, strides, pad, shift }) => {
        tf.tidy(() => {
          const x = tf.add(random([images, height, width, channels], 1), shift);
          const run = (v: tf.Tensor) =>
            (kind === "max" ? tf.maxPool : tf.avgPool)(v as tf.Tensor4D, filter, strides, pad);
          const dy = random(run(x).shape, 2);
          const [gx, gy] = [gridOf(x), gridOf(dy)];
          const dx = grid(x.shape, () => 0);
          const data = dx.data as number[];
          const flat = (n: number, r: number, s: number, c: number) => ((n * height + r) * width + s) * channels + c;
          grid(dy.shape, ([n, i, j, c]) => {
            const top = i! * strides[0] + first(height, filter[0], strides[0], pad === "same");
            const left = j! * strides[1] + first(width, filter[1], strides[1], pad === "same");
            const window: [number, number][] = [];
            for (let r = top; r < top + filter[0]; r++)
              for (let s = left; s < left + filter[1]; s++)
                if (r >= 0 && r < height && s >= 0 && s < width) window.push([r, s]);
            const gradient = entry(gy, [n!, i!, j!, c!]);
            const value = ([r, s]: [number, number]) => entry(gx, [n!, r, s, c!]);
            const largest = window.reduce((best, at) => (value(at) > value(best) ? at : best));
            const shares = kind === "max" ? [largest] : window;
            for (const [r, s] of shares) data[flat(n!, r, s, c!)]! += gradient / shares.length;
            return 0;
          });
          expectClose(tf.grad(run)(x, dy), dx, 1e-5);
        });
      }),
      { seed: 71, numRuns: sweep(60) },
    );
  });
});
