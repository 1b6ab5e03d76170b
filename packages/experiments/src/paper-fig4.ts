/**
 * Figure 4, left, of Denil et al. 2013 as digitised from the published figure: test error on MNIST in percent by the
 * proportion of weights learned. Each point is a single run, read off ± 0.05 points; points that leave the figure are left out.
 */
export const paperFig4 = {
  /** The proportions of most curves: p_k = (20/784)^(1 − k/19), k = 0 … 19, to within 0.15%, far closer than they were read off. */
  proportions: [
    0.0255, 0.0309, 0.0375, 0.0455, 0.0552, 0.067, 0.0812, 0.0985, 0.1195, 0.1449, 0.1758, 0.2132, 0.2587, 0.3138,
    0.3808, 0.4617, 0.56, 0.68, 0.8244, 1,
  ],
  /** The dense network, which learns everything. */
  nokernel: 1.75,
  curves: {
    LowRank: [
      [0.067, 3.85],
      [0.12, 3.92],
      [0.145, 3.61],
      [0.213, 3.52],
      [0.314, 4.01],
      [0.462, 3.5],
      [1, 3.59],
    ],
    RandCon: [
      [0.055, 4.57],
      [0.067, 4.0],
      [0.099, 3.25],
      [0.12, 3.18],
      [0.145, 3.05],
      [0.213, 2.98],
      [0.314, 2.56],
      [0.462, 2.24],
      [1, 1.85],
    ],
    RandFixU: [
      [0.045, 3.4],
      [0.055, 3.0],
      [0.067, 2.87],
      [0.099, 2.51],
      [0.12, 2.5],
      [0.145, 2.49],
      [0.213, 2.25],
      [0.314, 2.06],
      [0.462, 2.0],
      [1, 1.9],
    ],
    "SE-Emp": [
      [0.045, 2.37],
      [0.055, 2.03],
      [0.067, 1.87],
      [0.099, 1.78],
      [0.12, 1.72],
      [0.145, 1.75],
      [0.213, 1.79],
      [0.314, 1.8],
      [0.462, 2.0],
      [1, 1.9],
    ],
    "SE-Emp2": [
      [0.045, 1.85],
      [0.055, 1.8],
      [0.067, 1.9],
      [0.12, 1.78],
      [0.145, 1.56],
      [0.213, 1.84],
      [0.314, 1.94],
      [0.462, 1.85],
      [1, 1.9],
    ],
    "SE-AE": [
      [0.134, 3.31],
      [0.242, 2.66],
      [0.35, 2.37],
      [0.459, 2.49],
      [0.783, 2.0],
      [1, 1.9],
    ],
  },
} as const satisfies {
  proportions: readonly number[];
  nokernel: number;
  curves: Record<string, Curve>;
};

type Curve = readonly (readonly [proportion: number, percent: number])[];

/** A digitised curve: [proportion, test error in percent], by proportion; undefined where the paper has no such method. */
export const paperCurve = (method: string): Curve | undefined =>
  (paperFig4.curves as Readonly<Record<string, Curve>>)[method];

/** Digitised proportions are rounded: within 2% they are the grid's. */
const rounding = 0.02;

/**
 * The paper's test error of a method, in percent: a digitised point, or between two of them linear in log p.
 * Undefined outside the digitised range and for methods the paper does not have.
 */
export function paperError(method: string, proportion: number): { error: number; interpolated: boolean } | undefined {
  const curve = paperCurve(method) ?? [];
  const point = curve.find(([at]) => Math.abs(proportion / at - 1) < rounding);
  if (point) return { error: point[1], interpolated: false };
  const next = curve.findIndex(([at]) => at > proportion);
  if (next < 1) return undefined;
  const [[left, from], [right, to]] = [curve[next - 1]!, curve[next]!];
  const share = Math.log(proportion / left) / Math.log(right / left);
  return { error: from + share * (to - from), interpolated: true };
}
