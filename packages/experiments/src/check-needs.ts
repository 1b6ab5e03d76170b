import { dictionaries } from "@weightcast/dictionary";
import { predictedLayers } from "./predicted-layers";
import type { RunSpec } from "./spec";

/**
 * Sees, before any data is loaded, that the dictionaries of a run are registered, and such as its layers can have.
 * @throws RangeError naming the dictionary
 */
export function checkNeeds(spec: Pick<RunSpec, "hidden" | "network">): void {
  for (const layer of predictedLayers(spec)) {
    if (layer.weights !== "factorized") continue;
    const { needs } = dictionaries.get(layer.dictionary);
    if (spec.network && needs !== "domain")
      throw new RangeError(`layer ${layer.name}: ${fromSamples(layer.dictionary)}`);
  }
}

/** Why a layer of a network can't have a dictionary. */
export const fromSamples = (dictionary: string): string =>
  `dictionary ${dictionary} is made from samples, which networks do not have yet; take one made from the domain, such as kernel`;
