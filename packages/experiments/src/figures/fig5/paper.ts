import type { PaperCurves } from "@weightcast/report/claims";

/**
 * Figure 5 of Denil et al. 2013: test error on CIFAR-10 in percent by the proportion of weights learned, of the
 * convolutional network with the squared exponential kernel in every predicted layer. Single runs on all 50,000 images; the
 * dense network is not in the figure.
 */
export const fig5Paper = {
  curves: {
    SE: [
      [0.25, 26.3],
      [0.5, 30.3],
      [0.75, 25.1],
      [1, 24.8],
    ],
  },
  source:
    "the paper's points (Denil et al. 2013, Figure 5; single runs on all of CIFAR-10, whose training the paper does not describe)",
  comparable: (records) =>
    records.every(
      ({ spec: { data } }) => data.name === "cifar10" && data.folder === undefined && data.train === undefined,
    ),
} as const satisfies PaperCurves;
