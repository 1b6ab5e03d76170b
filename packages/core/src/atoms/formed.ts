import * as tf from "@tensorflow/tfjs-core";
import { type Fingerprint, fingerprint } from "@weightcast/dictionary";
import type { Matrix } from "@weightcast/types";
import type { Atoms } from "./atoms";

/** Properties of {@link Atoms} that are computed from the numbers of U. */
export interface Measures {
  readonly squares: readonly number[];
  readonly prints: readonly Fingerprint[];
}

/** Fingerprint of U and ‖U_j‖² of its columns. */
export function measure(u: Matrix, columns: number): Measures {
  const rank = u.cols / columns;
  const squares = new Float64Array(columns);
  for (let at = 0; at < u.data.length; )
    for (let column = 0; column < columns; column++) {
      let sum = squares[column]!;
      for (const end = at + rank; at < end; at++) sum += u.data[at]! * u.data[at]!;
      squares[column] = sum;
    }
  return { squares: [...squares], prints: [fingerprint(u)] };
}

/**
 * U as a matrix.
 * @param read returns U [n_v, J·n_α]: a constant, or a weight of the layer if the dictionary was learned from data
 * @param dispose frees the constant
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
