import { type RunInput, type RunSpec, resolveRun } from "@weightcast/runs/spec";

/**
 * Ways to learn fewer weights than the dense W: the paper's SE kernel, two random dictionaries, and fewer features, each learned whole.
 */
export const fig6Methods = ["SE", "RandFixU", "RandCon", "narrower"] as const;
/** Method of Figure 6. */
export type Fig6Method = (typeof fig6Methods)[number];

/** Options of the fits of Figure 6. */
export interface Fig6Options {
  /** Color images that patches are taken from. @default CIFAR-10, downloaded */
  readonly data?: Exclude<RunInput["data"], string>;
  /** @default all */
  readonly methods?: readonly Fig6Method[];
  /** Learned shares of the weights, in (0, 1). @default [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75] */
  readonly proportions?: readonly number[];
  /** @default [1, 2, 3] */
  readonly seeds?: readonly number[];
  /** n_h, features. @default 400 */
  readonly features?: number;
  /** J, columns of W with their own atoms; they divide the features. @default 10 */
  readonly columns?: number;
  /** Patches to learn from. @default 20,000 */
  readonly patches?: number;
  /** Passes over the patches. @default 10 */
  readonly epochs?: number;
  /** λ, weight of the reconstruction, > 0. @default 1 */
  readonly lambda?: number;
  /** First rate of Adam, which falls as a cosine, > 0. @default 0.03 */
  readonly rate?: number;
}

/** Options with all defaults. */
export interface Fig6Settings extends Required<Omit<Fig6Options, "data" | "methods" | "proportions" | "seeds">> {
  readonly data: RunSpec["data"];
}

/** One fit: a method at a learned share, or the dense W at 1. */
export interface Fit {
  readonly method: Fig6Method | "dense";
  readonly proportion: number;
  readonly seed: number;
}

/** What has no option. */
export const fixed = {
  /** Side of a patch, in pixels. */
  side: 8,
  /** σ of the SE kernel, in pixels: the paper's. */
  lengthScale: 1,
  /** λ of the kernel ridge regression: the paper's. */
  ridge: 1e-3,
  batchSize: 100,
  /** Patches of the test images. */
  tests: 10_000,
  /** ε of the whitening, added to each variance. */
  whitening: 0.01,
} as const;

/** @throws RangeError naming an option that is out of range */
export function fig6Settings(options: Fig6Options): Fig6Settings {
  const { features = 400, columns = 10, patches = 20_000, epochs = 10, lambda = 1, rate = 0.03 } = options;
  const { proportions = [], data = {} } = options;
  const rules: readonly (readonly [name: string, value: number, good: boolean, rule: string])[] = [
    ["columns", columns, features % columns === 0, `a divisor of the ${features} features`],
    ["patches", patches, patches >= fixed.batchSize, `at least ${fixed.batchSize}`],
    ["lambda", lambda, lambda > 0 && lambda < Infinity, "a positive number"],
    ["rate", rate, rate > 0 && rate < Infinity, "a positive number"],
    ...proportions.map((share) => ["proportion", share, share < 1, "below 1, which is the dense W"] as const),
  ];
  for (const [name, value, good, rule] of rules)
    if (!good) throw new RangeError(`fig6: ${name} must be ${rule}; got ${value}`);
  const images = resolveRun({ data: { name: "cifar10", ...data }, network: { model: "convnet" } }, "fig6").data;
  return { data: images, features, columns, patches, epochs, lambda, rate };
}

/** Fits of a figure, seed by seed, the dense one first. */
export const fitsOf = ({
  methods = fig6Methods,
  proportions = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75],
  seeds = [1, 2, 3],
}: Fig6Options): readonly Fit[] =>
  seeds.flatMap((seed) => [
    { method: "dense", proportion: 1, seed },
    ...proportions.flatMap((proportion) => methods.map((method) => ({ method, proportion, seed }))),
  ]);

/** Fit in words: "SE 30%, seed 1". */
export const nameOfFit = ({ method, proportion, seed }: Fit): string =>
  `${method}${method === "dense" ? "" : ` ${Number((100 * proportion).toPrecision(3))}%`}, seed ${seed}`;
