import { checkIndices, type Dictionary, leading, quoted, type Selection, shown, uniform } from "@weightcast/dictionary";
import { type Matrix, sizeOf } from "@weightcast/types";
import { checkFormed, checkProducts } from "../layers/limits";
import { checkWork, factorEntries } from "../layers/work";
import { type Basis, inBasis } from "./basis";

/** Index sets α_1 … α_J, one for each column: the atoms it takes from the dictionary. */
export type IndexSets = readonly (readonly number[])[];

/** Arguments of {@link indexSets}. */
export interface Choice {
  /** Number of atoms the dictionary offers. */
  readonly size: number;
  /** n_α, atoms in each column. */
  readonly rank: number;
  /** J */
  readonly columns: number;
  readonly selection: Selection | IndexSets;
  readonly seed: number;
}

/**
 * Index sets α_1 … α_J of a layer's columns (Denil et al. 2013, §3.2), each drawn from its own stream. There is only one
 * set if all would be the same: for `leading`, if every atom is taken, and if all given sets are equal.
 * @throws RangeError unless given sets are J sets of `rank` distinct indices
 */
export function indexSets({ size, rank, columns, selection, seed }: Choice): IndexSets {
  if (selection === "leading") return [leading(size, rank)];
  if (selection === "uniform")
    return rank === size
      ? [leading(size, rank)]
      : Array.from({ length: columns }, (_, column) => uniform(size, rank, seed, `atoms/${column}`));
  if (!Array.isArray(selection))
    throw new RangeError(
      `core: selection must be "uniform", "leading" or a list of indices for each column; got ${quoted(selection)}`,
    );
  if (!selection.every((indices) => Array.isArray(indices)))
    throw new RangeError("core: selection must hold a list of indices for each column; one is not a list");
  const sets: IndexSets = selection;
  if (sets.length !== columns || sets.some((indices) => indices.length !== rank))
    throw new RangeError(
      `core: selection must hold ${columns} lists, one for each column, of ${rank} indices, the rank; got ${sets.length} of ${shown(sets.map(({ length }) => length)).slice(1, -1)}`,
    );
  const [first, ...others] = sets.map((indices) => [...checkIndices("core: selection", indices, size)]);
  const same = others.every((indices) => indices.every((index, k) => index === first![k]));
  return same ? [first!] : [first!, ...others];
}

/**
 * U: [n_v, J·n_α], the columns' atoms side by side, each column's in the given basis.
 * @param who the layer's factory, for messages
 * @throws RangeError if U exceeds a limit
 */
export function formU(who: string, dictionary: Dictionary, sets: IndexSets, given: Basis): Matrix {
  const { orthonormal, independent } = dictionary.traits;
  const basis = orthonormal ? "atoms" : given;
  const rank = sets[0]!.length;
  const solved = !independent || basis === "orthonormal";
  checkFormed(who, dictionary, sets.length * rank);
  if (solved) checkProducts(who, dictionary, rank, sets.length);
  const stream = sets.length * rank; // of every atom
  const entries = sizeOf(dictionary.domain) * stream;
  const product = solved ? entries * rank : 0;
  checkWork(who, "U", {
    entry: entries + factorEntries(dictionary),
    stream,
    product,
    operation: dictionary.work ?? 0,
  });
  return sideBySide(sets.map((indices) => inBasis(dictionary.atoms(indices), basis)));
}

/** [U_1 … U_J] side by side: [n_v, J·n_α] from J matrices [n_v, n_α]. */
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
