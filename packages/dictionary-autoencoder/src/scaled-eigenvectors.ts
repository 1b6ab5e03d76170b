/**
 * Cholesky factor C = L Lᵀ with the largest pivots first. A row ends when what is left of its diagonal entry is rounding
 * error: at most `tolerance` times the entry itself. So the rank does not depend on the units of the rows, as it would by
 * a share of the largest eigenvalue.
 * @param matrix C, [n, n], symmetric and positive semidefinite up to rounding, with a positive diagonal
 * @returns the columns of L, [n] each: as many as the rank
 */
export function scaledFactor(matrix: Float64Array, n: number, tolerance: number): Float64Array[] {
  const left = Float64Array.from({ length: n }, (_, i) => matrix[i * n + i]!);
  const least = left.map((value) => tolerance * value);
  const columns: Float64Array[] = [];
  for (;;) {
    let pivot = -1;
    for (let i = 0; i < n; i++) if (left[i]! > least[i]! && (pivot < 0 || left[i]! > left[pivot]!)) pivot = i;
    if (pivot < 0) return columns;
    const column = Float64Array.from(matrix.subarray(pivot * n, (pivot + 1) * n));
    for (const before of columns) {
      const factor = before[pivot]!;
      if (factor !== 0) for (let i = 0; i < n; i++) column[i]! -= factor * before[i]!;
    }
    const root = Math.sqrt(left[pivot]!);
    for (let i = 0; i < n; i++) {
      // Rows that have ended get no more entries: what is left of them is rounding error.
      column[i] = left[i]! > least[i]! ? column[i]! / root : 0;
      if (i !== pivot) left[i]! -= column[i]! ** 2;
    }
    column[pivot] = root;
    left[pivot] = 0;
    columns.push(column);
  }
}

/** Sweeps over all pairs; about 5 to 8 are needed. */
const mostSweeps = 40;

/**
 * Left singular vectors of L, the eigenvectors of L Lᵀ, by one-sided Jacobi rotations of its columns: each to a relative
 * accuracy that does not depend on the scales of the rows and columns (Demmel & Veselić 1992, *Jacobi's method is more
 * accurate than QR*). QR iteration has errors in proportion to the largest eigenvalue.
 * @param columns of L, [n] each, linearly independent
 * @returns unit vectors, [n] each, by descending eigenvalue
 */
export function scaledEigenvectors(columns: readonly Float64Array[]): Float64Array[] {
  const g = columns.map((column) => column.slice());
  const rounding = Number.EPSILON * Math.max(8, 4 * Math.sqrt(g[0]!.length));
  for (let sweep = 0, rotated = true; rotated && sweep < mostSweeps; sweep++) {
    rotated = false;
    for (let p = 0; p < g.length; p++)
      for (let q = p + 1; q < g.length; q++) if (rotate(g[p]!, g[q]!, rounding)) rotated = true;
  }
  return g
    .map((column) => ({ column, length: Math.sqrt(dot(column, column)) }))
    .sort((a, b) => b.length - a.length)
    .map(({ column, length }) => column.map((value) => value / length));
}

/**
 * Rotates two columns so that they are orthogonal, the longer one first.
 * @param rounding share of Σ |x_i y_i| that is rounding error in x · y
 * @returns false if they are orthogonal already
 */
function rotate(x: Float64Array, y: Float64Array, rounding: number): boolean {
  const [a, b] = [dot(x, x), dot(y, y)];
  let c = 0;
  let terms = 0;
  for (let i = 0; i < x.length; i++) {
    const term = x[i]! * y[i]!;
    c += term;
    terms += Math.abs(term);
  }
  // A share of ‖x‖ ‖y‖ would leave a short column with a part of a long one that is large for its own length.
  if (Math.abs(c) <= rounding * terms) return false;
  const zeta = (b - a) / (2 * c);
  const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const cosine = 1 / Math.hypot(1, tangent);
  const sine = cosine * tangent;
  for (let i = 0; i < x.length; i++) {
    const [u, v] = [x[i]!, y[i]!];
    x[i] = cosine * u - sine * v;
    y[i] = sine * u + cosine * v;
  }
  return true;
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}
