import type { LayerSpec, RunInput } from "./spec";

/** The paper's ways to fill a layer, by the names of its figures (Denil et al. 2013, §4.1 and Figure 4). */
const fills = {
  RandCon: { dictionary: "identity", options: {} },
  RandFixU: { dictionary: "gaussian", options: {} },
  SE: { dictionary: "kernel", options: { kernel: "squared-exponential", lengthScale: 1 } },
  Emp: { dictionary: "covariance", options: {} },
} as const;

/** Methods of Figure 4 that exist: first layer–second layer, or one name for both. */
export const methods = ["nokernel", "LowRank", "RandCon", "RandFixU", "SE-Emp"] as const;
export type Method = (typeof methods)[number];

/**
 * The hidden layers of the paper's network under a method.
 * @param proportion learned share of each layer's weights, in (0, 1]
 * @param columns J @default 10
 * @param units n_h of each layer @default [500, 500]
 */
export function hiddenLayers(
  method: Method,
  proportion: number,
  columns = 10,
  units: readonly number[] = [500, 500],
): NonNullable<RunInput["hidden"]> {
  const [first, second = first] = method.split("-");
  return units.map((count, index): LayerSpec => {
    const fill = index === 0 ? first : second;
    if (fill === "nokernel") return { weights: "dense", units: count };
    if (fill === "LowRank") return { weights: "low-rank", units: count, proportion };
    return {
      weights: "factorized",
      units: count,
      ...fills[fill as keyof typeof fills],
      proportion,
      columns,
      selection: "uniform",
    };
  });
}
