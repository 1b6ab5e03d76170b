import { checkIndices, type Dictionary, leading, type Matrix, type Selection, uniform } from "@weightcast/dictionary";
import { type Basis, inBasis } from "./basis";

/** The index sets α_1 … α_J themselves, one for each column. */
export type IndexSets = readonly (readonly number[])[];

/** What {@link indexSets} depends on. */
export interface Choice {
  /** Atoms on offer. */
  readonly size: number;
  /** n_α, atoms in each column. */
  readonly rank: number;
  /** J */
  readonly columns: number;
  readonly selection: Selection | IndexSets;
  readonly seed: number;
}

/**
 * The index sets α_1 … α_J of a layer's columns (Denil et al. 2013, §3.2), each drawn from a stream of its own. One set
 * where all would be the same: with `leading`, and where every atom is taken.
 * @throws RangeError for given sets that are not J sets of `rank` distinct indices
 */
export function indexSets({ size, rank, columns, selection, seed }: Choice): IndexSets {
  if (selection === "leading") return [leading(size, rank)];
  if (selection === "uniform")
    return rank === size
      ? [leading(size, rank)]
      : Array.from({ length: columns }, (_, column) => uniform(size, rank, seed, `atoms/${column}`));
  if (!Array.isArray(selection))
    throw new RangeError(
      `core: selection must be "uniform", "leading" or a list of indices for each column; got ${JSON.stringify(selection)}`,
    );
  const given: IndexSets = selection;
  if (given.length !== columns || given.some((indices) => indices.length !== rank))
    throw new RangeError(
      `core: selection must hold ${columns} lists, one for each column, of ${rank} indices, the rank; got ${given.length} of ${given.map(({ length }) => length)}`,
    );
  const [first, ...others] = given.map((indices) => [...checkIndices("core: selection", indices, size)]);
  const same = others.every((indices) => indices.every((index, k) => index === first![k]));
  return same ? [first!] : [first!, ...others];
}

/** U: [n_v, J·n_α], the columns' atoms side by side, each column's in the basis asked for. */
export const formU = (dictionary: Dictionary, sets: IndexSets, basis: Basis): Matrix =>
  sideBySide(
    sets.map((indices) => inBasis(dictionary.atoms(indices), dictionary.traits.orthonormal ? "atoms" : basis)),
  );

/**
 * [U_1 … U_J] side by side: [n_v, J·n_α] from J matrices [n_v, n_α].
 */
function sideBySide(matrices: readonly Matrix[]): Matrix {
  const rows = matrices[0]!.rows;
  const cols = matrices.reduce((sum, matrix) => sum + matrix.cols, 0);
  const data = new Float32Array(rows * cols);
  let start = 0;
  for (const matrix of matrices) {
    for (let i = 0; i < rows; i++)
      data.set(matrix.data.subarray(i * matrix.cols, (i + 1) * matrix.cols), i * cols + start);
    start += matrix.cols;
  }
  return { rows, cols, data };
}
