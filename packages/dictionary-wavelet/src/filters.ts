import { coiflet } from "./coiflet";
import { daubechies, symlet } from "./daubechies";

type Order = 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;

/**
 * Family of orthogonal wavelets: Haar's, Daubechies' extremal-phase ones and her least asymmetric ones (symlets) with
 * 2 … 10 vanishing moments, and coiflets, with 2K vanishing moments for coifK. sym2 and sym3 are db2 and db3.
 */
export type WaveletFamily = "haar" | `db${Order}` | `sym${Order}` | `coif${1 | 2 | 3 | 4 | 5}`;

const orders: readonly Order[] = [2, 3, 4, 5, 6, 7, 8, 9, 10];

/** All families: every {@link WaveletFamily}. */
export const waveletFamilies: readonly WaveletFamily[] = [
  "haar",
  ...orders.map((order) => `db${order}` as const),
  ...orders.map((order) => `sym${order}` as const),
  ...([1, 2, 3, 4, 5] as const).map((order) => `coif${order}` as const),
];

/** The two filters of a level. The analysis correlates with them: a_k = Σ_i low_i x_{2k−s+i}. */
export interface Filters {
  /** Scaling filter h, of even length L: Σ h_i = √2, Σ h_i h_{i+2k} = δ_k. PyWavelets' `rec_lo`. */
  readonly low: Float64Array;
  /** Wavelet filter, the quadrature mirror g_i = (−1)ⁱ h_{L−1−i}. PyWavelets' `rec_hi`. */
  readonly high: Float64Array;
}

/** Filters of a family, accurate to about 1e-13. */
export function filtersOf(family: WaveletFamily): Filters {
  const low = Float64Array.from(scaling(family));
  return { low, high: low.map((_, i) => (i % 2 ? -1 : 1) * low[low.length - 1 - i]!) };
}

function scaling(family: WaveletFamily): readonly number[] {
  if (family === "haar") return [Math.SQRT1_2, Math.SQRT1_2];
  const order = Number(family.replace(/\D+/, ""));
  return family.startsWith("db") ? daubechies(order) : family.startsWith("sym") ? symlet(order) : coiflet(order);
}
