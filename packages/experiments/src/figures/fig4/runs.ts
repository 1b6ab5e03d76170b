import { perceptronMethods, type RunSpec } from "@weightcast/runs/spec";
import { grid } from "../../grid";
import { paperProportions } from "./paper";

/** Methods of Figure 4, and DCT-Emp, wavelet-Emp, Emp-Emp and SE-SE of ours. */
export const fig4Methods = perceptronMethods;

/** Options of {@link fig4}. */
export interface Fig4Options {
  /**
   * `quick`: four methods at one proportion with one seed, in minutes. `full`: every method over the paper's grid of
   * proportions with three seeds.
   */
  readonly preset: "quick" | "full";
  /** @default nokernel, SE-Emp, RandFixU and RandCon for `quick`; all for `full` */
  readonly methods?: readonly (typeof fig4Methods)[number][];
  /** Learned shares of the weights of the predicted layers. @default [0.05] for `quick`; the paper's 20 for `full` */
  readonly proportions?: readonly number[];
  /** J. @default 10, the paper's */
  readonly columns?: number;
  /** Passes over the training images. @default 10 */
  readonly epochs?: number;
  /** Number of training images. @default all */
  readonly train?: number;
  /** @default [1] for `quick`; [1, 2, 3] for `full` */
  readonly seeds?: readonly number[];
}

const presets = {
  quick: { methods: ["nokernel", "SE-Emp", "RandFixU", "RandCon"], proportions: [0.05], seeds: [1] },
  full: { methods: fig4Methods, proportions: paperProportions, seeds: [1, 2, 3] },
} as const;

/**
 * Runs of Figure 4, left (Denil et al. 2013, §4.1): MNIST, 784–500–500–10, sigmoid, both hidden layers predicted.
 * Every method is trained alike, with the defaults of `resolveRun`, except LowRank at half the rate, because it diverges at
 * that of the others. The dense network has no proportion: one run per seed.
 * In the order of seeds, then proportions, then methods.
 * @throws RangeError naming a wrong option
 */
export function fig4(options: Fig4Options): RunSpec[] {
  const preset = presets[options.preset];
  const { methods = preset.methods, proportions = preset.proportions, seeds = preset.seeds } = options;
  const { columns = 10, epochs = 10, train } = options;
  const data = { name: "mnist", ...(train !== undefined && { train }) };
  return grid({ figure: "fig4", model: "mlp", data, training: { epochs }, columns }, { methods, proportions, seeds });
}
