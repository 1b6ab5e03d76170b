import { type DictionaryFor, lowRank, type Site } from "@weightcast/convert";
import { gaussianDerivative } from "@weightcast/dictionary-filters";
import { fourier } from "@weightcast/dictionary-fourier";
import { kernel } from "@weightcast/dictionary-kernel";
import { wavelet } from "@weightcast/dictionary-wavelet";
import { sizeOf } from "@weightcast/types";
import type { OfferedName } from "../spec/offered";

/**
 * Dictionaries on offer for the layers of a model.
 * @param grid shape of the model's input, if it takes images flat
 */
export function offersOf(
  names: readonly OfferedName[],
  grid: readonly number[] | undefined,
): Record<string, DictionaryFor> {
  const domainOf = ({ layer: { className, domain } }: Site): readonly number[] =>
    className === "Dense" && grid && sizeOf(grid) === domain[0] ? grid : domain;
  const all: Readonly<Record<OfferedName, DictionaryFor>> = {
    fourier: (site) => fourier(domainOf(site)),
    "gaussian-derivative": (site) => gaussianDerivative(domainOf(site)),
    kernel: (site) => kernel(domainOf(site)),
    wavelet: (site) => wavelet(domainOf(site)),
    "low-rank": lowRank,
  };
  return Object.fromEntries(names.map((name) => [name, all[name]]));
}
