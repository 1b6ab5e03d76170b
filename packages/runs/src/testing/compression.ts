import type { CompressedFile } from "../compress/compress-file";

type Point = CompressedFile["sensitivity"]["layers"][number]["points"][number];
const point = (dictionary: string, rank: number, each: [number, number], error: number, measured = false): Point => ({
  ...{ dictionary, rank, learned: rank * each[0], stored: rank * each[1] },
  ...{ left: error / 2, error, measured },
});
const quality = (error: number, disagreement: number, difference: number, perSecond: number) => ({
  ...{ metrics: { error }, disagreement, difference, count: 1000, perSecond },
});
/** Made-up result of a compression, for tests of what is done with it: two layers, of which one is factorized; names that must be escaped. */
export const compression: CompressedFile = {
  budget: { bytes: 20_000 },
  bytes: { file: 12_345, original: 44_000 },
  numbers: { learned: 1200, stored: 3200, weights: 10_000 },
  layers: [
    {
      path: "first <b>",
      dictionary: "low-rank",
      ...{ rank: 8, weights: 8000, learned: 160, stored: 1200, left: 0.0312, weighted: true },
    },
  ],
  kept: [
    { path: "second", reason: "the budget needs no change of it" },
    { path: "<i>\u001b[2J", reason: "layers of class GRU have no factorized counterpart" },
  ],
  sensitivity: {
    others: 500,
    layers: [
      {
        path: "first <b>",
        weights: 8000,
        points: [
          point("fourier", 4, [20, 20], 0.5),
          point("fourier", 40, [20, 20], 0.02, true),
          point("low-rank", 4, [20, 150], 0.2, true),
          point("low-rank", 8, [20, 150], 0.04),
          point("low-rank", 80, [20, 150], 0), // more numbers than the layer has, and no error
        ],
      },
      { path: "second", weights: 2000, points: [point("fourier", 5, [10, 10], 0.3, true)] },
    ],
  },
  stages: [
    { cost: 10_000, error: 0 },
    { cost: 3200, error: 0.04 },
    { cost: 80, error: 0.8 },
  ],
  quality: {
    original: quality(0.02, 0, 0, 1000),
    fitted: quality(0.05, 0.04, 0.05, 1500),
    final: quality(0.025, 0.015, 0.012, 2345),
  },
  training: {
    rate: 0.01,
    distill: 0.9,
    history: [
      { epoch: 1, step: 10, loss: 0.5, rate: 0.008 },
      { epoch: 2, step: 20, loss: 0.25, rate: 0 },
    ],
  },
  engine: { engine: "cpu", version: "cpu <1>", threads: 1, patched: [], borrowed: [], reason: "", considered: [] },
};
