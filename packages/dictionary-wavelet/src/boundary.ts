/** How a level goes on past the ends of its samples. */
export type Boundary = "periodization" | "symmetric";

/** One level of the transform of `length` samples. */
export interface Level {
  /** Sample that tap i of coefficient k meets, at `k * taps + i`. */
  readonly sources: Int32Array;
  /** Coefficients of the scaling filter. */
  readonly lows: number;
  /** Coefficients of the wavelet filter. */
  readonly highs: number;
  /** Samples of the next level: the scaling filter's coefficients, and a last sample that passes through. */
  readonly next: number;
}

/**
 * A level with filters of L `taps`, as PyWavelets has it:
 *
 *   a_k = Σ_i low_i x_{2k − s + i},  d_k = Σ_i high_i x_{2k − s + i}
 *
 * - `periodization`: x has period n, s = L/2 − 1, n/2 coefficients of each filter: an orthonormal map. Where n is odd, the
 *   first n − 1 samples are transformed so, and the last one is handed to the next level as it is, which is orthonormal
 *   too. (PyWavelets repeats the last sample instead, and gives n + 1 coefficients.)
 * - `symmetric`: x is mirrored at its ends, … x₁ x₀ x₀ x₁ …, s = L − 2, ⌊(n + L − 1)/2⌋ coefficients of each filter. With
 *   two taps and n odd the last d_k would be zero whatever the samples: it is left out.
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

/** PyWavelets' dwt_max_level: the deepest level to which at least one coefficient is free of boundary effects. */
export const maxLevel = (length: number, taps: number): number =>
  length < taps - 1 ? 0 : 31 - Math.clz32(Math.floor(length / (taps - 1)));

/**
 * The levels of an axis. By default {@link maxLevel}. With periodization at least one where there are two samples, and as
 * many as asked for down to a single approximation, ⌈log₂ length⌉. With symmetric no more than the default: beyond it
 * atoms repeat each other.
 */
export function levelsOf(boundary: Boundary, length: number, taps: number, asked = Number.POSITIVE_INFINITY): number {
  const fitting = maxLevel(length, taps);
  if (boundary === "symmetric") return Math.min(asked, fitting);
  const deepest = 32 - Math.clz32(length - 1);
  return Math.min(asked === Number.POSITIVE_INFINITY ? Math.max(fitting, 1) : asked, deepest);
}
