import { sizeOf } from "@weightcast/types";
import { numbers, product, reshape } from "../expression/value";
import type { Finder } from "./finding";

/** Largest rank that is looked for: a larger one takes long to rule out. */
const largestRank = 64;

/** Product of two smaller matrices, [rows, rank] and [rank, cols], by elimination with the largest pivot. */
export const findLowRank: Finder = ({ tensor: { shape }, values, tolerance }) => {
  if (shape.length < 2 || values.some((value) => !Number.isFinite(value))) return undefined;
  for (const rows of new Set([shape[0]!, sizeOf(shape.slice(0, -1))])) {
    const cols = values.length / rows;
    if (rows < 4 || cols < 4) continue;
    const most = Math.min(largestRank, Math.floor((0.9 * rows * cols) / (rows + cols)));
    if (most < 1 || !mayBe(values, rows, cols, most, tolerance)) continue;
    const factors = eliminated(values, rows, cols, most, tolerance);
    if (!factors) continue;
    const { rank, left, right } = factors;
    return {
      ...{
        kind: "low-rank",
        title: `product of ${rows} × ${rank} and ${rank} × ${cols}`,
        recipe: { rows, cols, rank },
      },
      formula: () =>
        reshape(product(numbers(left, [rows, rank], "float32"), numbers(right, [rank, cols], "float32")), shape),
    };
  }
  return undefined;
};

/** Whether a part of the matrix, a little larger than the rank, has it. */
function mayBe(values: Float64Array, rows: number, cols: number, most: number, tolerance: number): boolean {
  const [m, n] = [Math.min(rows, most + 1), Math.min(cols, most + 1)];
  if (m <= most || n <= most) return true;
  const part = new Float64Array(m * n);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++)
      part[i * n + j] = values[Math.floor((i * rows) / m) * cols + Math.floor((j * cols) / n)]!;
  return eliminated(part, m, n, most, tolerance) !== undefined;
}

function eliminated(values: Float64Array, rows: number, cols: number, most: number, tolerance: number) {
  const rest = values.slice();
  const left: Float64Array[] = [];
  const right: Float64Array[] = [];
  for (let rank = 0; rank <= most; rank++) {
    let [pivot, at] = [0, 0];
    for (let i = 0; i < rest.length; i++) {
      const size = Math.abs(rest[i]!);
      if (size > pivot) [pivot, at] = [size, i];
    }
    if (pivot <= tolerance / 2) return assembled(left, right, rows, cols);
    if (rank === most) return undefined;
    const [row, col] = [Math.floor(at / cols), at % cols];
    const u = Float64Array.from({ length: rows }, (_, i) => Math.fround(rest[i * cols + col]! / rest[at]!));
    const v = Float64Array.from(rest.subarray(row * cols, (row + 1) * cols), Math.fround);
    for (let i = 0; i < rows; i++) {
      const factor = u[i]!;
      if (factor !== 0) for (let j = 0; j < cols; j++) rest[i * cols + j]! -= factor * v[j]!;
    }
    left.push(u);
    right.push(v);
  }
  return undefined;
}

function assembled(left: readonly Float64Array[], right: readonly Float64Array[], rows: number, cols: number) {
  const rank = left.length;
  if (rank === 0) return undefined;
  const u = new Float64Array(rows * rank);
  for (const [k, column] of left.entries()) for (let i = 0; i < rows; i++) u[i * rank + k] = column[i]!;
  const v = new Float64Array(rank * cols);
  for (const [k, row] of right.entries()) v.set(row, k * cols);
  return { rank, left: u, right: v };
}
