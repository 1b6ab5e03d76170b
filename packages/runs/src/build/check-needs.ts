import { checkSelection, dictionaries } from "@weightcast/dictionary";
import { predictedLayers, type RunSpec } from "../spec";

/**
 * Checks, before any data is loaded, that the dictionaries of a run are registered and offer the choices of atoms that it
 * names.
 * @throws RangeError naming the layer, and the dictionary or the choice
 */
export function checkNeeds(spec: Pick<RunSpec, "network">): void {
  for (const layer of predictedLayers(spec))
    if (layer.weights === "factorized")
      checkSelection(`layer ${layer.name}`, layer.selection, dictionaries.get(layer.dictionary));
}
