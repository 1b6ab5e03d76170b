import { hiddenLayers, type Method } from "./methods";
import { type RunInput, type RunSpec, resolveRun } from "./spec";

/** Options of {@link fig4}. */
export interface Fig4Options {
  /** `quick`: one proportion, a few epochs, one seed: the front door. */
  readonly preset: "quick";
  /** @default nokernel, SE-Emp, RandFixU, RandCon */
  readonly methods?: readonly Method[];
  /** Learned share of the weights of the predicted layers. @default 0.05 */
  readonly proportion?: number;
  /** J. @default 10, the paper's */
  readonly columns?: number;
  /** Passes through the training images. @default 10 */
  readonly epochs?: number;
  /** Training images. @default all */
  readonly train?: number;
  /** @default 1 */
  readonly seed?: number;
}

/**
 * The runs of Figure 4, left (Denil et al. 2013, §4.1): MNIST, 784–500–500–10, sigmoid, both hidden
 * layers predicted. Every method is trained alike, as `resolveRun` has it by default.
 */
export function fig4(options: Fig4Options): RunSpec[] {
  const {
    methods = ["nokernel", "SE-Emp", "RandFixU", "RandCon"],
    proportion = 0.05,
    columns = 10,
    epochs = 10,
  } = options;
  const { train, seed = 1 } = options;
  return methods.map((method) => {
    const run: RunInput = {
      label: method,
      data: { name: "mnist", ...(train !== undefined && { train }) },
      hidden: hiddenLayers(method, proportion, columns),
      training: { epochs },
      seed,
    };
    return resolveRun(run, `fig4 ${method}`);
  });
}
