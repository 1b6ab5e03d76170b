import { type LayerBelow, quoted } from "@weightcast/dictionary";
import { FactorizedDense } from "./factorized-dense";

/**
 * Description of a dense factorized layer before training, for a dictionary of the layer above it, such as `priorCovariance`: its
 * dictionary's recipe, how its atoms were chosen, and the seed of its first V.
 *
 * @throws TypeError unless it is a layer of `factorizedDense`
 * @throws RangeError if no recipe gives its first weights again: its dictionary is learned from data, its basis is not the atoms, or
 *   it has a base
 */
export function layerBelow(layer: FactorizedDense): LayerBelow {
  if (!(layer instanceof FactorizedDense))
    throw new TypeError(`layerBelow: layer must be one of factorizedDense; got ${quoted(Object(layer).name)}`);
  const { recipe, rank, units, name: own } = layer;
  const refuse = (rule: string, got: unknown) => {
    throw new RangeError(
      `layerBelow: the first weights of layer ${own} must follow from recipes alone, so ${rule}; got ${quoted(got)}`,
    );
  };
  const { columns = 1, selection = "uniform", seed = 0, basis = "atoms", base } = layer.getConfig() as Config;
  if (recipe.learned) refuse("its dictionary must not be learned from data", recipe.name);
  if (basis !== "atoms") refuse('its basis must be "atoms"', basis);
  if (base !== undefined) refuse("it must have no base", base);
  const { name, domain, options } = recipe;
  return { dictionary: { name, domain, options }, rank, units, columns, selection, seed };
}

type Config = Pick<LayerBelow, "columns" | "selection" | "seed"> & { readonly basis?: string; readonly base?: string };
