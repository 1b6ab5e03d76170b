import {
  type Budget,
  checkBudget,
  costIn,
  type ExpectedStage,
  expectedOf,
  type LayerSensitivity,
  type Sensitivity,
  stageFor,
  stages,
} from "@weightcast/convert/allocation";
import type { Candidate } from "./curves";

/** Limit of a factorized file: bytes of all its constants; or numbers of the factors, as a part of the weights that may change. */
export type FactorizeBudget = Exclude<Budget, { readonly error: number }>;

/** Weights that became a product. */
export interface FactorizedWeights {
  /** Name of the tensor. */
  readonly path: string;
  readonly rank: number;
  /** Numbers of W, and those that the file holds instead. */
  readonly weights: number;
  readonly stored: number;
  /** Part of the outputs' mean square that is left over; of the weights' square sum, if nothing is known of the inputs. */
  readonly left: number;
}

/** What a budget makes of weights. */
export interface WithinBudget {
  readonly layers: readonly FactorizedWeights[];
  readonly sensitivity: Sensitivity;
  /** What other budgets would give by the curves, from the file as it is to the smallest. */
  readonly stages: readonly ExpectedStage[];
}

/** @throws RangeError unless it is a budget of numbers */
export function checkNumbers(who: string, budget: FactorizeBudget): void {
  checkBudget(who, budget);
  if ("error" in budget)
    throw new RangeError(`${who}: the budget must be { bytes } or { learned }; got ${JSON.stringify(budget)}`);
}

/**
 * Ranks within a budget, from the weights' curves.
 * @param bytes of all constants of the file
 * @throws RangeError if the budget is above what the file has, or below what products of rank 1 need
 */
export function withinBudget(
  who: string,
  budget: FactorizeBudget,
  layers: readonly LayerSensitivity[],
  bytes: number,
): WithinBudget {
  const others = bytes / 4 - layers.reduce((sum, { weights }) => sum + weights, 0);
  const sensitivity = { layers, others };
  const all = stages(sensitivity, costIn(budget));
  const { allocation } = stageFor(who, sensitivity, all, budget);
  return {
    layers: layers.flatMap(({ path, weights }) => {
      const point = allocation.get(path);
      return point ? [{ path, weights, rank: point.rank, stored: point.stored, left: point.left }] : [];
    }),
    ...{ sensitivity, stages: expectedOf(all) },
  };
}

/** Products of the chosen ranks, by path. */
export function productsOf(
  candidates: readonly Candidate[],
  layers: readonly Pick<FactorizedWeights, "path" | "rank">[],
): ReadonlyMap<string, Product> {
  const byPath = new Map(candidates.map((candidate) => [candidate.site.path, candidate]));
  return new Map(
    layers.map(({ path, rank }) => {
      const { site, factors } = byPath.get(path)!;
      return [path, { rank, inputs: site.inputs, outputs: site.weights.length / site.inputs, ...factors.at(rank) }];
    }),
  );
}

/** W ≈ U V: U [inputs, rank], V [rank, outputs], row-major. */
export interface Product {
  readonly rank: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly u: Float64Array;
  readonly v: Float64Array;
}
