import { type Dictionary, matrixProduct, transposed } from "@weightcast/dictionary";

/** Most atoms of a dictionary among which a fit chooses. */
export const mostFitted = 2048;

/** Atoms in the order in which a fit takes them. */
export interface Pursuit {
  /** Indices, the best first. */
  readonly indices: readonly number[];
  /** Part of the outputs' mean square that is left with the best V for the first k + 1 of them. */
  readonly left: readonly number[];
  /** That mean square itself. */
  readonly total: number;
}

/** Weights that atoms are chosen for. */
export interface Target {
  /** W: [n_v·C′, outputs], rows ordered (coordinate, channel). */
  readonly weights: Float64Array;
  /** C′, channels that share the atoms. */
  readonly channels: number;
  /** Second moments of the inputs, [n_v·C′]², or of one channel's, [n_v]². @default the identity */
  readonly secondMoments?: Float64Array | undefined;
}

/**
 * Orthogonal matching pursuit: takes, one after the other, the atom that lowers the error of the outputs most, given those
 * before it. With orthonormal atoms and white inputs this is the best choice of each size. Atoms of kernel ridge regression, which
 * depend on their selection, are judged one by one: a selection spans the same space.
 *
 * If channels share the atoms, these are chosen as if all inputs had equal weight; with one channel, by its second moments. What is left is that
 * of the outputs in either case.
 *
 * @param count atoms to choose; fewer are, if others would add nothing
 */
export function pursuit(dictionary: Dictionary, count: number, { weights, channels, secondMoments }: Target): Pursuit {
  const size = dictionary.size;
  const atoms = columnsOf(dictionary);
  const rows = atoms.length / size;
  const width = weights.length / rows; // channels · outputs: W as [coordinate, (channel, output)]
  const weighted = channels === 1 && secondMoments;
  const seen = weighted ? matrixProduct(weighted, atoms, [rows, rows, size]) : atoms; // C A
  const apart = dictionary.traits.orthonormal && !weighted; // no atom changes what another one gains
  const inner = matrixProduct(transposed(seen, rows, size), weights, [size, rows, width]);
  const target = weighted ? matrixProduct(weighted, weights, [rows, rows, width]) : weights;
  const total = weights.reduce((sum, value, i) => sum + value * target[i]!, 0);

  const lengths = apart ? new Float64Array(size).fill(1) : squaresOf(atoms, seen, size);
  const first = lengths.slice();
  const directions: Float64Array[] = [];
  const indices: number[] = [];
  const left: number[] = [];
  let rest = total;
  while (indices.length < Math.min(count, size)) {
    const [best, gain] = bestOf(inner, lengths, first, width);
    if (best < 0) break;
    indices.push(best);
    rest -= gain;
    left.push(total > 0 ? Math.max(0, rest / total) : 0);
    if (!apart) deflate(directions, inner, lengths, { column: gramColumn(atoms, seen, size, best), width, best });
    lengths[best] = 0;
  }
  const chosen = { indices, left, total };
  return channels > 1 && secondMoments?.length === (rows * channels) ** 2
    ? { indices, ...leftOfOutputs({ atoms, size, indices }, { weights, channels, secondMoments }) }
    : chosen;
}

/**
 * What is left of the outputs with each atom and those before it, if channels share them: with B = A ⊗ I and L Lᵀ = BᵀC B, the rows of L⁻¹ BᵀC W
 * say what each column of B adds.
 */
function leftOfOutputs(
  {
    atoms,
    size,
    indices,
  }: { readonly atoms: Float64Array; readonly size: number; readonly indices: readonly number[] },
  { weights, channels, secondMoments: c }: Required<Target>,
): Pick<Pursuit, "left" | "total"> {
  const n = Math.sqrt(c!.length);
  const rows = n / channels;
  const outputs = weights.length / n;
  const columns = indices.length * channels;
  const along = (matrix: Float64Array, width: number): Float64Array => {
    const product = new Float64Array(columns * width); // Bᵀ M, row (atom, channel)
    for (const [k, index] of indices.entries())
      for (let p = 0; p < rows; p++) {
        const factor = atoms[p * size + index]!;
        if (factor === 0) continue;
        for (let at = k * channels * width, from = p * channels * width, i = channels * width; i > 0; i--)
          product[at++]! += factor * matrix[from++]!;
      }
    return product;
  };
  const cw = matrixProduct(c!, weights, [n, n, outputs]);
  const total = weights.reduce((sum, value, i) => sum + value * cw[i]!, 0);
  const products = along(transposed(along(c!, n), columns, n), columns); // BᵀC B, symmetric
  const gains = gainsOf(products, along(cw, outputs), outputs);
  let rest = total;
  const left = indices.map((_, k) => {
    for (let row = k * channels; row < (k + 1) * channels; row++) rest -= gains[row]!;
    return total > 0 ? Math.max(0, rest / total) : 0;
  });
  return { left, total };
}

