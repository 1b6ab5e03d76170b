import * as tf from "@tensorflow/tfjs-core";
import type { Atoms, Axes } from "../atoms/atoms";
import type { KroneckerPlan } from "../atoms/kronecker";
import { kroneckerShare, type Pays } from "../atoms/make-atoms";
import type { Order } from "../parametrization/product";
import { areaOf, covers, placesOf, type Window } from "./window";

/**
 * Atoms slid over images: at each place, the patch under the window times U. If U is not formed, first down the columns
 * and then along the rows; if the window is the whole image, by products of matrices.
 * @param x [batch, height, width, channels]; the atoms are over [window's height, width, channels]
 * @returns [batch, height′, width′, J·n_α]
 */
export function slide(atoms: Atoms, x: tf.Tensor4D, window: Window): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  if (covers(window, [height, width]))
    return tf.reshape(atoms.project(tf.reshape(x, [batch, height * width * channels])), [batch, 1, 1, atoms.count]);
  if (atoms.axes) return slideAxes(atoms.axes, x, window, atoms.count);
  const { kernel, strides, dilations, padding } = window;
  const filter = tf.reshape<tf.Rank.R4>(atoms.matrix(), [...kernel, channels, atoms.count]);
  return tf.conv2d(x, filter, [...strides], padding, "NHWC", [...dilations]);
}

function slideAxes({ factors, places }: Axes, x: tf.Tensor4D, window: Window, count: number): tf.Tensor4D {
  const { kernel, strides, dilations, padding } = window;
  const [down, across] = factors as [tf.Tensor2D, tf.Tensor2D];
  const [downCount, acrossCount] = [down.shape[1], across.shape[1]];
  const [batch, , width] = x.shape;
  const [rows, cols] = placesOf(window, x.shape);
  const columns = tf.reshape<tf.Rank.R4>(down, [kernel[0], 1, 1, downCount]);
  const lines = tf.reshape<tf.Rank.R4>(across, [1, kernel[1], 1, acrossCount]);
  const first = tf.conv2d(x, columns, [strides[0], 1], padding, "NHWC", [dilations[0], 1]);
  const maps = tf.reshape<tf.Rank.R4>(tf.transpose(first, [0, 3, 1, 2]), [batch * downCount, rows, width, 1]);
  const second = tf.conv2d(maps, lines, [1, strides[1]], padding, "NHWC", [1, dilations[1]]);
  const grid = tf.transpose(tf.reshape(second, [batch, downCount, rows * cols, acrossCount]), [0, 2, 1, 3]);
  const all = tf.reshape(grid, [batch, rows * cols, downCount * acrossCount]);
  return tf.reshape(places ? tf.gather(all, places, 2) : all, [batch, rows, cols, count]);
}

/**
 * Rule that decides whether atoms over [height, width] slide axis by axis: inputs first, if that takes less than a quarter
 * of the multiplications. `auto` does not, because it is not faster everywhere. Measured with gradients, CPU time formed /
 * axis by axis, Fourier atoms: wasm 1.2 (a quarter of an 8×8 window's atoms) to 4.2 (all of a 16×16 window's), native 0.6
 * to 1.1, and a compiled step with 8×8 windows 0.3.
 * @param image [height, width], null for what differs between inputs
 */
export const slidePays =
  (order: Order, window: Window, image: readonly [number | null, number | null]): Pays =>
  (plan, count) => {
    if (order !== "inputs-first" || plan.factors.length !== 2) return false;
    const cost = covers(window, image) ? plan.cost : slideCost(plan, window);
    return cost < kroneckerShare * areaOf(window) * count;
  };

/** Multiplications per place of one channel. */
function slideCost({ factors }: KroneckerPlan, { kernel, strides }: Window): number {
  const [downCount, acrossCount] = factors.map(({ cols }) => cols) as [number, number];
  // The first pass leaves the width as it is: for each place it computes as many as the stride skips.
  return kernel[0] * downCount * strides[1] + kernel[1] * downCount * acrossCount;
}
