import { type Matrix, sizeOf } from "@weightcast/dictionary";
import type { Axis } from "./axis";
import { dft } from "./dft";

/** Multiplies a grid, [prod], by the transposed bases of all axes, in place. */
export type GridTransform = (grid: Float64Array) => void;

/** (Q_1 ⊗ Q_2 ⊗ …)ᵀ x by fast transforms along one axis after another, in float64. */
export function gridTransform(axes: readonly Axis[]): GridTransform {
  const domain = axes.map(({ size }) => size);
  const pairs = axes.map(pairTransform);
  return (grid) => {
    pairs.forEach((transform, a) => {
      const stride = sizeOf(domain.slice(a + 1));
      const start = (line: number) => Math.floor(line / stride) * stride * domain[a]! + (line % stride);
      const last = grid.length / domain[a]! - 1;
      for (let line = 0; line <= last; line += 2) transform(grid, start(line), start(Math.min(line + 1, last)), stride);
    });
  };
}

/**
 * Multiplies two lines of a grid, at `first` and `second`, + stride, + 2 stride, …, by the transposed basis of their axis.
 * They are the parts of one complex line, v, and as the basis is real they stay apart. With Z its discrete Fourier
 * transform of size n, and g = n − f, Σ v_j cos is (Z_f + Z_g)/2 and Σ v_j sin is i (Z_f − Z_g)/2.
 * The same line twice is that line once.
 */
function pairTransform({ size, source, sum }: Axis) {
  const transform = dft(size);
  const line = new Float64Array(2 * size);
  const spectrum = new Float64Array(2 * size);
  const order = Int32Array.from({ length: size }, (_, j) => source(j));
  const sums = Array.from({ length: size }, (_, k) => sum(k));
  const bins = Int32Array.from(sums, ({ bin }) => bin);
  const c = Float64Array.from(sums, (of) => of.c / 2);
  const s = Float64Array.from(sums, (of) => of.s / 2);
  return (grid: Float64Array, first: number, second: number, stride: number): void => {
    for (let j = 0; j < size; j++) {
      line[2 * j] = grid[first + order[j]! * stride]!;
      line[2 * j + 1] = grid[second + order[j]! * stride]!;
    }
    transform(spectrum, line);
    for (let k = 0; k < size; k++) {
      const f = 2 * bins[k]!;
      const g = f === 0 ? 0 : 2 * size - f;
      const fRe = spectrum[f]!;
      const fIm = spectrum[f + 1]!;
      const gRe = spectrum[g]!;
      const gIm = spectrum[g + 1]!;
      grid[first + k * stride] = c[k]! * (fRe + gRe) - s[k]! * (fIm - gIm);
      grid[second + k * stride] = c[k]! * (fIm + gIm) + s[k]! * (fRe - gRe);
    }
  };
}

/**
 * X U, [batch, size]: coefficient j is the product with column `permutation[j]` of the bases' Kronecker product. Rounded
 * to float32 once, at the end.
 */
export function analyzeSamples(samples: Matrix, transform: GridTransform, permutation: Int32Array): Matrix {
  const { rows, cols, data } = samples;
  const result = new Float32Array(rows * cols);
  for (let at = 0; at < result.length; at += cols) {
    const grid = Float64Array.from(data.subarray(at, at + cols));
    transform(grid);
    for (let j = 0; j < cols; j++) result[at + j] = grid[permutation[j]!]!;
  }
  return { rows, cols, data: result };
}
