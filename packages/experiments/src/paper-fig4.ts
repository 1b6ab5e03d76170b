/**
 * Figure 4, left, of Denil et al. 2013 as digitised from the published figure, ± 0.05 points: test error on MNIST in percent
 * by the proportion of weights learned. Single runs.
 */
export const paperFig4 = {
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
  },
} as const satisfies { nokernel: number; curves: Record<string, readonly (readonly [number, number])[]> };
