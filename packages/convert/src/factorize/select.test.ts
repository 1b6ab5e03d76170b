import type { Dictionary } from "@weightcast/dictionary";
import { fourier } from "@weightcast/dictionary-fourier";
import { kernel } from "@weightcast/dictionary-kernel";
import { stream } from "@weightcast/random";
import { Matrix, QrDecomposition } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { pursuit } from "./select";

const normals = (size: number, name: string) => {
  const { normal } = stream(3, name);
  return Float64Array.from({ length: size }, normal);
};
const matrix = (rows: number, cols: number, data: ArrayLike<number>) =>
  Matrix.from1DArray(rows, cols, Array.from(data));

/** Part of ‖Fᵀ(A V − W)‖² that is left with the best V, by QR. */
function leftOver(dictionary: Dictionary, indices: readonly number[], w: Matrix, f: Matrix): number {
  const atoms = dictionary.atoms(indices);
  const design = f.transpose().mmul(matrix(atoms.rows, atoms.cols, atoms.data));
  const target = f.transpose().mmul(w);
  return (Matrix.sub(design.mmul(new QrDecomposition(design).solve(target)), target).norm() / target.norm()) ** 2;
}

describe("pursuit", () => {
  const [rows, outputs] = [9, 4];
  const weights = normals(rows * outputs, "w");
  const f = matrix(rows, rows, normals(rows * rows, "f"));
  const secondMoments = Float64Array.from(f.mmul(f.transpose()).to1DArray());
  const w = matrix(rows, outputs, weights);

  test.each<[string, Dictionary]>([
    ["fourier", fourier([9])],
    ["kernel, whose atoms depend on the selection", kernel([3, 3])],
  ])("%s: each step takes the atom with which the best fit has the least error", (_, dictionary) => {
    const { indices, left } = pursuit(dictionary, 5, { weights, channels: 1, secondMoments });
    for (let k = 0; k < 5; k++) {
      const before = indices.slice(0, k);
      const others = Array.from({ length: 9 }, (_, j) => j).filter((j) => !before.includes(j));
      const errors = others.map((j) => leftOver(dictionary, [...before, j], w, f));
      expect(others[errors.indexOf(Math.min(...errors))]).toBe(indices[k]);
      expect(left[k]).toBeCloseTo(Math.min(...errors), 6);
    }
  });

  test("of orthonormal atoms, those with the largest coefficients; channels that share them count together", () => {
    const dictionary = fourier([3, 3]);
    const { indices, left } = pursuit(dictionary, 3, { weights: normals(9 * 2 * 3, "v"), channels: 2 });
    const all = dictionary.atoms([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    const coefficients = matrix(9, 9, all.data)
      .transpose()
      .mmul(matrix(9, 6, normals(54, "v")));
    const energies = coefficients.to2DArray().map((row) => row.reduce((sum, value) => sum + value * value, 0));
    const order = energies.map((_, k) => k).sort((a, b) => energies[b]! - energies[a]!);
    expect(indices).toEqual(order.slice(0, 3));
    const total = energies.reduce((sum, value) => sum + value, 0);
    expect(left[2]).toBeCloseTo(1 - indices.reduce((sum, k) => sum + energies[k]!, 0) / total, 6);
  });

  test("what is left of the outputs if channels share the atoms", () => {
    const [positions, channels] = [9, 2];
    const n = positions * channels;
    const f18 = matrix(n, n, normals(n * n, "f18"));
    const w18 = normals(n * 3, "w18");
    const moments = Float64Array.from(f18.mmul(f18.transpose()).to1DArray());
    const dictionary = fourier([3, 3]);
    const { indices, left } = pursuit(dictionary, 4, { weights: w18, channels, secondMoments: moments });
    for (let k = 0; k < 4; k++) {
      const { data, cols } = dictionary.atoms(indices.slice(0, k + 1));
      const shared: Dictionary = {
        ...dictionary, // A ⊗ I
        atoms: () => ({
          rows: n,
          cols: cols * channels,
          data: Float32Array.from({ length: n * cols * channels }, (_, at) => {
            const [i, j] = [Math.floor(at / (cols * channels)), at % (cols * channels)];
            const same = i % channels === j % channels;
            return same ? data[Math.floor(i / channels) * cols + Math.floor(j / channels)]! : 0;
          }),
        }),
      };
      expect(left[k]).toBeCloseTo(leftOver(shared, [], matrix(n, 3, w18), f18), 6);
    }
  });

  test("atoms in the span of those taken are left out", () => {
    const two: Dictionary = {
      ...fourier([4]),
      size: 3,
      traits: { orthonormal: false, independent: true, ordered: false, learned: false },
      atoms: (indices) => ({
        rows: 4,
        cols: indices.length,
        data: Float32Array.from({ length: 4 * indices.length }, (_, at) => {
          const j = indices[at % indices.length]!;
          const i = Math.floor(at / indices.length);
          return [i === 0 ? 1 : 0, i === 1 ? 1 : 0, i < 2 ? 1 : 0][j]!; // the third is the sum of the others
        }),
      }),
    };
    expect(pursuit(two, 3, { weights: Float64Array.of(1, 2, 3, 4), channels: 1 }).indices).toHaveLength(2);
  });
});
