import { checkSelection, type DictionaryModule, dictionaries } from "@weightcast/dictionary";
import type { PredictableLayer } from "@weightcast/models/plans";
import { filtersName, layersOf, type PredictedSpec, predictedLayers, type RunSpec, takesFilters } from "../spec";

/**
 * Checks, before any data is loaded, that the dictionaries of a run are registered, offer the choices of atoms that it names, and
 * can know what they need of the layer below or of a teacher.
 * @throws RangeError naming the layer, and the dictionary or the choice
 */
export function checkNeeds({ network, teacher }: Pick<RunSpec, "network" | "teacher">): void {
  const layers = layersOf(network);
  for (const layer of predictedLayers({ network })) {
    if (layer.weights !== "factorized") continue;
    const module = dictionaries.get(layer.dictionary);
    checkSelection(`layer ${layer.name}`, layer.selection, module);
    if (takesFilters(layer) && !teacher)
      throw new RangeError(
        `layer ${layer.name}: dictionary "${filtersName}" needs atoms, which principalFilters makes, or a teacher, whose filters it takes; name one in the run's field teacher, or by --teacher FILE`,
      );
    const index = layers.findIndex(({ name }) => name === layer.name);
    const below = layers[index - 1];
    if (module.stacked && below && layer.options.below === undefined)
      checkBelow(module, layers[index]!, below, network.layers[below.name]);
  }
}

/** @throws RangeError unless the first weights of the layer below follow from recipes alone */
function checkBelow(
  { name }: DictionaryModule,
  layer: PredictableLayer,
  below: PredictableLayer,
  spec: PredictedSpec | undefined,
): void {
  const needs = `layer ${layer.name}: dictionary "${name}" computes the first weights of the layer below again, so ${below.name} must`;
  if (layer.input.length > 1 || below.input.length > 1)
    throw new RangeError(`${needs} be a fully connected layer with a flat input, as in mlp`);
  if (spec?.weights !== "factorized")
    throw new RangeError(`${needs} be factorized, too; it is ${spec?.weights ?? "dense"}`);
  if (dictionaries.get(spec.dictionary).traits?.learned)
    throw new RangeError(`${needs} have a dictionary that is not learned from data; got "${spec.dictionary}"`);
  if (spec.basis !== undefined && spec.basis !== "atoms")
    throw new RangeError(`${needs} have the basis "atoms"; got "${spec.basis}"`);
}
