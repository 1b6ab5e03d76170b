/**
 * Figure 5 of Denil et al. 2013: test error on CIFAR-10 in percent by the proportion of weights learned, of the
 * convolutional network with the squared exponential kernel in every predicted layer. Single runs on all 50,000 images; the
 * dense network is not in the figure.
 */
export const paperFig5 = {
  curves: {
    SE: [
      [0.25, 26.3],
      [0.5, 30.3],
      [0.75, 25.1],
      [1, 24.8],
    ],
  },
} as const satisfies {
  curves: Readonly<Record<string, readonly (readonly [proportion: number, percent: number])[]>>;
};
