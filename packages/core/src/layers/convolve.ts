import * as tf from "@tensorflow/tfjs-core";
import type { Parametrization } from "../parametrization/parametrization";
import { merge, orderOf, split } from "../parametrization/product";
import { slide } from "./slide";
import { covers, placesOf, type Window } from "./window";

/**
 * Convolution with filters W = W₀ + U V, patches being ordered (row, column, channel), in columns with their own U_j and
 * V_j. Inputs first, the atoms slide over the image and V mixes the maps they make, so there is no gradient of a filter
 * (Denil et al. 2013, Figure 3). If channels share U they slide over each channel alone; otherwise U is over whole patches.
 * @param x [batch, height, width, C]
 * @returns [batch, height′, width′, filters]
 */
export function convolve(
  x: tf.Tensor4D,
  parametrization: Parametrization,
  window: Window,
  training: boolean,
): tf.Tensor4D {
  const { atoms, channels, order } = parametrization;
  const [batch] = x.shape;
  const [rows, cols] = placesOf(window, x.shape);
  const v = parametrization.coefficients();
  const base = parametrization.base();
  const [columns, each, breadth] = v.shape;
  const filters = columns * breadth;
  const inputs = atoms.inputs * channels;
  const sizes = { batch: batch * rows * cols, inputs, rank: each / channels, columns, units: filters, channels };
  if (orderOf(atoms, order, { ...sizes, base: base !== undefined }, training) === "weights-first")
    return slideFilters(x, parametrization.weight(), window);
  const maps = slide(atoms, channelsApart(x, channels), window);
  const mixing = channelsOutside(v, channels);
  const mixed = merge(tf.matMul(mapRows(maps, channels, columns), mixing));
  const y = tf.reshape<tf.Rank.R4>(mixed, [batch, rows, cols, filters]);
  return base ? tf.add(y, slideFilters(x, tf.reshape(base, [inputs, filters]), window)) : y;
}

/**
 * Ordinary convolution; a product of matrices if the window is the whole image.
 * @param w [height·width·C, filters]
 */
function slideFilters(x: tf.Tensor4D, w: tf.Tensor2D, window: Window): tf.Tensor4D {
  const [batch, height, width, depth] = x.shape;
  const [inputs, filters] = w.shape;
  if (covers(window, [height, width]))
    return tf.reshape(tf.matMul(tf.reshape(x, [batch, inputs]), w), [batch, 1, 1, filters]);
  const filter = tf.reshape<tf.Rank.R4>(w, [...window.kernel, depth, filters]);
  return tf.conv2d(x, filter, [...window.strides], window.padding, "NHWC", [...window.dilations]);
}

/** [N, H, W, C] → [N·C, H, W, 1], if C' channels are apart. */
function channelsApart(x: tf.Tensor4D, channels: number): tf.Tensor4D {
  const [batch, height, width] = x.shape;
  return channels === 1 ? x : tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [batch * channels, height, width, 1]);
}

/**
 * [N·C', H′, W′, J·n_α] → [J, N·H′·W′, C'·n_α], the last ordered (channel, atom), so that the maps of one channel, which
 * lie together, stay together.
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
export function channelsOutside(v: tf.Tensor3D, channels: number): tf.Tensor3D {
  const [columns, each, breadth] = v.shape;
  if (channels === 1 || each === channels) return v;
  const rows = tf.reshape<tf.Rank.R4>(v, [columns, each / channels, channels, breadth]);
  return tf.reshape(tf.transpose(rows, [0, 2, 1, 3]), [columns, each, breadth]);
}
