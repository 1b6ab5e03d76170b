import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Order } from "@weightcast/core";
import { type Dictionary, dictionaries, type Fitting, type LayerBelow, rankOf } from "@weightcast/dictionary";
import type { LayerWeights, PredictableLayer } from "@weightcast/models";
import { type Json, type Matrix, sizeOf } from "@weightcast/types";
import { InterruptedError } from "../interrupted";
import { type PredictedSpec, takesFilters } from "../spec";
import { checkAtoms } from "./check-size";
import { chooseAtoms } from "./choose-atoms";
import { teacherFilters } from "./teacher-filters";

/** Sources of a layer's weights. */
export interface LayerSources {
  /** Samples of the layer's inputs; each call starts from the first again. */
  readonly samples: () => Iterable<Matrix>;
  /** Description of the layer below, for a dictionary that depends on it; undefined if there is none. */
  readonly below: () => LayerBelow | undefined;
  /** For a dictionary with random atoms whose options have no seed, and for the choice of atoms. */
  readonly seed: number;
  readonly order: Order;
  /** Trained network that has a layer of the same name, for a dictionary of its filters. */
  readonly teacher?: LayersModel | undefined;
  readonly fitting: Fitting;
}

/**
 * Weights of a predicted layer: its dictionary is made, its atoms are chosen.
 * @throws RangeError naming the layer, if its dictionary or its atoms can't be made
 */
export async function weightsOf(
  layer: PredictableLayer,
  spec: PredictedSpec,
  sources: LayerSources,
): Promise<LayerWeights> {
  const { kernel, filters } = layer;
  const { proportion } = spec;
  if (spec.weights === "low-rank") {
    const range = spec.start === "paper" ? { range: 0.1 } : {};
    return { kind: "low-rank", rank: lowRank(sizeOf(layer.input), filters, proportion), ...range };
  }
  return naming(layer, async () => {
    const { samples, seed, order } = sources;
    const { columns = 1, basis, mapActivation } = spec;
    const dictionary = await dictionaryFor(layer, spec, sources);
    const rank = rankOf({ proportion }, sizeOf(kernel), dictionary.size);
    const shared = spec.selection === "leading" || spec.selection === "energy";
    if (!dictionary.factors) checkAtoms(dictionary.name, sizeOf(kernel), rank * (shared ? 1 : columns));
    const selection = chooseAtoms(spec.selection, dictionary, { rank, columns, seed, samples });
    const weights = { kind: "factorized", dictionary, rank, columns, selection, ...(basis && { basis }) } as const;
    // Fixed filters come before what mixes their maps: there is no other order.
    return mapActivation ? { ...weights, mapActivation } : { ...weights, order };
  });
}

/** Inner dimension r at which r (n_v + n_h) is nearest to the proportion of n_v n_h. */
export const lowRank = (inputs: number, outputs: number, proportion: number): number =>
  Math.max(1, Math.round((proportion * inputs * outputs) / (inputs + outputs)));

async function dictionaryFor(
  layer: PredictableLayer,
  spec: Extract<PredictedSpec, { weights: "factorized" }>,
  { samples, below, seed, teacher, fitting }: LayerSources,
): Promise<Dictionary> {
  const { dictionary: name, options: written } = spec;
  const { kernel: domain } = layer;
  const module = dictionaries.get(name);
  const described = module.stacked ? (below() as Json | undefined) : undefined;
  const options = {
    ...(module.seeded && { seed }),
    ...(described !== undefined && { below: described }),
    ...(teacher && takesFilters(spec) ? Object(teacherFilters(layer, spec, teacher)) : written),
  };
  if (module.needs === "domain") return module.create({ domain }, options);
  try {
    return await module.create({ domain, batches: samples }, options, fitting);
  } catch (error) {
    throw fitting.signal?.aborted ? new InterruptedError() : error;
  }
}

/** Adds the layer's name and grid to the error of its dictionary. */
export async function naming<T>({ name, kernel }: PredictableLayer, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof RangeError || (error instanceof TypeError && !(error as { code?: unknown }).code))
      throw new RangeError(`layer ${name}, grid ${kernel.join(" × ")}: ${error.message}`, { cause: error });
    throw error;
  }
}
