import * as tf from "@tensorflow/tfjs-core";
import { quoted } from "@weightcast/dictionary";
import type { Atoms } from "../atoms/atoms";

/**
 * Order of the product x U V: `inputs-first` is (xU)V, `weights-first` is x(UV), and `auto` is the one with fewer
 * multiplications for the batch at hand.
 */
export type Order = "auto" | "inputs-first" | "weights-first";

const orders: readonly Order[] = ["auto", "inputs-first", "weights-first"];

/** @throws RangeError for any other name */
export function checkOrder(who: string, order: Order): Order {
  if (!orders.includes(order))
    throw new RangeError(`${who}: order must be one of "${orders.join('", "')}"; got ${quoted(order)}`);
  return order;
}

/** Sizes of a product: x [batch, inputs], U [inputs, columns·rank], V [columns, rank, units / columns]. */
export interface ProductShape {
  /** Rows of x: inputs, or for a convolution inputs × places. */
  readonly batch: number;
  readonly inputs: number;
  readonly rank: number;
  readonly columns: number;
  readonly units: number;
  /** C', channels that share a U [inputs / C', columns·rank] and each have their own rows of V. @default 1 */
  readonly channels?: number;
  /** Whether there is a base W₀: inputs first then needs a separate product x W₀. @default false */
  readonly base?: boolean;
}

/**
 * Multiplications of each order. Forward, with b = batch, n = inputs, R = columns·rank, m = units / columns:
 * (xU)V costs b·n·R + b·R·C'·m, and x(UV) costs n·R·m + b·n·units. With a base, inputs first also costs b·n·units.
 * In training, the gradients with respect to V and x are counted too.
 */
export function productCost(
  { batch, inputs, rank, columns, units, channels = 1, base = false }: ProductShape,
  training: boolean,
): { readonly "inputs-first": number; readonly "weights-first": number } {
  const atoms = columns * rank;
  const width = units / columns;
  const projection = batch * inputs * atoms;
  const mixing = batch * atoms * channels * width;
  const forming = inputs * atoms * width;
  const dense = batch * inputs * units;
  const baseProduct = base ? dense : 0;
  return training
    ? { "inputs-first": 2 * (projection + baseProduct) + 3 * mixing, "weights-first": 2 * forming + 3 * dense }
    : { "inputs-first": projection + baseProduct + mixing, "weights-first": forming + dense };
}

/** Order to use: the requested one, or for `auto` the cheaper one. If U is not formed, always inputs first. */
export function orderOf(atoms: Atoms, order: Order, shape: ProductShape, training: boolean): Exclude<Order, "auto"> {
  if (!atoms.formed) return "inputs-first";
  if (order !== "auto") return order;
  const cost = productCost(shape, training);
  return cost["inputs-first"] <= cost["weights-first"] ? "inputs-first" : "weights-first";
}

/**
 * (xU)V for columns with their own U_j and V_j, outputs concatenated (Denil et al. 2013, §3.2).
 * @param projected x U: [batch, J·n_α]
 * @param v [J, n_α, n_h / J]
 * @returns [batch, n_h]
 */
export const mix = (projected: tf.Tensor2D, v: tf.Tensor3D): tf.Tensor2D =>
  merge(tf.matMul(split(projected, v.shape[0]), v));

/**
 * U V = [U_1 V_1 … U_J V_J]: [n_v·C', n_h] from U [n_v, J·n_α] and V [J, n_α·C', n_h / J]. Rows of U V are ordered
 * (coordinate, channel), rows of V (atom, channel).
 * @param channels C', the channels that share U
 */
export const weightsOf = (u: tf.Tensor2D, v: tf.Tensor3D, channels: number): tf.Tensor2D =>
  tf.tidy(() => {
    const [columns, rows, width] = v.shape;
    if (channels === 1) return merge(tf.matMul(split(u, columns), v));
    const w = tf.matMul(split(u, columns), tf.reshape(v, [columns, rows / channels, channels * width]));
    return merge(tf.reshape(w, [columns, u.shape[0] * channels, width]));
  });

/** [rows, J·k] → [J, rows, k] */
export function split(matrix: tf.Tensor2D, columns: number): tf.Tensor3D {
  const [rows, all] = matrix.shape;
  return columns === 1
    ? tf.reshape(matrix, [1, rows, all])
    : tf.transpose(tf.reshape<tf.Rank.R3>(matrix, [rows, columns, all / columns]), [1, 0, 2]);
}

/** [J, rows, k] → [rows, J·k] */
export function merge(stack: tf.Tensor): tf.Tensor2D {
  const [columns, rows, width] = stack.shape as [number, number, number];
  return tf.reshape(columns === 1 ? stack : tf.transpose(stack, [1, 0, 2]), [rows, columns * width]);
}
