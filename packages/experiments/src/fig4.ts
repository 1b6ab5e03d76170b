import { methods as every, hiddenLayers, type Method } from "./methods";
import { paperFig4 } from "./paper-fig4";
import { type RunInput, type RunSpec, resolveRun } from "./spec";

/** Options of {@link fig4}. */
export interface Fig4Options {
  /**
   * `quick`: four methods at one proportion, one seed: the front door. `full`: every method over the paper's grid of
   * proportions, three seeds.
   */
  readonly preset: "quick" | "full";
  /** @default of `quick`: nokernel, SE-Emp, RandFixU, RandCon; of `full`: all */
  readonly methods?: readonly Method[];
  /** Learned shares of the weights of the predicted layers. @default of `quick`: [0.05]; of `full`: `paperFig4.proportions` */
  readonly proportions?: readonly number[];
  /** J. @default 10, the paper's */
  readonly columns?: number;
  /** Passes through the training images. @default 10 */
  readonly epochs?: number;
  /** Training images. @default all */
  readonly train?: number;
  /** @default of `quick`: [1]; of `full`: [1, 2, 3] */
  readonly seeds?: readonly number[];
}

const presets = {
  quick: { methods: ["nokernel", "SE-Emp", "RandFixU", "RandCon"], proportions: [0.05], seeds: [1] },
  full: { methods: every, proportions: paperFig4.proportions, seeds: [1, 2, 3] },
} as const;

/**
 * The runs of Figure 4, left (Denil et al. 2013, §4.1): MNIST, 784–500–500–10, sigmoid, both hidden layers predicted.
 * Every method is trained alike, as `resolveRun` has it by default, but for LowRank at half the rate, because it diverges at
 * the others'. The dense network has no proportion: one run a seed.
 * In the order of seeds, then proportions, then methods.
 */
export function fig4(options: Fig4Options): RunSpec[] {
  const preset = presets[options.preset];
  const { methods = preset.methods, proportions = preset.proportions, seeds = preset.seeds } = options;
  const { columns = 10, epochs = 10, train } = options;
  const run = (method: Method, proportion: number, seed: number): RunSpec => {
    const input: RunInput = {
      label: method,
      data: { name: "mnist", ...(train !== undefined && { train }) },
      hidden: hiddenLayers(method, proportion, columns),
      training: { epochs },
      seed,
    };
    return resolveRun(input, `fig4 ${method}`);
  };
  return seeds.flatMap((seed) =>
    proportions.flatMap((proportion, i) =>
      methods.filter((method) => method !== "nokernel" || i === 0).map((method) => run(method, proportion, seed)),
    ),
  );
}
