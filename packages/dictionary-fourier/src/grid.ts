import { type Matrix, sizeOf } from "@weightcast/types";
import type { Axis } from "./axis";
import { dft } from "./dft";

/** Function that multiplies a grid, [prod(domain)], by the transposed bases of all axes, in place. */
export type GridTransform = (grid: Float64Array) => void;

/** Transform x ↦ (Q_1 ⊗ Q_2 ⊗ …)ᵀ x by fast transforms along one axis after another, in float64. */
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
 * Function that multiplies two lines of a grid, from `first` and from `second` on in steps of `stride`, by the transposed
 * basis of their axis. The two are the real and imaginary parts of one complex line, v; the basis is real, so they stay
 * separate. With Z the discrete Fourier transform of v, of size n, and g = n − f, Σ v_j cos is (Z_f + Z_g)/2 and
 * Σ v_j sin is i (Z_f − Z_g)/2. The same line may be passed twice; it is then transformed once.
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
 * X U, [batch, size]: coefficient j is the inner product with column `permutation[j]` of the bases' Kronecker product.
 * Rounded to float32 once, at the end.
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

/**
 * Columns of the Kronecker product of bases, from coarse to fine: by Σ_a (f_a / n_a)², where f_a / n_a is the frequency
 * along axis a as a fraction of its Nyquist frequency. Equal frequencies keep the order of the product.
 *
 * The fractions are brought to the least common multiple of the axes' sizes, so that the squares are whole numbers. Up to
 * 2²⁵ atoms their sum stays below 2⁵³: equal frequencies give equal numbers on every machine.
 */
export function coarseToFine(axes: readonly Axis[]): Int32Array {
  const whole = axes.reduce((multiple, { size }) => (multiple / gcd(multiple, size)) * size, 1);
  const squares = axes.map(({ size, frequency }) =>
    Float64Array.from({ length: size }, (_, k) => ((frequency(k) * whole) / size) ** 2),
  );
  const keys = squares.reduce<Float64Array>((left, right) => sums(left, right), Float64Array.of(0));
  return Int32Array.from(keys.keys()).sort((a, b) => keys[a]! - keys[b]! || a - b);
}

/** Sums of every entry of `left` and every entry of `right`; `right` runs fastest. */
function sums(left: Float64Array, right: Float64Array): Float64Array {
  const result = new Float64Array(left.length * right.length);
  for (let i = 0; i < left.length; i++)
    for (let j = 0; j < right.length; j++) result[i * right.length + j] = left[i]! + right[j]!;
  return result;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
