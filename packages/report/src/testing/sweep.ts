import { recordOf } from "@weightcast/runs/testing";
import { sweepOf } from "../sweep/sweep";

/** Made-up results: [method, proportion, a run's error in percent for each seed]. */
export type Results = readonly (readonly [method: string, proportion: number, ...errors: number[]])[];

/** Sweep of made-up results. */
export const sweepFrom = (results: Results) =>
  sweepOf(
    results.flatMap(([method, proportion, ...errors]) =>
      errors.map((error, i) => recordOf(method, error / 100, { proportion, seed: i + 1 })),
    ),
  );
