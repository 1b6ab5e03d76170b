import { below, nearPaper } from "../claims/everywhere";
import { pointsIn } from "../claims/sweep";
import type { ReportOptions } from "../report";

/** Proportions of a made-up figure: from 20 of 784 pixels to all, in equal ratios, rounded. */
export const grid = [
  0.0255, 0.0309, 0.0375, 0.0455, 0.0552, 0.067, 0.0812, 0.0985, 0.1195, 0.1449, 0.1758, 0.2132, 0.2587, 0.3138, 0.3808,
  0.4617, 0.56, 0.68, 0.8244, 1,
];

const paper = {
  nokernel: 1.75,
  curves: {
    "SE-Emp": [
      [0.045, 2.37],
      [0.067, 1.87],
      [0.12, 1.72],
      [1, 1.9],
    ],
    LowRank: [
      [0.067, 3.85],
      [1, 3.59],
    ],
    RandCon: [
      [0.055, 4.57],
      [0.099, 3.25],
      [1, 1.85],
    ],
  },
  source: "the paper's curves (made up)",
  comparable: () => true,
  tolerance: 0.3,
} as const;

/** Made-up figure of a paper, for tests of reports: three curves, a claim of the paper's and one of ours. */
export const comparison: NonNullable<ReportOptions["comparison"]> = {
  headline: 0.05,
  paper,
  claims: (sweep) => [
    below("SE-Emp", "RandCon", pointsIn(sweep), { by: "paper", under: 0.15 }),
    nearPaper("SE-Emp", pointsIn(sweep)("SE-Emp"), paper, { tolerance: 0.3, from: 0.1 }),
  ],
};
