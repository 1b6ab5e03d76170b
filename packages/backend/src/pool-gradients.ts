import * as tf from "@tensorflow/tfjs-core";

/** A pooling of [n, h, w, c], as `computePool2DInfo` of tfjs-core gives it. */
export type Pool = tf.backend_util.Conv2DInfo;

/** Attributes of the kernels `MaxPoolGrad` and `AvgPoolGrad`. */
export interface PoolAttributes {
  readonly filterSize: [number, number] | number;
  readonly strides: [number, number] | number;
  readonly pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** The pooling of images of a shape. */
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
 * Gradient of max pooling: each output's slope goes to the largest entry of its window, to the first of equals.
 * @param dx receives the gradient; all zeros before
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
 * Gradient of average pooling: each output's slope goes in equal parts to the entries of its window; padding takes no
 * part, as it takes none in the average.
 * @param dx receives the gradient; all zeros before
 */
export function averagePoolGradient(dy: tf.TypedArray, dx: tf.TypedArray, pool: Pool): void {
  const channels = pool.inChannels;
  forEachWindow(pool, (output, window) => {
    const share = 1 / window.length;
    for (const input of window) for (let c = 0; c < channels; c++) dx[input + c]! += share * dy[output + c]!;
  });
}

/** Visits every output pixel: where its channels start, and where those of the pixels of its window do. */
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
