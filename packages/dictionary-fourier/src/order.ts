import type { Axis } from "./axis";

/**
 * Columns of the Kronecker product of bases from coarse to fine: by Σ_a (f_a / n_a)², f_a / n_a being the frequency along
 * axis a over its Nyquist frequency; equal ones by their place in the product.
 *
 * Every square is taken over the least common multiple of the axes' sizes, as a whole number. Up to 2²⁵ atoms their
 * sum stays below 2⁵³, so equal frequencies are equal numbers, on every machine.
 */
export function coarseToFine(axes: readonly Axis[]): Int32Array {
  const whole = axes.reduce((multiple, { size }) => (multiple / gcd(multiple, size)) * size, 1);
  const squares = axes.map(({ size, frequency }) =>
    Float64Array.from({ length: size }, (_, k) => ((frequency(k) * whole) / size) ** 2),
  );
  const keys = squares.reduce<Float64Array>((left, right) => sums(left, right), Float64Array.of(0));
  return Int32Array.from(keys.keys()).sort((a, b) => keys[a]! - keys[b]! || a - b);
}

/** Every entry of `left` plus every entry of `right`, the latter running fastest. */
function sums(left: Float64Array, right: Float64Array): Float64Array {
  const result = new Float64Array(left.length * right.length);
  for (let i = 0; i < left.length; i++)
    for (let j = 0; j < right.length; j++) result[i * right.length + j] = left[i]! + right[j]!;
  return result;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
