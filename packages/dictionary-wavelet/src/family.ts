type Order = 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;

/**
 * A family of orthogonal wavelets: Haar's, Daubechies' extremal-phase ones and her least asymmetric ones (symlets) with
 * 2 … 10 vanishing moments, and coiflets, with 2K vanishing moments for coifK. sym2 and sym3 are db2 and db3.
 */
export type WaveletFamily = "haar" | `db${Order}` | `sym${Order}` | `coif${1 | 2 | 3 | 4 | 5}`;

const orders: readonly Order[] = [2, 3, 4, 5, 6, 7, 8, 9, 10];

/** Every {@link WaveletFamily}. */
export const waveletFamilies: readonly WaveletFamily[] = [
  "haar",
  ...orders.map((order) => `db${order}` as const),
  ...orders.map((order) => `sym${order}` as const),
  ...([1, 2, 3, 4, 5] as const).map((order) => `coif${order}` as const),
];
