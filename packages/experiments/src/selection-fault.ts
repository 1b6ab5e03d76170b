import type { SelectionName } from "./layer-fields";

/** What a selection may ask of a dictionary. */
type Kind = "independent" | "ordered" | "kernel ridge";

/**
 * What the dictionaries that come with Weightcast give, whatever their options, for a specification to be checked before
 * one is made; choose-atoms.test.ts holds it against them. Dictionaries of others are asked when they are made.
 */
export const builtInKinds: Readonly<Record<string, readonly Kind[]>> = {
  autoencoder: ["independent"],
  covariance: ["kernel ridge"],
  fourier: ["independent", "ordered"],
  gaussian: ["independent"],
  identity: ["independent"],
  kernel: ["kernel ridge"],
  "kernel-fitted": ["kernel ridge"],
  kmeans: ["independent"],
  "principal-components": ["independent", "ordered"],
  wavelet: ["independent", "ordered"],
};

/**
 * Why a dictionary's atoms can't be chosen in this way; undefined where they can, or where nobody knows yet.
 * @param given whether there are samples of what the layer is given
 */
export function selectionFault(
  selection: SelectionName,
  dictionary: string,
  { samples }: { readonly samples: boolean },
): string | undefined {
  if (selection === "uniform") return undefined;
  if (selection === "energy" && !samples)
    return "needs samples of what the layer is given, which layers of a network do not have yet; take uniform or leading";
  const kinds = Object.hasOwn(builtInKinds, dictionary) ? builtInKinds[dictionary] : undefined;
  const [kind, such] = needs[selection];
  return !kinds || kinds.includes(kind) ? undefined : `needs a dictionary ${such}, not ${dictionary}`;
}

const ofKernels = ["kernel ridge", "of kernel ridge regression, such as kernel or covariance"] as const;
const needs = {
  leading: ["ordered", "ordered from coarse to fine, such as fourier or wavelet"],
  energy: ["independent", "of independent atoms, such as fourier or wavelet"],
  leverage: ofKernels,
  "farthest-point": ofKernels,
  "pivoted-cholesky": ofKernels,
} as const satisfies Record<Exclude<SelectionName, "uniform">, readonly [Kind, string]>;
