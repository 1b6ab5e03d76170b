import {
  type Budget,
  checkBudget,
  costIn,
  type ExpectedStage,
  expectedOf,
  type LayerSensitivity,
  type Sensitivity,
  type Stage,
  stageFor,
  stages,
} from "@weightcast/convert/allocation";
import type { Candidate } from "./curves";

/** Limit of a factorized file: bytes of all its constants; or numbers of the factors, as a part of the weights that may change. */
export type NumbersBudget = Exclude<Budget, { readonly error: number }>;

/** Largest error of the outputs on samples held out, relative mean square. */
export type ErrorBudget = Extract<Budget, { readonly error: number }>;

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
export function checkNumbers(who: string, budget: NumbersBudget): void {
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
  budget: NumbersBudget,
  layers: readonly LayerSensitivity[],
  bytes: number,
): WithinBudget {
  const sensitivity = sensitivityOf(layers, bytes);
  const all = stages(sensitivity, costIn(budget));
  return madeOf(sensitivity, all, stageFor(who, sensitivity, all, budget));
}

/**
 * Ranks of the smallest file whose outputs have at most such an error, by bisection over the sizes that the weights' curves give.
 * @param bytes of all constants of the file
 * @param errorOf error of the whole file with such products, measured
 * @throws RangeError if no product is good enough
 */
export async function withinError(
  who: string,
  { error: most }: ErrorBudget,
  layers: readonly LayerSensitivity[],
  bytes: number,
  errorOf: (products: readonly FactorizedWeights[]) => Promise<number>,
): Promise<WithinBudget> {
  const sensitivity = sensitivityOf(layers, bytes);
  const all = stages(sensitivity, "stored");
  let [low, high] = [0, all.length - 1]; // the file as it is has no error
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((await errorOf(chosenBy(all[middle]!, layers))) <= most) low = middle;
    else high = middle - 1;
  }
  if (low === 0) throw new RangeError(`${who}: no weights can change with an error of at most ${most}; allow more`);
  return madeOf(sensitivity, all, all[low]!);
}

const sensitivityOf = (layers: readonly LayerSensitivity[], bytes: number): Sensitivity => ({
  layers,
  others: bytes / 4 - layers.reduce((sum, { weights }) => sum + weights, 0),
});

const madeOf = (sensitivity: Sensitivity, all: readonly Stage[], stage: Stage): WithinBudget => ({
  layers: chosenBy(stage, sensitivity.layers),
  sensitivity,
  stages: expectedOf(all),
});

/** Weights that a stage changes. */
const chosenBy = ({ allocation }: Stage, layers: readonly LayerSensitivity[]): FactorizedWeights[] =>
  layers.flatMap(({ path, weights }) => {
    const point = allocation.get(path);
    return point ? [{ path, weights, rank: point.rank, stored: point.stored, left: point.left }] : [];
  });

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
