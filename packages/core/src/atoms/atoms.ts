import type * as tf from "@tensorflow/tfjs-core";
import type { Fingerprint } from "@weightcast/dictionary";

/** Fixed factor U of a layer, [n_v, J·n_α]: the atoms of all columns side by side, formed as a matrix or not. */
export interface Atoms {
  /** n_v, coordinates of an atom. */
  readonly inputs: number;
  /** J·n_α, number of atoms. */
  readonly count: number;
  /** Whether U exists as a matrix. If it doesn't, U V can't be formed at every step. */
  readonly formed: boolean;
  /** Factors of a U that is not formed. */
  readonly axes?: Axes;
  /** ‖U_j‖² for each column j: the sum of its atoms' squared entries. Empty until a stored U is loaded. */
  readonly squares: readonly number[];
  /** Fingerprints by which a saved model recognizes U. */
  readonly prints: readonly Fingerprint[];
  /** x U: [batch, J·n_α] from [batch, n_v]. */
  project(x: tf.Tensor2D): tf.Tensor2D;
  /** U as a fresh tensor, owned by the caller. */
  matrix(): tf.Tensor2D;
  dispose(): void;
}

/** Atoms as columns of a Kronecker product of small matrices. */
export interface Axes {
  /** One factor per axis, [rows of the axis, columns in use]. Owned by the atoms. */
  readonly factors: readonly tf.Tensor2D[];
  /** [J·n_α] int32: each atom's column in the product. Undefined if the atoms are all columns, in order. */
  readonly places: tf.Tensor1D | undefined;
}
