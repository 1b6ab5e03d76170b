/** Continuation of the samples past their ends. */
export type Boundary = "periodization" | "symmetric";

/** One level of a transform. */
export interface Level {
  /** Sample that tap i of coefficient k multiplies, at `k * taps + i`. */
  readonly sources: Int32Array;
  /** Number of coefficients of the scaling filter. */
  readonly lows: number;
  /** Number of coefficients of the wavelet filter. */
  readonly highs: number;
  /** Number of samples of the next level: the scaling filter's coefficients, and a last sample if one passes through. */
  readonly next: number;
}

/**
 * Level of `length` samples with filters of L `taps`, as in PyWavelets:
 *
 *   a_k = Σ_i low_i x_{2k − s + i},  d_k = Σ_i high_i x_{2k − s + i}
 *
 * - `periodization`: x has period n, s = L/2 − 1, and n/2 coefficients of each filter: an orthonormal map. If n is odd, the
 *   first n − 1 samples are transformed this way and the last one passes unchanged to the next level, which is orthonormal
 *   too. (PyWavelets repeats the last sample instead, and gives n + 1 coefficients.)
 * - `symmetric`: x is mirrored at its ends, … x₁ x₀ x₀ x₁ …, s = L − 2, and ⌊(n + L − 1)/2⌋ coefficients of each filter.
 *   With two taps and n odd the last d_k would be zero for any samples, so it is left out.
 */
export function level(boundary: Boundary, length: number, taps: number): Level {
  const passed = boundary === "periodization" ? length % 2 : 0;
  const even = length - passed;
  const lows = boundary === "periodization" ? even / 2 : (length + taps - 1) >> 1;
  const highs = boundary === "symmetric" && taps === 2 ? length >> 1 : lows;
  const start = boundary === "periodization" ? taps / 2 - 1 : taps - 2;
  const at =
    boundary === "periodization"
      ? (i: number) => modulo(i, even)
      : (i: number) => Math.min(modulo(i, 2 * length), modulo(-1 - i, 2 * length));
  const sources = Int32Array.from({ length: lows * taps }, (_, i) => at(2 * Math.floor(i / taps) - start + (i % taps)));
  return { sources, lows, highs, next: lows + passed };
}

const modulo = (i: number, n: number) => ((i % n) + n) % n;

/** Deepest level at which at least one coefficient is free of boundary effects: PyWavelets' dwt_max_level. */
export const maxLevel = (length: number, taps: number): number =>
  length < taps - 1 ? 0 : 31 - Math.clz32(Math.floor(length / (taps - 1)));

/**
 * Number of levels of an axis, {@link maxLevel} by default. With periodization it is at least one if there are two samples,
 * and as many as requested down to a single approximation, ⌈log₂ length⌉. With symmetric it is at most the default: beyond
 * that, atoms repeat each other.
 */
export function levelsOf(
  boundary: Boundary,
  length: number,
  taps: number,
  requested = Number.POSITIVE_INFINITY,
): number {
  const fitting = maxLevel(length, taps);
  if (boundary === "symmetric") return Math.min(requested, fitting);
  const deepest = 32 - Math.clz32(length - 1);
  return Math.min(requested === Number.POSITIVE_INFINITY ? Math.max(fitting, 1) : requested, deepest);
}
