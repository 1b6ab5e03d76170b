import type { IndexSets } from "@weightcast/core";
import { byEnergy, type Dictionary, type Matrix, type Selection } from "@weightcast/dictionary";
import { farthestPoint, type KernelRidge, leverage, pivotedCholesky } from "@weightcast/dictionary-kernel";
import type { SelectionName } from "./spec";

/** What a choice of atoms depends on. */
export interface Choice {
  /** n_α, atoms in each column. */
  readonly rank: number;
  /** J */
  readonly columns: number;
  readonly seed: number;
  /** Samples of what the layer is given. */
  readonly samples: () => Iterable<Matrix>;
}

const ofKernels = { leverage, "farthest-point": farthestPoint, "pivoted-cholesky": pivotedCholesky } as const;

/**
 * A layer's choice of atoms by its name in a specification: left to the layer where it only takes a seed, otherwise the
 * index sets.
 * @throws RangeError if the dictionary has not what the choice needs
 */
export function chooseAtoms(name: SelectionName, dictionary: Dictionary, choice: Choice): Selection | IndexSets {
  const { rank, columns, seed, samples } = choice;
  if (name === "leading" && !dictionary.traits.ordered)
    throw new RangeError(
      `selection leading needs a dictionary ordered from coarse to fine, such as fourier or wavelet; got ${dictionary.name}`,
    );
  if (name === "uniform" || name === "leading") return name;
  if (name === "energy") {
    const chosen = byEnergy(dictionary, samples, rank);
    return Array.from({ length: columns }, () => chosen);
  }
  if (!isKernelRidge(dictionary))
    throw new RangeError(
      `selection ${name} needs a dictionary of kernel ridge regression, such as kernel or covariance; got ${dictionary.name}`,
    );
  return ofKernels[name](dictionary, rank, { seed, columns });
}

const isKernelRidge = (dictionary: Dictionary): dictionary is KernelRidge => "predictor" in dictionary;
