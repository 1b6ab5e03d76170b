import { sizeOf } from "@weightcast/types";
import { checkNames, checkPositive, listed, type PlanOptions } from "./options";
import type { Activation, Connected, Plan } from "./plan";

/** Options of {@link mlpPlan}. */
export interface MlpOptions extends Omit<PlanOptions, "input"> {
  /**
   * Shape of one input, for instance an image's: [28, 28]. The network takes it flat, [784]; dictionaries of the first layer
   * are over this grid. @default [28, 28]
   */
  readonly input?: readonly number[];
  /** Units of the hidden layers, from the input on. @default [500, 500], the paper's */
  readonly hidden?: readonly number[];
  /** Activation function of the hidden layers. @default "sigmoid", the paper's */
  readonly activation?: Activation;
}

/**
 * Multilayer perceptron; with its defaults the paper's MNIST network (Denil et al. 2013, §4.1): 784–500–500–10, sigmoid units,
 * 642,000 weights in the hidden layers. Input [prod(input)], output [classes]: logits.
 *
 * Predictable: `hidden_1`, `hidden_2`, …: all layers except `logits`.
 * @throws RangeError unless all sizes are positive integers and there is a hidden layer
 */
export function mlpPlan(options: MlpOptions = {}): Plan {
  checkNames("mlp", options, ["input", "hidden", "classes", "activation"]);
  const { input = [28, 28], hidden = [500, 500], classes = 10, activation = "sigmoid" } = options;
  if (!Array.isArray(input) || input.length === 0 || !input.every((size) => Number.isInteger(size) && size > 0))
    throw new RangeError(`mlp: input must be positive integers such as [28, 28]; got ${listed(input)}`);
  if (!Array.isArray(hidden))
    throw new RangeError(
      `mlp: hidden must be the units of each layer, such as [500, 500]; got ${JSON.stringify(hidden)}`,
    );
  if (hidden.length === 0) throw new RangeError("mlp: hidden must hold the units of at least one layer; got []");
  for (const units of hidden) checkPositive("mlp", "units", units);
  checkPositive("mlp", "classes", classes);
  return {
    name: "mlp",
    input: [sizeOf(input)],
    activation,
    start: "glorot",
    parts: [
      ...hidden.map(
        (units, index): Connected => ({
          kind: "connected",
          name: `hidden_${index + 1}`,
          units,
          activated: true,
          ...(index === 0 && { grid: input }),
        }),
      ),
      { kind: "connected", name: "logits", units: classes, logits: true },
    ],
  };
}
