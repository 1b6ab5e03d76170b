import type { LayersModel, layers } from "@tensorflow/tfjs-layers";
import { type FactorizedLayer, isFactorized, LowRankDense } from "@weightcast/core";
import { rankOf } from "@weightcast/dictionary";
import { assemble, type PredictableLayer, predictable } from "@weightcast/models";
import type { Plan } from "@weightcast/models/plans";
import { sizeOf } from "@weightcast/types";
import { lowRank } from "../build/layer-weights";
import type { NetworkSpec, PredictedSpec } from "../spec";
import { canonical } from "../spec/canonical";

/**
 * How a model differs from a run's network, in words that complete "it …"; undefined if it does not. Compared are the inputs, the
 * layers with weights (names, outputs, activations), and how the weights of each are made.
 * @param options whether options of dictionaries are compared, too: a recipe may write them in another form than the run did
 */
export function differenceFrom(
  plan: Plan,
  { layers: predicted }: NetworkSpec,
  model: LayersModel,
  options: "compare" | "trust" = "compare",
): string | undefined {
  const expected = assemble(plan);
  try {
    const own = shapeText(model.inputs[0]?.shape);
    if (shapeText(expected.inputs[0]!.shape) !== own)
      return `takes inputs of ${own}, not ${shapeText(expected.inputs[0]!.shape)}`;
    const found = new Map(weighted(model).map((layer) => [layer.name, layer]));
    const names = weighted(expected).map(({ name }) => name);
    if ([...found.keys()].sort().join() !== [...names].sort().join())
      return `has the layers ${[...found.keys()].join(", ")}, not ${names.join(", ")}`;
    for (const layer of weighted(expected)) {
      const other = found.get(layer.name)!;
      const outputs = [layer, other].map((one) => (one.outputShape as number[]).at(-1));
      if (outputs[0] !== outputs[1]) return `has ${outputs[1]} outputs in layer ${layer.name}, not ${outputs[0]}`;
      const activations = [layer, other].map(activationOf);
      if (activations[0] !== activations[1])
        return `has the activation ${activations[1]} in layer ${layer.name}, not ${activations[0]}`;
    }
    for (const layer of predictable(plan)) {
      const difference = weightsDiffer(layer, predicted[layer.name], found.get(layer.name)!, options);
      if (difference !== undefined) return difference;
    }
    return undefined;
  } finally {
    expected.dispose();
  }
}

const weighted = ({ layers }: LayersModel): layers.Layer[] => layers.filter(({ weights }) => weights.length > 0);

const shapeText = (shape: readonly (number | null)[] | undefined): string => (shape ?? []).slice(1).join(" × ");

const activationOf = (layer: layers.Layer): unknown => layer.getConfig().activation ?? "linear";

function weightsDiffer(
  { name, input, kernel, filters }: PredictableLayer,
  spec: PredictedSpec | undefined,
  layer: layers.Layer,
  options: "compare" | "trust",
): string | undefined {
  const how = isFactorized(layer) ? `by ${layer.recipe.name}` : layer instanceof LowRankDense ? "low-rank" : "dense";
  const wanted = !spec ? "dense" : spec.weights === "low-rank" ? "low-rank" : `by ${spec.dictionary}`;
  if (how !== wanted) return `has layer ${name} ${how}, not ${wanted}`;
  if (layer instanceof LowRankDense && spec) {
    const rank = lowRank(sizeOf(input), filters, spec.proportion);
    return layer.rank === rank ? undefined : `has rank ${layer.rank} in layer ${name}, not ${rank}`;
  }
  if (!isFactorized(layer) || spec?.weights !== "factorized") return undefined;
  const rank = rankOf({ proportion: spec.proportion }, sizeOf(kernel), layer.recipe.size);
  if (layer.rank !== rank) return `learns ${layer.rank} atoms in each column of layer ${name}, not ${rank}`;
  const { columns = 1, selection } = spec;
  const isShared = selection === "leading" || selection === "energy"; // then all columns would take the same
  if (!isShared && layer.columns !== columns) return `has ${layer.columns} columns in layer ${name}, not ${columns}`;
  const { mapActivation: between = "none" } = spec;
  const own = String(layer.getConfig().mapActivation ?? "none");
  if (own !== between) return `has ${own} as mapActivation in layer ${name}, not ${between}`;
  return options === "trust" ? undefined : optionsDiffer(name, spec, layer);
}

/** How the options of a layer's dictionary differ from a run's. */
function optionsDiffer(
  name: string,
  spec: Extract<PredictedSpec, { weights: "factorized" }>,
  layer: FactorizedLayer,
): string | undefined {
  const own = Object(layer.recipe.options) as Readonly<Record<string, unknown>>;
  const other = Object.entries(spec.options).find(([key, value]) => canonical(own[key] ?? null) !== canonical(value));
  return other && `has ${other[0]} ${canonical(own[other[0]] ?? null)} in layer ${name}, not ${canonical(other[1])}`;
}
