import type { PaperCurves } from "@weightcast/report/claims";

/** Proportions of most curves: p_k = (20/784)^(1 − k/19), k = 0 … 19, to within 0.15%, far closer than they were read off. */
export const paperProportions = [
  0.0255, 0.0309, 0.0375, 0.0455, 0.0552, 0.067, 0.0812, 0.0985, 0.1195, 0.1449, 0.1758, 0.2132, 0.2587, 0.3138, 0.3808,
  0.4617, 0.56, 0.68, 0.8244, 1,
] as const;

/**
 * Figure 4, left, of Denil et al. 2013 as digitized from the published figure: test error on MNIST in percent by the
 * proportion of weights learned. Each point is a single run, read off to ± 0.05 points; points beyond the figure's edge are
 * left out.
 */
export const fig4Paper = {
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
  source:
    "the paper's curves (Denil et al. 2013, Figure 4, digitized to ± 0.05 points; single runs, trained far longer and with pre-training)",
  comparable: () => true,
  tolerance: 0.3,
} as const satisfies PaperCurves;
