import { stream } from "@weightcast/random";
import { Matrix, pseudoInverse, QrDecomposition } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { leastSquares, type Problem } from "./least-squares";

const normals = (size: number, name: string): Float64Array => {
  const { normal } = stream(7, name);
  return Float64Array.from({ length: size }, normal);
};
const matrix = (rows: number, cols: number, data: ArrayLike<number>) =>
  Matrix.from1DArray(rows, cols, Array.from(data));

/** C = F Fᵀ, of a rank. */
const moments = (size: number, rank = size) => {
  const f = matrix(size, rank, normals(size * rank, "moments"));
  return Float64Array.from(f.mmul(f.transpose()).to1DArray());
};

const problem = (rows: number, rank: number, channels: number, outputs: number, weighted: boolean): Problem => ({
  u: normals(rows * rank, "u"),
  rows,
  rank,
  channels,
  target: normals(rows * channels * outputs, "target"),
  outputs,
  moments: weighted ? moments(rows * channels) : undefined,
});

/** A = U ⊗ I, written out by ml-matrix. */
const design = ({ u, rows, rank, channels }: Problem) => matrix(rows, rank, u).kroneckerProduct(Matrix.eye(channels));
const targetOf = ({ target, rows, channels, outputs }: Problem) => matrix(rows * channels, outputs, target);
const momentsOf = ({ moments, rows, channels }: Problem) =>
  moments ? matrix(rows * channels, rows * channels, moments) : Matrix.eye(rows * channels);

const objective = (at: Problem, x: Matrix): number => {
  const rest = design(at).mmul(x).sub(targetOf(at));
  return rest.transpose().mmul(momentsOf(at)).mmul(rest).trace();
};
const largest = (values: Matrix) => values.to1DArray().reduce((most, value) => Math.max(most, Math.abs(value)), 0);

describe("leastSquares", () => {
  test.each([
    [9, 4, 1, 3, false],
    [9, 4, 1, 3, true],
    [6, 6, 1, 2, true],
    [6, 3, 4, 5, false],
    [6, 3, 4, 5, true],
    [12, 1, 2, 1, true],
  ])("%d coordinates, rank %d, %d channels, %d outputs, weighted %s", (rows, rank, channels, outputs, weighted) => {
    const at = problem(rows, rank, channels, outputs, weighted);
    const { x, residual, total } = leastSquares(at);
    const size = rank * channels;
    const solution = matrix(size, outputs, x);

    // Solved by another way: QR of Lᵀ A, with C = L Lᵀ by its square root F.
    const f = weighted
      ? matrix(rows * channels, rows * channels, normals((rows * channels) ** 2, "moments"))
      : undefined;
    const half = (b: Matrix) => (f ? f.transpose().mmul(b) : b);
    const other = new QrDecomposition(half(design(at))).solve(half(targetOf(at)));
    expect(largest(solution.clone().sub(other)) / largest(other)).toBeLessThan(1e-9);

    // The objective as reported, and no slope in any direction by central differences.
    expect(residual).toBeCloseTo(objective(at, solution), 8);
    expect(total).toBeCloseTo(objective(at, Matrix.zeros(size, outputs)), 8);
    const step = 1e-4;
    for (let i = 0; i < size; i++)
      for (let o = 0; o < outputs; o++) {
        const moved = (by: number) => {
          const there = solution.clone();
          there.set(i, o, there.get(i, o) + by);
          return objective(at, there);
        };
        expect(Math.abs(moved(step) - moved(-step)) / (2 * step) / total).toBeLessThan(1e-7);
      }
  });

  test("recovers X to 1e-10 if B = A X, atoms being nearly dependent and of lengths from 0.1 to 6", () => {
    const [rows, rank, outputs] = [40, 8, 3];
    const common = normals(rows, "common");
    const u = normals(rows * rank, "u").map(
      (value, k) => (common[Math.floor(k / rank)]! + 1e-2 * value) * 10 ** ((k % rank) / 4 - 1),
    );
    const x = normals(rank * outputs, "x");
    const target = Float64Array.from(
      matrix(rows, rank, u)
        .mmul(matrix(rank, outputs, x))
        .to1DArray(),
    );
    const solution = leastSquares({ u, rows, rank, channels: 1, target, outputs });
    for (const [i, value] of x.entries()) expect(Math.abs(solution.x[i]! / value - 1)).toBeLessThan(1e-10);
    expect(solution.residual / solution.total).toBeLessThan(1e-24);
  });

  test("worked by hand: one atom (1, 2) and target (3, 1) give 5/5 = 1, with C = diag(1, 3) 9/13", () => {
    const at = { u: Float64Array.of(1, 2), rows: 2, rank: 1, channels: 1, target: Float64Array.of(3, 1), outputs: 1 };
    expect(leastSquares(at)).toEqual({ x: Float64Array.of(1), residual: 5, total: 10 });
    expect(leastSquares({ ...at, moments: [1, 0, 0, 3] }).x[0]).toBeCloseTo(9 / 13, 14);
  });

  test("dependent atoms: the pseudo-inverse's solution, of least norm", () => {
    const [rows, outputs] = [7, 2];
    const two = matrix(rows, 2, normals(rows * 2, "two")).transpose();
    // Unit columns, the third in the span of the first two: scaling changes nothing.
    const unit = (row: number[]) => row.map((value) => value / Math.hypot(...row));
    const [a, b] = [unit(two.getRow(0)), unit(two.getRow(1))];
    const columns = new Matrix([a, b, unit(a.map((value, i) => value - 2 * b[i]!))]).transpose();
    const target = normals(rows * outputs, "target");
    const u = Float64Array.from(columns.to1DArray());
    const { x } = leastSquares({ u, rows, rank: 3, channels: 1, target, outputs });
    const expected = pseudoInverse(columns).mmul(matrix(rows, outputs, target));
    expect(largest(matrix(3, outputs, x).sub(expected)) / largest(expected)).toBeLessThan(1e-9);
  });

  test("an atom of zeros, or of inputs that never vary, gets no weight", () => {
    const at = problem(5, 3, 1, 2, false);
    const u = at.u.map((value, k) => (k % 3 === 1 ? 0 : value));
    const { x } = leastSquares({ ...at, u });
    expect([...x.subarray(2, 4)]).toEqual([0, 0]);
    // Only coordinates 0 and 1 vary, and atom 2 is 0 there.
    const c = Float64Array.from({ length: 25 }, (_, k) => (k === 0 || k === 6 ? 1 : 0));
    const apart = at.u.map((value, k) => (k % 3 === 2 && k < 6 ? 0 : value));
    const weighted = leastSquares({ ...at, u: apart, moments: c });
    expect([...weighted.x.subarray(4, 6)].map(Math.abs)).toEqual([0, 0]);
    expect(weighted.residual / weighted.total).toBeLessThan(1e-20);
  });

  test("fewer moments than coordinates: the fit is exact on the span of the inputs", () => {
    const at = { ...problem(10, 6, 1, 3, false), moments: moments(10, 4) };
    const { residual, total } = leastSquares(at);
    expect(residual / total).toBeLessThan(1e-12);
  });
});
