import { layersBy, layersOf, type RunSpec } from "@weightcast/runs/spec";
import { overSeeds } from "../../grid";
import type { Fig4Options } from "../fig4/runs";

/** Options of {@link choices}: those of `fig4`. */
export type ChoicesOptions = Omit<Fig4Options, "preset" | "methods">;

/** Ways to choose the coordinates α of kernel ridge regression. */
const selections = ["uniform", "leverage", "farthest-point", "pivoted-cholesky"] as const;

/**
 * Runs of the paper's SE-Emp that choose the coordinates α of both layers in other ways than uniformly at random, and of the
 * uniform choice.
 * @param options `proportions` default to [0.0255, 0.0455, 0.0985], `seeds` to [1, 2, 3]
 * @throws RangeError naming a wrong option
 */
export function choices(options: ChoicesOptions = {}): RunSpec[] {
  const { proportions = [0.0255, 0.0455, 0.0985], seeds = [1, 2, 3], columns = 10, epochs = 10, train } = options;
  const model = "mlp";
  const hidden = layersOf({ model });
  const runs = proportions.flatMap((proportion) =>
    selections.map((selection) => {
      const layers = Object.entries(layersBy("SE-Emp", hidden, { proportion, columns }));
      return {
        label: selection === "uniform" ? "SE-Emp" : `SE-Emp, ${selection}`,
        data: { name: "mnist", ...(train !== undefined && { train }) },
        network: { model, layers: Object.fromEntries(layers.map(([name, layer]) => [name, { ...layer, selection }])) },
        training: { epochs },
      } as const;
    }),
  );
  return overSeeds("choices", runs, seeds);
}
