import { leading, type Matrix, type Selection, uniform } from "@weightcast/dictionary";

/** The rank of a layer: a count of atoms in each column, or a proportion of the layer's inputs. */
export type Rank = number | { readonly proportion: number };

/**
 * n_α, the atoms in each column: `rank` itself, or round(proportion · inputs), at least 1.
 * @throws RangeError unless it is an integer in [1, size]
 */
export function rankOf(rank: Rank, inputs: number, size: number): number {
  if (typeof rank !== "number" && !(rank.proportion > 0 && rank.proportion <= 1))
    throw new RangeError(`core: rank.proportion must be in (0, 1]; got ${rank.proportion}`);
  const count = typeof rank === "number" ? rank : Math.max(1, Math.round(rank.proportion * inputs));
  if (!Number.isInteger(count) || count < 1 || count > size)
    throw new RangeError(
      `core: rank must be an integer in [1, ${size}], the atoms the dictionary offers; got ${count}` +
        (count > 0 && count < 1 ? `; for a proportion write { proportion: ${count} }` : ""),
    );
  return count;
}

/**
 * The index sets α_1 … α_J of a layer's columns (Denil et al. 2013, §3.2), each drawn from a stream of its own.
 * `leading` gives every column the same prefix, so it makes sense with one column.
 * @param size atoms on offer
 * @param rank n_α, atoms in each column
 * @param columns J
 */
export const indexSets = (
  size: number,
  rank: number,
  columns: number,
  selection: Selection,
  seed: number,
): number[][] =>
  Array.from({ length: columns }, (_, column) =>
    selection === "leading" ? leading(size, rank) : uniform(size, rank, seed, `atoms/${column}`),
  );

/**
 * [U_1 … U_J] side by side: [n_v, J·n_α] from J matrices [n_v, n_α].
 */
export function sideBySide(matrices: readonly Matrix[]): Matrix {
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
