import * as tf from "@tensorflow/tfjs-core";

/** Pooling of images [n, h, w, c], as `computePool2DInfo` of tfjs-core describes it. */
export type Pool = tf.backend_util.Conv2DInfo;

/** Attributes of the kernels `MaxPoolGrad` and `AvgPoolGrad`. */
export interface PoolAttributes {
  readonly filterSize: [number, number] | number;
  readonly strides: [number, number] | number;
  readonly pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** Pooling of images of the given shape. */
export const poolOf = (shape: readonly number[], { filterSize, strides, pad, dimRoundingMode }: PoolAttributes): Pool =>
  tf.backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );

/**
 * Gradient of max pooling: each output's gradient goes to the largest entry of its window, to the first one in a tie.
 * @param dx receives the gradient; must be all zeros before
 */
export function maxPoolGradient(x: tf.TypedArray, dy: tf.TypedArray, dx: tf.TypedArray, pool: Pool): void {
  const channels = pool.inChannels;
  const best = new Float32Array(channels);
  const place = new Int32Array(channels);
  forEachWindow(pool, (output, window) => {
    best.fill(Number.NEGATIVE_INFINITY);
    place.fill(-1);
    for (const input of window)
      for (let c = 0; c < channels; c++) {
        const value = x[input + c]!;
        if (value > best[c]!) {
          best[c] = value;
          place[c] = input + c;
        }
      }
    for (let c = 0; c < channels; c++) if (place[c]! >= 0) dx[place[c]!]! += dy[output + c]!;
  });
}

/**
 * Gradient of average pooling: each output's gradient is shared equally by the entries of its window. Padding gets no
 * share, as it takes no part in the average.
 * @param dx receives the gradient; must be all zeros before
 */
export function averagePoolGradient(dy: tf.TypedArray, dx: tf.TypedArray, pool: Pool): void {
  const channels = pool.inChannels;
  forEachWindow(pool, (output, window) => {
    const share = 1 / window.length;
    for (const input of window) for (let c = 0; c < channels; c++) dx[input + c]! += share * dy[output + c]!;
  });
}

/**
 * Visits every output pixel.
 * @param visit is given the position of the pixel's first channel, and those of the pixels in its window
 */
function forEachWindow(pool: Pool, visit: (output: number, window: readonly number[]) => void): void {
  const { inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, inChannels } = pool;
  const { top, left } = pool.padInfo;
  let output = 0;
  for (let image = 0; image < pool.batchSize; image++)
    for (let i = 0; i < outHeight; i++)
      for (let j = 0; j < outWidth; j++, output += inChannels) {
        const [row, column] = [i * pool.strideHeight - top, j * pool.strideWidth - left];
        const window: number[] = [];
        for (let r = Math.max(row, 0); r < Math.min(row + filterHeight, inHeight); r++)
          for (let s = Math.max(column, 0); s < Math.min(column + filterWidth, inWidth); s++)
            window.push(((image * inHeight + r) * inWidth + s) * inChannels);
        visit(output, window);
      }
}
