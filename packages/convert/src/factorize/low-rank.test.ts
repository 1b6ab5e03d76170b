import { stream } from "@weightcast/random";
import { inverse, Matrix, SingularValueDecomposition } from "ml-matrix";
import { describe, expect, test } from "vitest";
import type { Site } from "./choice";
import { lowRank } from "./low-rank";

const normals = (rows: number, cols: number, name: string) => {
  const { normal } = stream(8, name);
  return Matrix.from1DArray(rows, cols, Array.from({ length: rows * cols }, normal));
};
const site = (w: Matrix, c?: Matrix): Site => ({
  layer: { className: "Dense", domain: [w.rows], kernel: [w.rows, w.columns] } as unknown as Site["layer"],
  weights: Float64Array.from(w.to1DArray()),
  inputs: w.rows,
  ...(c && { secondMoments: Float64Array.from(c.to1DArray()) }),
});

describe("lowRank", () => {
  test.each([
    [9, 5, true],
    [9, 5, false],
    [5, 9, true],
    [5, 9, false],
  ])(
    "%d inputs, %d outputs, weighted %s: no weights of the rank come closer (Eckart and Young)",
    (rows, cols, weighted) => {
      const w = normals(rows, cols, "w");
      const f = weighted ? normals(rows, rows, "f") : Matrix.eye(rows);
      const dictionary = lowRank(site(w, weighted ? f.mmul(f.transpose()) : undefined));
      expect(dictionary.size).toBe(5);
      const target = f.transpose().mmul(w);
      const { diagonal } = new SingularValueDecomposition(target, { autoTranspose: true });
      for (let rank = 1; rank <= 5; rank++) {
        const { data } = dictionary.atoms(Array.from({ length: rank }, (_, k) => k));
        const u = Matrix.from1DArray(rows, rank, Array.from(data));
        expect(Matrix.sub(u.transpose().mmul(u), Matrix.eye(rank)).norm()).toBeLessThan(1e-6);
        const q = new Matrix(f.transpose().mmul(u));
        const fitted = q.mmul(inverse(q.transpose().mmul(q)).mmul(q.transpose().mmul(target)));
        const least = diagonal.slice(rank).reduce((sum, value) => sum + value ** 2, 0);
        expect(Matrix.sub(fitted, target).norm() ** 2).toBeCloseTo(least, 4);
      }
    },
  );

  test("weights of lower rank still give as many independent atoms", () => {
    const w = normals(6, 2, "a").mmul(normals(2, 4, "b"));
    const { data } = lowRank(site(w)).atoms([0, 1, 2, 3]);
    const u = Matrix.from1DArray(6, 4, Array.from(data));
    expect(Matrix.sub(u.transpose().mmul(u), Matrix.eye(4)).norm()).toBeLessThan(1e-6);
    const left = Matrix.sub(w, u.subMatrix(0, 5, 0, 1).mmul(u.subMatrix(0, 5, 0, 1).transpose().mmul(w)));
    expect(left.norm() / w.norm()).toBeLessThan(1e-6);
  });
});
