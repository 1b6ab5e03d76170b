import { type Cost, type Stage, stageWithin } from "./allocate";
import type { Sensitivity } from "./curve";

/**
 * Limit of a compressed model: `learned`, the numbers of V in the layers that may change, as a part of their weights, as in the paper; `bytes` of all
 * weights as float32, atoms that a file must hold included; or `error`, the largest error on samples that the fit has not seen.
 */
export type Budget = { readonly bytes: number } | { readonly learned: number } | { readonly error: number };

/** What a budget would give by the sensitivity curves. */
export interface ExpectedStage {
  /** Numbers of the layers that may change: those of V for a budget `{ learned }`, otherwise those that a file holds. */
  readonly cost: number;
  /** Sum of the layers' errors of the model's outputs, relative mean squares. */
  readonly error: number;
}

/** What the stages would give. */
export const expectedOf = (all: readonly Stage[]): readonly ExpectedStage[] =>
  all.map(({ cost, error }) => ({ cost, error }));

/** @throws RangeError unless the budget is one of the three */
export function checkBudget(who: string, budget: Budget): void {
  const [[name, value] = ["", 0], ...more] = Object.entries(budget);
  const most = name === "learned" ? 1 : Infinity;
  if (more.length > 0 || !["bytes", "learned", "error"].includes(name) || !(value > 0 && value < most))
    throw new RangeError(
      `${who}: the budget must be { bytes } above 0, { learned } in (0, 1) or { error } above 0; got ${JSON.stringify(budget)}`,
    );
}

/** What a budget limits; that of the error is met by the fewest numbers that are stored. */
export const costIn = (budget: Budget): Cost => ("learned" in budget ? "learned" : "stored");

/**
 * Stage within a budget of numbers.
 * @throws RangeError if the budget is above the model as it is, or below the smallest stage
 */
export function stageFor(
  who: string,
  sensitivity: Sensitivity,
  all: readonly Stage[],
  budget: Exclude<Budget, { error: number }>,
): Stage {
  const { layers, others } = sensitivity;
  const weights = layers.reduce((sum, layer) => sum + layer.weights, 0);
  const most = "bytes" in budget ? budget.bytes / 4 - others : budget.learned * weights;
  const shown = (stored: number) =>
    "bytes" in budget ? `${Math.ceil(4 * (stored + others))} bytes` : (stored / weights).toPrecision(3);
  if (most >= weights)
    throw new RangeError(`${who}: the budget must be below ${shown(weights)}, what the model has as it is`);
  const stage = stageWithin(sensitivity, all, costIn(budget), most);
  if (!stage)
    throw new RangeError(
      `${who}: the budget must be at least ${shown(all.at(-1)!.cost)}, with the fewest atoms in each of the layers that may change; got ${JSON.stringify(budget)}`,
    );
  return stage;
}
