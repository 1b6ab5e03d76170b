import type { Matrix } from "@weightcast/types";

/** Largest difference between two matrices of the same shape; NaN if any entry is NaN. */
export function furthest(a: Matrix, b: Matrix): number {
  return b.data.reduce((most, value, i) => Math.max(most, Math.abs(a.data[i]! - value)), 0);
}

/** Given columns of a matrix, in that order. */
export function pick(u: Matrix, columns: readonly number[]): Matrix {
  const data = new Float32Array(u.rows * columns.length);
  for (let i = 0; i < u.rows; i++)
    columns.forEach((column, j) => {
      data[i * columns.length + j] = u.data[i * u.cols + column]!;
    });
  return { rows: u.rows, cols: columns.length, data };
}

/** Inner product of columns a and b. */
export function dot(u: Matrix, a: number, b: number): number {
  let sum = 0;
  for (let i = 0; i < u.rows; i++) sum += u.data[i * u.cols + a]! * u.data[i * u.cols + b]!;
  return sum;
}

/** Matrix product a b, summed in float64. */
export function matmul(a: Matrix, b: Matrix): Matrix {
  const data = new Float32Array(a.rows * b.cols);
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < b.cols; j++) {
      let sum = 0;
      for (let k = 0; k < a.cols; k++) sum += a.data[i * a.cols + k]! * b.data[k * b.cols + j]!;
      data[i * b.cols + j] = sum;
    }
  return { rows: a.rows, cols: b.cols, data };
}

/** Number of columns that Gram–Schmidt in float64, done twice, leaves with more than 1e-6 of their length. */
export function columnRank(u: Matrix): number {
  const basis: Float64Array[] = [];
  for (let j = 0; j < u.cols; j++) {
    const column = Float64Array.from({ length: u.rows }, (_, i) => u.data[i * u.cols + j]!);
    const length = norm(column);
    for (let pass = 0; pass < 2; pass++)
      for (const direction of basis) {
        const along = direction.reduce((sum, value, i) => sum + value * column[i]!, 0);
        direction.forEach((value, i) => {
          column[i] = column[i]! - along * value;
        });
      }
    const rest = norm(column);
    if (rest > 1e-6 * length) basis.push(column.map((value) => value / rest));
  }
  return basis.length;
}

const norm = (column: Float64Array) => Math.sqrt(column.reduce((sum, value) => sum + value * value, 0));

/** Columns `indices` of factors[0] ⊗ factors[1] ⊗ …, rows and columns both row-major over the axes. */
export function kronecker(factors: readonly Matrix[], indices: readonly number[]): Matrix {
  const rows = factors.reduce((product, factor) => product * factor.rows, 1);
  const lastFirst = factors.toReversed();
  const data = new Float32Array(rows * indices.length);
  for (let i = 0; i < rows; i++)
    indices.forEach((index, j) => {
      let value = 1;
      let row = i;
      let column = index;
      for (const factor of lastFirst) {
        value *= factor.data[(row % factor.rows) * factor.cols + (column % factor.cols)]!;
        row = Math.floor(row / factor.rows);
        column = Math.floor(column / factor.cols);
      }
      data[i * indices.length + j] = value;
    });
  return { rows, cols: indices.length, data };
}
