import * as tf from "@tensorflow/tfjs-core";
import { type Fingerprint, fingerprint, type Matrix } from "@weightcast/dictionary";
import type { Atoms } from "./atoms";

/** What the numbers of U say, before it is a tensor. */
export interface Measures {
  readonly squares: readonly number[];
  readonly prints: readonly Fingerprint[];
}

/** The fingerprint of U and its columns' squares. */
export function measure(u: Matrix, columns: number): Measures {
  const rank = u.cols / columns;
  const squares = new Float64Array(columns);
  u.data.forEach((value, i) => {
    const column = Math.floor((i % u.cols) / rank);
    squares[column] = squares[column]! + value * value;
  });
  return { squares: [...squares], prints: [fingerprint(u)] };
}

/**
 * U as a matrix.
 * @param read gives U [n_v, J·n_α]: a constant, or a weight of the layer where it was learned from data
 * @param dispose what there is to dispose
 */
export function formedAtoms(
  [inputs, count]: readonly [number, number],
  { squares, prints }: Measures,
  read: () => tf.Tensor2D,
  dispose: () => void = () => {},
): Atoms {
  return {
    inputs,
    count,
    formed: true,
    squares,
    prints,
    project: (x) => tf.matMul(x, read()),
    matrix: () => tf.clone(read()),
    dispose,
  };
}
