import { type Spread, spreadOf } from "@weightcast/runs/record";
import type { FitResult } from "./fit";
import type { Fig6Method } from "./settings";

/** Point of a curve. */
export interface CurvePoint {
  readonly proportion: number;
  readonly learned: number;
  readonly loss: Spread;
  readonly reconstruction: Spread;
  readonly sparsity: Spread;
  /** Loss over that of the dense W of the same seed, less one. */
  readonly above: Spread;
}

/** Losses by the learned share. */
export interface LossCurve {
  readonly method: Fig6Method | "dense";
  readonly points: readonly CurvePoint[];
}

/** Curves of the fits, the dense one, of one point, first; shares ascend. */
export function curvesOf(fits: readonly FitResult[]): readonly LossCurve[] {
  const dense = new Map(fits.filter(({ method }) => method === "dense").map(({ seed, loss }) => [seed, loss]));
  return [...new Set(fits.map(({ method }) => method))].map((method) => {
    const own = fits.filter((fit) => fit.method === method);
    const shares = [...new Set(own.map(({ proportion }) => proportion))].sort((a, b) => a - b);
    return {
      method,
      points: shares.map((proportion) => {
        const those = own.filter((fit) => fit.proportion === proportion);
        const of = (key: "loss" | "reconstruction" | "sparsity") => spreadOf(those.map((fit) => fit[key]));
        return {
          ...{ proportion, learned: those[0]!.learned },
          ...{ loss: of("loss"), reconstruction: of("reconstruction"), sparsity: of("sparsity") },
          above: spreadOf(those.map(({ loss, seed }) => loss / dense.get(seed)! - 1)),
        };
      }),
    };
  });
}
