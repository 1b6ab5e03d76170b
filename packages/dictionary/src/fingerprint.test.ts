import { stream } from "@weightcast/random";
import type { Matrix } from "@weightcast/types";
import { describe, expect, test } from "vitest";
import { fingerprint, sameFingerprint } from "./fingerprint";

const matrix = (rows: number, cols: number, data: ArrayLike<number>): Matrix => ({
  rows,
  cols,
  data: Float32Array.from(data),
});
const normals = (rows: number, cols: number, seed: number) => {
  const draws = stream(seed, "matrix");
  return matrix(rows, cols, Array.from({ length: rows * cols }, draws.normal));
};

describe("fingerprint", () => {
  test("is zero for a zero matrix, and plus or minus the entry if there is only one", () => {
    expect(fingerprint(matrix(2, 3, [0, 0, 0, 0, 0, 0]))).toEqual({
      rows: 2,
      cols: 3,
      norm: 0,
      projections: Array(16).fill(0),
    });
    const one = fingerprint(matrix(2, 2, [0, 0, -1.5, 0]));
    expect(one.norm).toBe(1.5);
    expect(one.projections.map(Math.abs)).toEqual(Array(16).fill(1.5));
  });

  test("holds the norm and the projections on the signs of its stream (recomputed from the bits as text)", () => {
    const u = normals(7, 5, 3);
    const source = stream(0, "fingerprint");
    const signs = Array.from(u.data, () => source.uint32().toString(2).padStart(32, "0"));
    const project = (k: number) => u.data.reduce((sum, value, i) => sum + (signs[i]![k] === "1" ? value : -value), 0);
    const { norm, projections } = fingerprint(u);
    expect(norm).toBeCloseTo(Math.hypot(...u.data), 7);
    projections.forEach((value, k) => {
      expect(value).toBeCloseTo(project(k), 7);
    });
  });

  test("never changes: models store it", () => {
    expect(fingerprint(matrix(2, 2, [1, 10, 100, 1000]))).toEqual({
      rows: 2,
      cols: 2,
      norm: 1005.03781,
      projections: [-1091, -889, -891, 909, 889, 891, -1111, -1111, -891, 1089, 1111, 1109, 1109, -1089, 1111, 891],
    });
  });

  test("survives JSON, and leaves the matrix alone", () => {
    const u = normals(4, 4, 1);
    const before = u.data.slice();
    const print = fingerprint(u);
    expect(JSON.parse(JSON.stringify(print))).toEqual(print);
    expect(u.data).toEqual(before);
  });
});

describe("sameFingerprint", () => {
  const [rows, cols] = [784, 39];
  const u = normals(rows, cols, 7);
  const print = fingerprint(u);
  const edited = (change: (value: number, i: number) => number) =>
    fingerprint({ ...u, data: Float32Array.from(u.data, change) });

  test("tolerates a relative noise of 1e-6", () => {
    const noise = stream(1, "noise");
    expect(
      sameFingerprint(
        print,
        edited((value) => value * (1 + 1e-6 * noise.normal())),
      ),
    ).toBe(true);
  });

  test("notices that one entry of typical size changes its sign, is halved or vanishes", () => {
    const at = u.data.findIndex((value, i) => i > 15_000 && Math.abs(Math.abs(value) - 1) < 0.05);
    for (const factor of [-1, 0.5, 0])
      expect(
        sameFingerprint(
          print,
          edited((value, i) => (i === at ? factor * value : value)),
        ),
      ).toBe(false);
  });

  test("notices that two columns or two rows change places", () => {
    const columns = edited((value, i) => (i % cols === 0 ? u.data[i + 1]! : i % cols === 1 ? u.data[i - 1]! : value));
    const swapped = edited((value, i) => (i < cols ? u.data[i + cols]! : i < 2 * cols ? u.data[i - cols]! : value));
    expect(sameFingerprint(print, columns)).toBe(false);
    expect(sameFingerprint(print, swapped)).toBe(false);
  });

  test("notices another shape, scale or seed, or NaN", () => {
    expect(sameFingerprint(print, fingerprint({ ...u, rows: cols, cols: rows }))).toBe(false);
    expect(
      sameFingerprint(
        print,
        edited((value) => value * 1.001),
      ),
    ).toBe(false);
    expect(sameFingerprint(print, fingerprint(normals(rows, cols, 8)))).toBe(false);
    expect(
      sameFingerprint(
        print,
        edited((value, i) => (i === 9 ? Number.NaN : value)),
      ),
    ).toBe(false);
    expect(sameFingerprint(print, { ...print, projections: print.projections.slice(1) })).toBe(false);
  });

  test("the tolerance is relative to the norm", () => {
    const scaled = edited((value) => value * 1.001);
    expect(sameFingerprint(print, scaled, 0.01)).toBe(true);
    const tiny = (factor: number) => fingerprint({ ...u, data: u.data.map((value) => value * factor) });
    expect(sameFingerprint(tiny(1e-9), tiny(1.001e-9))).toBe(false);
  });
});
