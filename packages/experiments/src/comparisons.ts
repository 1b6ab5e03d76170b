import type { Fig4Options } from "./fig4";
import { hiddenLayers } from "./methods";
import { type RunInput, type RunSpec, resolveRun, type SelectionName } from "./spec";

/** Options of {@link choices} and {@link pretraining}: those of `fig4`. */
export type ComparisonOptions = Omit<Fig4Options, "preset" | "methods">;

/** Ways to choose the coordinates α of kernel ridge regression. */
const ofKernels = [
  "uniform",
  "leverage",
  "farthest-point",
  "pivoted-cholesky",
] as const satisfies readonly SelectionName[];

/**
 * The paper's SE-Emp with its coordinates α chosen otherwise than uniformly, in both layers, beside the uniform choice.
 * @param options `proportions` default to [0.0255, 0.0455, 0.0985], `seeds` to [1, 2, 3]
 */
export function choices(options: ComparisonOptions = {}): RunSpec[] {
  const { proportions = [0.0255, 0.0455, 0.0985], columns } = options;
  return compare(
    options,
    proportions.flatMap((proportion) =>
      ofKernels.map((selection) => ({
        label: selection === "uniform" ? "SE-Emp" : `SE-Emp, ${selection}`,
        hidden: hiddenLayers("SE-Emp", proportion, columns).map((layer) => ({ ...layer, selection })),
      })),
    ),
  );
}

/**
 * Dictionaries of the second layer made from the activations of a first layer that was pre-trained as an autoencoder,
 * as the paper does, beside those of an untrained one (Denil et al. 2013, §2.3 and §4.1); and the dense network.
 * @param options `proportions` default to [0.0455], `seeds` to [1, 2, 3]
 */
export function pretraining(options: ComparisonOptions = {}): RunSpec[] {
  const { proportions = [0.0455], columns } = options;
  const layers = (["SE-Emp", "SE-Emp2"] as const).flatMap((method) =>
    proportions.map((proportion) => ({ label: method, hidden: hiddenLayers(method, proportion, columns) })),
  );
  const all = [{ label: "nokernel", hidden: hiddenLayers("nokernel", 1) }, ...layers];
  return compare(
    options,
    all.flatMap((run) => [run, { ...run, label: `${run.label}, pre-trained`, pretraining: {} }]),
  );
}

function compare(
  { seeds = [1, 2, 3], epochs = 10, train }: ComparisonOptions,
  runs: readonly Pick<RunInput, "label" | "hidden" | "pretraining">[],
): RunSpec[] {
  const data = { name: "mnist", ...(train !== undefined && { train }) };
  return seeds.flatMap((seed) =>
    runs.map((run) => resolveRun({ ...run, data, training: { epochs }, seed }, run.label)),
  );
}
