import type { RunSpec } from "@weightcast/runs/spec";
import { grid } from "../../grid";
import type { Fig4Options } from "../fig4/runs";

/** Options of {@link secondLayer}: those of `fig4`. */
export type SecondLayerOptions = Omit<Fig4Options, "preset" | "methods">;

/** From what the model's file has most of to what it has least of: U₂ of ten columns, of two, and none. */
const methods = ["SE-Emp", "SE-Emp:2", "SE-Prior", "SE-Prior:2"] as const;

/**
 * Runs of the paper's SE-Emp, whose second layer has a covariance made from data, so that its U is stored; and of networks that
 * store less: two columns instead of ten in the second layer, and a covariance that a recipe recreates.
 * @param options `proportions` default to [0.05], `seeds` to [1, 2, 3]
 * @throws RangeError naming a wrong option
 */
export function secondLayer(options: SecondLayerOptions = {}): RunSpec[] {
  const { proportions = [0.05], seeds = [1, 2, 3], columns = 10, epochs = 10, train } = options;
  const data = { name: "mnist", ...(train !== undefined && { train }) };
  return grid(
    { figure: "second-layer", model: "mlp", data, training: { epochs }, columns },
    { methods, proportions, seeds },
  );
}
