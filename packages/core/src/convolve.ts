import * as tf from "@tensorflow/tfjs-core";
import type { Atoms } from "./atoms";
import { merge, type Order, orderOf, split, weightsOf } from "./product";
import { slide } from "./slide";
import { covers, placesOf, type Window } from "./window";

/** A convolution's form, beside its atoms. */
export interface Convolution {
  readonly window: Window;
  /** Whether U is over [height, width] and shared by the channels, U ⊗ I; else it is over whole patches. */
  readonly shared: boolean;
}

/**
 * Whether a dictionary's atoms are shared by the channels, or over whole patches.
 * @param grid the window's sizes
 * @throws RangeError if its domain is neither the window nor the window with the channels
 */
export function isShared(who: string, domain: readonly number[], grid: readonly number[], channels: number): boolean {
  const patch = [...grid, channels];
  const is = (other: readonly number[]) => domain.length === other.length && domain.every((n, i) => n === other[i]);
  if (!is(grid) && !is(patch))
    throw new RangeError(
      `${who}: the dictionary's domain must be [${grid.join(", ")}], the window that all channels share, or [${patch.join(", ")}], the whole patch; got [${domain.join(", ")}]`,
    );
  return is(grid);
}

/**
 * A convolution with filters W = U V, patches being ordered (row, column, channel): in columns with their own U_j and
 * V_j. Inputs first, the atoms are slid over the image and V mixes the maps they make, so there is no gradient of a
 * filter (Denil et al. 2013, Figure 3).
 * @param x [batch, height, width, C]
 * @param v [J, n_α·C', filters / J], rows ordered (atom, channel): C' is C where U is shared, else 1
 * @returns [batch, height′, width′, filters]
 */
export function convolve(
  x: tf.Tensor4D,
  u: Atoms,
  v: tf.Tensor3D,
  { window, shared }: Convolution,
  order: Order,
  training: boolean,
): tf.Tensor4D {
  const [batch, height, width, depth] = x.shape;
  const [rows, cols] = placesOf(window, x.shape);
  const channels = shared ? depth : 1;
  const [columns, each, breadth] = v.shape;
  const filters = columns * breadth;
  const inputs = u.inputs * channels;
  const shape = { batch: batch * rows * cols, inputs, rank: each / channels, columns, units: filters, channels };
  if (orderOf(u, order, shape, training) === "inputs-first") {
    const maps = slide(u, shared ? channelsApart(x) : x, window);
    const mixing = channelsOutside(v, channels);
    return tf.reshape(merge(tf.matMul(mapRows(maps, channels, columns), mixing)), [batch, rows, cols, filters]);
  }
  const w = weightsOf(u.matrix(), v, channels);
  if (covers(window, [height, width]))
    return tf.reshape(tf.matMul(tf.reshape(x, [batch, inputs]), w), [batch, 1, 1, filters]);
  const filter = tf.reshape<tf.Rank.R4>(w, [...window.kernel, depth, filters]);
  return tf.conv2d(x, filter, [...window.strides], window.padding, "NHWC", [...window.dilations]);
}

/** [N, H, W, C] → [N·C, H, W, 1] */
function channelsApart(x: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  return channels === 1 ? x : tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [batch * channels, height, width, 1]);
}

/**
 * [N·C', H′, W′, J·n_α] → [J, N·H′·W′, C'·n_α], the last ordered (channel, atom): so that a channel's maps, which lie
 * together, stay together.
 */
function mapRows(maps: tf.Tensor4D, channels: number, columns: number): tf.Tensor3D {
  const [images, rows, cols, count] = maps.shape;
  const [batch, places, rank] = [images / channels, rows * cols, count / columns];
  if (channels === 1) return split(tf.reshape(maps, [batch * places, count]), columns);
  const apart =
    columns === 1
      ? tf.transpose(tf.reshape(maps, [batch, channels, places, rank]), [0, 2, 1, 3])
      : tf.transpose(tf.reshape(maps, [batch, channels, places, columns, rank]), [3, 0, 2, 1, 4]);
  return tf.reshape(apart, [columns, batch * places, channels * rank]);
}

/** [J, n_α·C', n_h / J] with rows ordered (atom, channel) → the same with rows ordered (channel, atom). */
function channelsOutside(v: tf.Tensor3D, channels: number): tf.Tensor3D {
  const [columns, each, breadth] = v.shape;
  if (channels === 1 || each === channels) return v;
  const rows = tf.reshape<tf.Rank.R4>(v, [columns, each / channels, channels, breadth]);
  return tf.reshape(tf.transpose(rows, [0, 2, 1, 3]), [columns, each, breadth]);
}
