import type { RunInput } from "./spec";

type Layer = NonNullable<RunInput["hidden"]>[number];

/** What fills a layer: a dictionary, its options, and how its atoms are chosen. */
export interface Fill {
  readonly dictionary: string;
  readonly options?: Record<string, boolean | number | string>;
  /** @default "uniform" */
  readonly selection?: "uniform" | "leading" | "energy";
}

/**
 * Ways to fill a layer, by the names of the paper's figures (Denil et al. 2013, §4.1 and Figure 4). DCT (the lowest
 * frequencies) and wavelet (the atoms with the most energy in the images) are ours.
 */
export const fills = {
  RandCon: { dictionary: "identity" },
  RandFixU: { dictionary: "gaussian" },
  SE: { dictionary: "kernel", options: { kernel: "squared-exponential", lengthScale: 1 } },
  Emp: { dictionary: "covariance" },
  Emp2: { dictionary: "covariance", options: { of: "squares" } },
  AE: { dictionary: "autoencoder", options: { size: 1000, epochs: 10 } },
  DCT: { dictionary: "fourier", options: { basis: "cosine" }, selection: "leading" },
  wavelet: { dictionary: "wavelet", selection: "energy" },
} as const satisfies Record<string, Fill>;

/** Methods of Figure 4 and ours: first layer–second layer, or one name for both. */
export const methods = [
  "nokernel",
  "LowRank",
  "RandCon",
  "RandFixU",
  "SE-Emp",
  "SE-Emp2",
  "SE-AE",
  "DCT-Emp",
  "wavelet-Emp",
  "Emp-Emp",
  "SE-SE",
] as const;
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
): Layer[] {
  const [first, second = first] = method.split("-");
  return units.map((count, index): Layer => {
    const name = index === 0 ? first : second;
    if (name === "nokernel") return { weights: "dense", units: count };
    if (name === "LowRank") return { weights: "low-rank", units: count, proportion };
    const { dictionary, options = {}, selection = "uniform" }: Fill = fills[name as keyof typeof fills];
    return { weights: "factorized", units: count, dictionary, options, proportion, columns, selection };
  });
}
