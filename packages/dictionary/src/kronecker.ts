import type { Matrix } from "@weightcast/types";

/**
 * Product x ↦ x (F₁ ⊗ F₂ ⊗ …) for one row x, computed one axis at a time. The Kronecker product is never formed, and each
 * entry of x takes Σ cols multiplications instead of Π cols. Rows and columns are row-major over the axes.
 * @returns a function whose result is valid until its next call
 */
export function kroneckerProduct(factors: readonly Matrix[]): (x: ArrayLike<number>) => Float64Array {
  // Each step transforms the first axis and moves it to the back: [n_a, rest] → [rest, k_a].
  // After one step per axis, they are in their original order again.
  const steps = factors.map((factor, a) => {
    const others = factors.map(({ rows, cols }, b) => (b < a ? cols : b > a ? rows : 1));
    const rest = others.reduce((product, length) => product * length, 1);
    return { factor, rest, to: new Float64Array(rest * factor.cols) };
  });
  const start = new Float64Array(factors.reduce((product, { rows }) => product * rows, 1));
  return (x) => {
    start.set(x);
    let from = start;
    for (const { factor, rest, to } of steps) {
      to.fill(0);
      for (let i = 0; i < rest; i++) addProduct(to, i * factor.cols, from, i, rest, factor);
      from = to;
    }
    return from;
  };
}

/**
 * Adds Σ_p from[start + p · stride] · matrix[p, q] to to[at + q] for every column q. It takes four rows at a time, so that
 * each sum is read and written only once for four; four zeros in a row, as in the background of an image, are skipped.
 */
export function addProduct(
  to: Float64Array,
  at: number,
  from: Float64Array,
  start: number,
  stride: number,
  { rows, cols, data }: Matrix,
): void {
  const quads = rows - (rows % 4);
  for (let p = 0; p < quads; p += 4) {
    const x = start + p * stride;
    const a = from[x]!;
    const b = from[x + stride]!;
    const c = from[x + 2 * stride]!;
    const d = from[x + 3 * stride]!;
    if (a === 0 && b === 0 && c === 0 && d === 0) continue;
    const first = p * cols;
    const second = first + cols;
    const third = second + cols;
    const fourth = third + cols;
    for (let q = 0; q < cols; q++)
      to[at + q]! += a * data[first + q]! + b * data[second + q]! + c * data[third + q]! + d * data[fourth + q]!;
  }
  for (let p = quads; p < rows; p++) {
    const value = from[start + p * stride]!;
    for (let q = 0; q < cols; q++) to[at + q]! += value * data[p * cols + q]!;
  }
}

/** Factor of a Kronecker product by its columns, in float64. */
export interface FactorColumns {
  readonly rows: number;
  readonly cols: number;
  /** Column k, [rows]; it is never written to. */
  readonly column: (k: number) => Float64Array;
}

/**
 * Columns of F₁ ⊗ F₂ ⊗ …, without forming the product: a dictionary's atoms from one basis per axis, multiplied in float64
 * and rounded once. Rows and columns are row-major over the axes.
 * @param indices columns to compute, each in [0, Π cols)
 * @returns [Π rows, indices.length]
 */
export function kroneckerColumns(factors: readonly FactorColumns[], indices: readonly number[]): Matrix {
  const rows = factors.reduce((product, factor) => product * factor.rows, 1);
  const cols = indices.length;
  const data = new Float32Array(rows * cols);
  indices.forEach((index, j) => {
    const atom = productColumn(factors, index);
    for (let i = 0; i < rows; i++) data[i * cols + j] = atom[i]!;
  });
  return { rows, cols, data };
}

/** One column of the product, built from the last axis, which runs fastest, to the first. */
function productColumn(factors: readonly FactorColumns[], index: number): Float64Array {
  let rest = index;
  return factors.reduceRight<Float64Array>((inner, { cols, column }) => {
    const outer = column(rest % cols);
    rest = Math.floor(rest / cols);
    const product = new Float64Array(outer.length * inner.length);
    for (let i = 0, at = 0; i < outer.length; i++)
      for (let j = 0; j < inner.length; j++, at++) product[at] = outer[i]! * inner[j]!;
    return product;
  }, Float64Array.of(1));
}

/** Lazily computed value: `make` is called on the first request, and its result is kept. Dictionaries use it for factors. */
export function once<T extends object>(make: () => T): () => T {
  let value: T | undefined;
  return () => {
    value ??= make();
    return value;
  };
}