/** Squared lengths of the rows of L⁻¹ Y, for the Cholesky factor L of a matrix, which is overwritten. Dependent rows give 0. */
function gainsOf(matrix: Float64Array, y: Float64Array, width: number): Float64Array {
  const n = y.length / width;
  const gains = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const [row, own] = [i * n, matrix[i * n + i]!];
    for (let j = 0; j < i; j++) {
      let sum = matrix[row + j]!;
      for (let k = 0; k < j; k++) sum -= matrix[row + k]! * matrix[j * n + k]!;
      const pivot = matrix[j * n + j]!;
      matrix[row + j] = pivot > 0 ? sum / pivot : 0;
      const factor = matrix[row + j]!;
      if (factor !== 0) for (let o = 0; o < width; o++) y[i * width + o]! -= factor * y[j * width + o]!;
    }
    let square = own;
    for (let j = 0; j < i; j++) square -= matrix[row + j]! ** 2;
    const pivot = square > least * own ? Math.sqrt(square) : 0;
    matrix[row + i] = pivot;
    for (let o = 0; o < width; o++) {
      const value = pivot > 0 ? y[i * width + o]! / pivot : 0;
      y[i * width + o] = value;
      gains[i]! += value * value;
    }
  }
  return gains;
}

/** Atoms of which less than this part of their length is outside the span of those taken add only rounding. */
const least = 1e-6;

/** Index of the atom with the largest gain, and the gain; −1 if no atom is left that is independent of those taken. */
function bestOf(
  inner: Float64Array,
  lengths: Float64Array,
  first: Float64Array,
  width: number,
): readonly [number, number] {
  let [best, most] = [-1, 0];
  for (let k = 0; k < lengths.length; k++) {
    if (!(lengths[k]! > least * first[k]!)) continue;
    let square = 0;
    for (let j = k * width; j < (k + 1) * width; j++) square += inner[j]! * inner[j]!;
    const gain = square / lengths[k]!;
    if (best < 0 || gain > most) [best, most] = [k, gain];
  }
  return [best, most];
}

/** Diagonal of Aᵀ C A. */
function squaresOf(atoms: Float64Array, seen: Float64Array, size: number): Float64Array {
  const squares = new Float64Array(size);
  for (let at = 0, k = 0; at < atoms.length; at++, k = k + 1 === size ? 0 : k + 1)
    squares[k]! += atoms[at]! * seen[at]!;
  return squares;
}

/** Column of Aᵀ C A. Few of them are needed. */
function gramColumn(atoms: Float64Array, seen: Float64Array, size: number, index: number): Float64Array {
  const column = new Float64Array(size);
  for (let row = 0; row < atoms.length; row += size) {
    const factor = seen[row + index]!;
    for (let k = 0; k < size; k++) column[k]! += factor * atoms[row + k]!;
  }
  return column;
}

/**
 * Takes the chosen atom's direction out of all atoms and of what is left of W: a step of a pivoted Cholesky factorization.
 * @param directions those of the atoms before it, to which its own is added
 */
function deflate(
  directions: Float64Array[],
  inner: Float64Array,
  lengths: Float64Array,
  { column: direction, width, best }: { readonly column: Float64Array; readonly width: number; readonly best: number },
): void {
  const root = Math.sqrt(lengths[best]!);
  for (const before of directions) {
    const factor = before[best]!;
    for (let k = 0; k < direction.length; k++) direction[k]! -= factor * before[k]!;
  }
  for (let k = 0; k < direction.length; k++) direction[k]! /= root;
  directions.push(direction);
  const share = inner.slice(best * width, (best + 1) * width).map((value) => value / root);
  for (const [k, along] of direction.entries()) {
    if (along === 0) continue;
    for (let j = 0, at = k * width; j < width; j++, at++) inner[at]! -= along * share[j]!;
    lengths[k]! -= along * along;
  }
}

/** All atoms as columns: [n_v, size]. Those that depend on their selection, each by itself. */
function columnsOf(dictionary: Dictionary): Float64Array {
  const { size, traits } = dictionary;
  const all = Array.from({ length: size }, (_, j) => j);
  if (traits.independent) return Float64Array.from(dictionary.atoms(all).data);
  const columns = all.map((j) => dictionary.atoms([j]).data);
  const atoms = new Float64Array(columns[0]!.length * size);
  for (const [j, column] of columns.entries()) for (let i = 0; i < column.length; i++) atoms[i * size + j] = column[i]!;
  return atoms;
}
