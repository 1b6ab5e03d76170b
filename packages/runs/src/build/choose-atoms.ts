import type { IndexSets } from "@weightcast/core";
import { byEnergy, checkSelection, type Dictionary, dictionaries, type Selection } from "@weightcast/dictionary";
import type { Matrix } from "@weightcast/types";

/** Inputs of a choice of atoms. */
export interface Choice {
  /** n_α, atoms in each column. */
  readonly rank: number;
  /** J */
  readonly columns: number;
  readonly seed: number;
  /** Samples of the layer's inputs. */
  readonly samples: () => Iterable<Matrix>;
}

/**
 * A layer's atoms by the name of the choice in a specification: left to the layer if it only takes a seed (`uniform`,
 * `leading`), otherwise the index sets. Names beyond `uniform`, `leading` and `energy` are the dictionary module's own
 * selections.
 * @throws RangeError if the dictionary lacks what the choice needs
 */
export function chooseAtoms(name: string, dictionary: Dictionary, choice: Choice): Selection | IndexSets {
  const { rank, columns, seed, samples } = choice;
  const { selections = {} } = dictionaries.get(dictionary.name);
  checkSelection(dictionary.name, name, { ...dictionary, selections });
  if (name === "uniform" || name === "leading") return name;
  if (name === "energy") {
    const chosen = byEnergy(dictionary, samples, rank);
    return Array.from({ length: columns }, () => chosen);
  }
  return selections[name]!(dictionary, rank, { seed, columns });
}
