import { sweepOf } from "@weightcast/report";
import type { Curve, Sweep } from "@weightcast/report/claims";
import type { RunRecord } from "@weightcast/runs";
import { type RecordOptions, recordOf } from "@weightcast/runs/testing";

/** Made-up results: [method, proportion, a run's error in percent for each seed]. */
export type Results = readonly (readonly [method: string, proportion: number, ...errors: number[]])[];

/** Maker of made-up records. */
type Make = (method: string, testError: number, options: RecordOptions) => RunRecord;

/** Sweep of made-up results. @param make of each run's record @default the network on MNIST */
export const sweepFrom = (results: Results, make: Make = recordOf): Sweep =>
  sweepOf(
    results.flatMap(([method, proportion, ...errors]) =>
      errors.map((error, i) => make(method, error / 100, { proportion, seed: i + 1 })),
    ),
  );

/** Results of single runs on the paper's curves at some proportions; a curve's rounded proportions count as these. */
export const onCurves = (curves: Readonly<Record<string, Curve>>, proportions: readonly number[]): Results =>
  Object.entries(curves).flatMap(([method, curve]) =>
    curve.flatMap(([at, error]): Results => {
      const proportion = proportions.find((p) => Math.abs(p / at - 1) < 0.02);
      return proportion === undefined ? [] : [[method, proportion, error]];
    }),
  );
