import * as tf from "@tensorflow/tfjs-core";
import type { Atoms } from "./atoms";

/**
 * The order of the product x U V: `inputs-first` is (xU)V, `weights-first` is x(UV), and `auto` takes the one with
 * fewer multiplications for the batch at hand.
 */
export type Order = "auto" | "inputs-first" | "weights-first";

const orders: readonly Order[] = ["auto", "inputs-first", "weights-first"];

/** @throws RangeError for another name */
export function checkOrder(who: string, order: Order): Order {
  if (!orders.includes(order))
    throw new RangeError(`${who}: order must be one of "${orders.join('", "')}"; got ${JSON.stringify(order)}`);
  return order;
}

/** Sizes of a product: x [batch, inputs], U [inputs, columns·rank], V [columns, rank, units / columns]. */
export interface ProductShape {
  /** Rows of x: inputs, or of a convolution inputs × places. */
  readonly batch: number;
  readonly inputs: number;
  readonly rank: number;
  readonly columns: number;
  readonly units: number;
  /** C', channels that share a U [inputs / C', columns·rank] and have rows of V of their own. @default 1 */
  readonly channels?: number;
}

/**
 * Multiplications of each order. Forward, with b = batch, n = inputs, R = columns·rank, m = units / columns:
 * (xU)V costs b·n·R + b·R·C'·m, and x(UV) costs n·R·m + b·n·units. In training, the gradients of V and x are counted too.
 */
export function productCost(
  { batch, inputs, rank, columns, units, channels = 1 }: ProductShape,
  training: boolean,
): { readonly "inputs-first": number; readonly "weights-first": number } {
  const atoms = columns * rank;
  const width = units / columns;
  const projection = batch * inputs * atoms;
  const mixing = batch * atoms * channels * width;
  const forming = inputs * atoms * width;
  const dense = batch * inputs * units;
  return training
    ? { "inputs-first": 2 * projection + 3 * mixing, "weights-first": 2 * forming + 3 * dense }
    : { "inputs-first": projection + mixing, "weights-first": forming + dense };
}

/** The order to take: the one asked for, of `auto` the cheaper. Where U is not formed, inputs come first whatever is asked. */
export function orderOf(u: Atoms, order: Order, shape: ProductShape, training: boolean): Exclude<Order, "auto"> {
  if (!u.formed) return "inputs-first";
  if (order !== "auto") return order;
  const cost = productCost(shape, training);
  return cost["inputs-first"] <= cost["weights-first"] ? "inputs-first" : "weights-first";
}

/**
 * x U V for columns with their own U_j and V_j, outputs concatenated (Denil et al. 2013, §3.2).
 * @param x [batch, n_v]
 * @param v [J, n_α, n_h / J]
 * @returns [batch, n_h]
 */
export function product(x: tf.Tensor2D, u: Atoms, v: tf.Tensor3D, order: Order, training: boolean): tf.Tensor2D {
  const [columns, rank, width] = v.shape;
  const shape = { batch: x.shape[0], inputs: x.shape[1], rank, columns, units: columns * width };
  return orderOf(u, order, shape, training) === "inputs-first"
    ? merge(tf.matMul(split(u.project(x), columns), v))
    : tf.matMul(x, weightsOf(u.matrix(), v));
}

/**
 * W = [U_1 V_1 … U_J V_J]: [n_v·C', n_h] from U [n_v, J·n_α] and V [J, n_α·C', n_h / J], rows of W and of V ordered
 * (coordinate, channel) and (atom, channel).
 * @param channels C', those that share U @default 1
 */
export const weightsOf = (u: tf.Tensor2D, v: tf.Tensor3D, channels = 1): tf.Tensor2D =>
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
