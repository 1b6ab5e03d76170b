import { layersBy, layersOf, type RunInput, type RunSpec } from "@weightcast/runs/spec";
import { overSeeds } from "../../grid";
import type { Fig4Options } from "../fig4/runs";

/** Options of {@link pretraining}: those of `fig4`, and how long layers are pre-trained. */
export type PretrainingOptions = Omit<Fig4Options, "preset" | "methods"> & {
  /** Passes over the images for each layer; several are compared. @default [5] */
  readonly pretrainingEpochs?: readonly number[];
};

/**
 * Runs whose second layer has a dictionary made from the activations of a first layer that was pre-trained as an autoencoder,
 * as in the paper, runs in which that first layer was not trained (Denil et al. 2013, §2.3 and §4.1), and runs that keep only the dictionary
 * and train from random weights; and the dense network with and without pre-training.
 * @param options `proportions` default to [0.0455], `seeds` to [1, 2, 3]
 * @throws RangeError naming a wrong option
 */
export function pretraining(options: PretrainingOptions = {}): RunSpec[] {
  const { proportions = [0.0455], seeds = [1, 2, 3], columns = 10, epochs = 10, train } = options;
  const { pretrainingEpochs = [5] } = options;
  const model = "mlp";
  const run = (method: string, proportion: number) => ({
    label: method,
    data: { name: "mnist", ...(train !== undefined && { train }) },
    network: { model, layers: layersBy(method, layersOf({ model }), { proportion, columns }) } as const,
    training: { epochs },
  });
  const predicted = ["SE-Emp", "SE-Emp2"].flatMap((method) => proportions.map((p) => run(method, p)));
  const length = (n: number) => (pretrainingEpochs.length > 1 ? ` ${n}` : "");
  const variants = [run("nokernel", 1), ...predicted].flatMap((one): (RunInput & { label: string })[] => [
    one,
    ...pretrainingEpochs.flatMap((n) => [
      { ...one, label: `${one.label}, pre-trained${length(n)}`, pretraining: { epochs: n } },
      // A dense layer has no dictionary.
      ...(predicted.includes(one)
        ? [
            {
              ...one,
              label: `${one.label}, dictionary only${length(n)}`,
              pretraining: { epochs: n, weights: false },
            },
          ]
        : []),
    ]),
  ]);
  return overSeeds("pretraining", variants, seeds);
}
