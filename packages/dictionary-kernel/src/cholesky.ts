/** Cholesky factor of a regularized kernel matrix. */
export interface Factor {
  /** Share of each k(i, i) that was added to the diagonal besides λ; 0 if K + λI is positive definite without. */
  readonly jitter: number;
  /** Replaces B, [n, columns] row-major, by (K + λI + jitter · diag K)⁻¹ B. */
  readonly solve: (b: Float64Array, columns: number) => void;
}

/** Share of its own diagonal entry below which a pivot is rounding error. */
const floor = 1e-12;
/** Shares of the diagonal that are tried in turn; more than the last would change the result. */
const jitters = [0, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6];

/**
 * Factorizes K + λI by Cholesky in float64. If it is not positive definite to working precision, the smallest sufficient
 * jitter of a fixed sequence is added: a share of each k(i, i), up to 1e-6.
 *
 * The rounding errors of row i are in proportion to its own diagonal entry, whatever the others are (Demmel 1989, *On
 * floating point errors in Cholesky*). So floor and jitter are, too: coordinates in other units give the same factor in these
 * units. Shares of the mean diagonal would bury a coordinate of small variance under those of large variance.
 * @param who the caller's name, for the message
 * @param gram K, [n, n] row-major, symmetric
 * @throws RangeError if no jitter helps: then K does not come from a kernel
 */
export function factorize(who: string, gram: Float64Array, n: number, ridge: number): Factor {
  const diagonal = Array.from({ length: n }, (_, i) => gram[i * n + i]!);
  // Zeros have no scale of their own.
  const mean = Math.max(0, diagonal.reduce((sum, value) => sum + value, 0) / n);
  const scales = diagonal.map((value) => (value > 0 ? value : mean));
  for (const jitter of jitters) {
    const added = scales.map((scale) => ridge + jitter * scale);
    const shifted = gram.slice();
    diagonal.forEach((value, i) => {
      shifted[i * n + i] = value + added[i]!;
    });
    const lower = lowerFactor(shifted, n);
    // NaN is not greater than anything.
    if (scales.every((scale, i) => lower[i * n + i]! ** 2 > floor * (scale + added[i]!)))
      return { jitter, solve: substitution(lower, n) };
  }
  throw new RangeError(
    `${who}: K + λI of ${n} atoms must be positive definite; with λ = ${ridge} it is not, nor with jitter up to 1e-6 of its diagonal; use a positive semidefinite kernel or a larger ridge`,
  );
}

/** L of L Lᵀ = K, [n, n] row-major; a pivot that is not positive becomes 0. */
function lowerFactor(k: Float64Array, n: number): Float64Array {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    let square = 0;
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let p = i * n, q = j * n; q < j * n + j; p++, q++) sum += l[q]! * l[p]!;
      const entry = (k[i * n + j]! - sum) / l[j * n + j]!;
      l[i * n + j] = entry;
      square += entry * entry;
    }
    l[i * n + i] = Math.sqrt(Math.max(k[i * n + i]! - square, 0));
  }
  return l;
}

/** Columns solved at a time: as many sums as the registers hold. */
const width = 8;

/**
 * Solver of L Lᵀ X = B, in panels of 8 columns whose sums stay in registers (196 atoms and 784 columns: 35 ms; ml-matrix's
 * own solve, which walks down columns, takes 320 ms). Every sum adds its terms in ascending order.
 */
function substitution(l: Float64Array, n: number): Factor["solve"] {
  const transposed = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) transposed[j * n + i] = l[i * n + j]!;
  return (b, columns) => {
    const panel = new Float64Array(n * width);
    for (let start = 0; start < columns; start += width) {
      const count = Math.min(width, columns - start);
      for (let i = 0; i < n; i++) for (let j = 0; j < count; j++) panel[i * width + j] = b[i * columns + start + j]!;
      for (let i = 0; i < n; i++) eliminate(panel, l, n, i, 0, i);
      for (let i = n - 1; i >= 0; i--) eliminate(panel, transposed, n, i, i + 1, n);
      for (let i = 0; i < n; i++) for (let j = 0; j < count; j++) b[i * columns + start + j] = panel[i * width + j]!;
    }
  };
}

/** Subtracts from row i of the panel the products of `factor`'s row i, columns `from` to `to`, with those rows; then divides by the pivot. */
function eliminate(panel: Float64Array, factor: Float64Array, n: number, i: number, from: number, to: number): void {
  const at = i * width;
  let s0 = panel[at]!;
  let s1 = panel[at + 1]!;
  let s2 = panel[at + 2]!;
  let s3 = panel[at + 3]!;
  let s4 = panel[at + 4]!;
  let s5 = panel[at + 5]!;
  let s6 = panel[at + 6]!;
  let s7 = panel[at + 7]!;
  for (let k = i * n + from, p = from * width; k < i * n + to; k++, p += width) {
    const f = factor[k]!;
    s0 -= f * panel[p]!;
    s1 -= f * panel[p + 1]!;
    s2 -= f * panel[p + 2]!;
    s3 -= f * panel[p + 3]!;
    s4 -= f * panel[p + 4]!;
    s5 -= f * panel[p + 5]!;
    s6 -= f * panel[p + 6]!;
    s7 -= f * panel[p + 7]!;
  }
  const pivot = factor[i * n + i]!;
  panel[at] = s0 / pivot;
  panel[at + 1] = s1 / pivot;
  panel[at + 2] = s2 / pivot;
  panel[at + 3] = s3 / pivot;
  panel[at + 4] = s4 / pivot;
  panel[at + 5] = s5 / pivot;
  panel[at + 6] = s6 / pivot;
  panel[at + 7] = s7 / pivot;
}
