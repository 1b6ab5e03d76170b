import { coiflet } from "./coiflet";
import { daubechies, symlet } from "./daubechies";
import type { WaveletFamily } from "./family";

/** The two filters of a level. Analysis correlates with them: a_k = Σ_i low_i x_{2k−s+i}. */
export interface Filters {
  /** Scaling filter h, of even length L: Σ h_i = √2, Σ h_i h_{i+2k} = δ_k. PyWavelets' `rec_lo`. */
  readonly low: Float64Array;
  /** Wavelet filter, the quadrature mirror g_i = (−1)ⁱ h_{L−1−i}. PyWavelets' `rec_hi`. */
  readonly high: Float64Array;
}

/** The filters of a family, computed to about 1e-13. */
export function filtersOf(family: WaveletFamily): Filters {
  const low = Float64Array.from(scaling(family));
  return { low, high: low.map((_, i) => (i % 2 ? -1 : 1) * low[low.length - 1 - i]!) };
}

function scaling(family: WaveletFamily): readonly number[] {
  if (family === "haar") return [Math.SQRT1_2, Math.SQRT1_2];
  const order = Number(family.replace(/\D+/, ""));
  return family.startsWith("db") ? daubechies(order) : family.startsWith("sym") ? symlet(order) : coiflet(order);
}
