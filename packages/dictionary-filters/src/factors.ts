import type { FactorColumns } from "@weightcast/dictionary";
import type { Matrix } from "@weightcast/types";

/** Columns as a factor of a Kronecker product. */
export const factorOf = (columns: readonly Float64Array[]): FactorColumns => ({
  rows: columns[0]!.length,
  cols: columns.length,
  column: (k) => columns[k]!,
});

/** Identity as a factor, which is not kept: it may be large. */
export const unitFactor = (length: number): FactorColumns => ({
  rows: length,
  cols: length,
  column: (k) => {
    const unit = new Float64Array(length);
    unit[k] = 1;
    return unit;
  },
});

/** A factor as a matrix, whose buffer is the caller's. */
export function toMatrix({ rows, cols, column }: FactorColumns): Matrix {
  const data = new Float32Array(rows * cols);
  for (let k = 0; k < cols; k++) {
    const values = column(k);
    for (let i = 0; i < rows; i++) data[i * cols + k] = values[i]!;
  }
  return { rows, cols, data };
}
