import type * as tf from "@tensorflow/tfjs-core";
import type { Fingerprint } from "@weightcast/dictionary";

/** The fixed U of a layer, [n_v, J·n_α], the columns' atoms side by side: what can be done with it, formed or not. */
export interface Atoms {
  /** n_v */
  readonly inputs: number;
  /** J·n_α */
  readonly count: number;
  /** Whether U is there as a matrix, so that UV may be formed instead. */
  readonly formed: boolean;
  /** Where it is not formed: of every axis the factor, and where the atoms are among the columns of their product. */
  readonly axes?: Axes;
  /** For each column, the sum of its atoms' squared entries: ‖U_j‖². None where U is yet to be loaded. */
  readonly squares: readonly number[];
  /** What a model file keeps to recognize U by. */
  readonly prints: readonly Fingerprint[];
  /** x U: [batch, J·n_α] from [batch, n_v]. */
  project(x: tf.Tensor2D): tf.Tensor2D;
  /** U: a fresh tensor, the caller's. */
  matrix(): tf.Tensor2D;
  dispose(): void;
}

/** Atoms as columns of a Kronecker product of small matrices. */
export interface Axes {
  /** One an axis, [rows of the axis, columns in use]: the owner's. */
  readonly factors: readonly tf.Tensor2D[];
  /** [J·n_α] int32: which column of the product each atom is. Undefined where the atoms are all of them, in order. */
  readonly places: tf.Tensor1D | undefined;
}
