import type { LayerSensitivity, Sensitivity, SensitivityPoint } from "./curve";

/** What each layer becomes: a point of its curve; a layer that is missing stays as it is. */
export type Allocation = ReadonlyMap<string, SensitivityPoint>;

/** Stage on the way from the model as it is to the smallest. */
export interface Stage {
  readonly allocation: Allocation;
  /** Cost of the layers that may change. */
  readonly cost: number;
  /** Sum of the layers' errors. */
  readonly error: number;
}

/** What is saved: numbers that are learned, or numbers that a file holds. */
export type Cost = "learned" | "stored";

/**
 * Stages from the model as it is to the smallest one: each time the step is taken that adds least error for the numbers it saves,
 * along the lower convex hull of each layer's curve. Errors of layers are taken to add up, as they do if they are small and independent;
 * each stage is then the best of its size.
 */
export function stages({ layers }: Pick<Sensitivity, "layers">, costOf: Cost): readonly Stage[] {
  const hulls = layers.map((layer) => ({ path: layer.path, steps: hull(layer, costOf) }));
  const at = hulls.map(() => 0);
  const stage = (): Stage => {
    const chosen = hulls.map(({ path, steps }, i) => ({ path, step: steps[at[i]!]! }));
    return {
      allocation: new Map(chosen.flatMap(({ path, step }) => (step.point ? [[path, step.point] as const] : []))),
      cost: chosen.reduce((sum, { step }) => sum + step.cost, 0),
      error: chosen.reduce((sum, { step }) => sum + step.error, 0),
    };
  };
  const all = [stage()];
  for (;;) {
    let best: { readonly layer: number; readonly price: number } | undefined;
    for (const [layer, { steps }] of hulls.entries()) {
      const [now, next] = [steps[at[layer]!]!, steps[at[layer]! + 1]];
      if (!next) continue;
      const price = (next.error - now.error) / (now.cost - next.cost);
      if (!best || price < best.price) best = { layer, price };
    }
    if (!best) return all;
    at[best.layer]!++;
    all.push(stage());
  }
}

/**
 * Stage within a budget. The first that is small enough can be far below it, because corners of a curve are far apart; so it is
 * the stage before with the one change of one layer that is enough and adds least error.
 * @returns undefined if no stage is small enough
 */
export function stageWithin(
  { layers }: Pick<Sensitivity, "layers">,
  all: readonly Stage[],
  costOf: Cost,
  most: number,
): Stage | undefined {
  const index = all.findIndex(({ cost }) => cost <= most);
  let best = all[index];
  const before = all[index - 1];
  if (!best || !before) return best;
  for (const { path, weights, points } of layers) {
    const now = before.allocation.get(path);
    for (const point of points) {
      const cost = before.cost - (now?.[costOf] ?? weights) + point[costOf];
      const error = before.error - (now?.error ?? 0) + point.error;
      if (cost <= most && error < best.error)
        best = { allocation: new Map(before.allocation).set(path, point), cost, error };
    }
  }
  return best;
}

interface Step {
  readonly cost: number;
  readonly error: number;
  /** Undefined for the layer as it is. */
  readonly point?: SensitivityPoint;
}

/** Lower convex hull of a layer's curve, from the layer as it is to the least cost. */
function hull({ weights, points }: LayerSensitivity, costOf: Cost): readonly Step[] {
  const steps: Step[] = [{ cost: weights, error: 0 }];
  const slope = (a: Step, b: Step) => (b.error - a.error) / (a.cost - b.cost);
  for (const point of points.toSorted((a, b) => b[costOf] - a[costOf] || a.error - b.error)) {
    const step = { cost: point[costOf], error: point.error, point };
    if (step.cost >= steps.at(-1)!.cost) continue;
    while (steps.length > 1 && slope(steps.at(-2)!, steps.at(-1)!) >= slope(steps.at(-2)!, step)) steps.pop();
    steps.push(step);
  }
  return steps;
}
