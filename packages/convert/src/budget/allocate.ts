import type { LayerSensitivity, Sensitivity, SensitivityPoint } from "./sensitivity";

/** What each layer becomes: a point of its curve; a layer that is missing stays as it is. */
export type Allocation = ReadonlyMap<string, SensitivityPoint>;

/** Stage on the way from the model as it is to the smallest. */
export interface Stage {
  readonly allocation: Allocation;
  /** Numbers that a file holds, of layers that may change. */
  readonly stored: number;
  /** Sum of the layers' errors. */
  readonly error: number;
}

/**
 * Stages from the model as it is to the smallest one: each time the step is taken that adds least error for the numbers it saves,
 * along the lower convex hull of each layer's curve. Errors of layers are taken to add up, as they do if they are small and independent;
 * each stage is then the best of its size.
 */
export function stages({ layers }: Pick<Sensitivity, "layers">): readonly Stage[] {
  const hulls = layers.map((layer) => ({ path: layer.path, steps: hull(layer) }));
  const at = hulls.map(() => 0);
  const stage = (): Stage => {
    const chosen = hulls.map(({ path, steps }, i) => ({ path, step: steps[at[i]!]! }));
    return {
      allocation: new Map(chosen.flatMap(({ path, step }) => (step.point ? [[path, step.point] as const] : []))),
      stored: chosen.reduce((sum, { step }) => sum + step.stored, 0),
      error: chosen.reduce((sum, { step }) => sum + step.error, 0),
    };
  };
  const all = [stage()];
  for (;;) {
    let best: { readonly layer: number; readonly price: number } | undefined;
    for (const [layer, { steps }] of hulls.entries()) {
      const [now, next] = [steps[at[layer]!]!, steps[at[layer]! + 1]];
      if (!next) continue;
      const price = (next.error - now.error) / (now.stored - next.stored);
      if (!best || price < best.price) best = { layer, price };
    }
    if (!best) return all;
    at[best.layer]!++;
    all.push(stage());
  }
}

interface Step {
  readonly stored: number;
  readonly error: number;
  /** Undefined for the layer as it is. */
  readonly point?: SensitivityPoint;
}

/** Lower convex hull of a layer's curve, from the layer as it is to the fewest numbers. */
function hull({ weights, points }: LayerSensitivity): readonly Step[] {
  const steps: Step[] = [{ stored: weights, error: 0 }];
  for (const point of points.toSorted((a, b) => b.stored - a.stored || a.error - b.error)) {
    const step = { stored: point.stored, error: point.error, point };
    if (step.stored >= steps.at(-1)!.stored) continue;
    const slope = (a: Step, b: Step) => (b.error - a.error) / (a.stored - b.stored);
    while (steps.length > 1 && slope(steps.at(-2)!, steps.at(-1)!) >= slope(steps.at(-2)!, step)) steps.pop();
    steps.push(step);
  }
  return steps;
}
