import { type DictionaryFor, lowRank, principalChannels, type Site } from "@weightcast/convert";
import type { Dictionary } from "@weightcast/dictionary";
import { fitGaussianDerivative, gaussianDerivative } from "@weightcast/dictionary-filters";
import { fourier } from "@weightcast/dictionary-fourier";
import { kernel } from "@weightcast/dictionary-kernel";
import { wavelet } from "@weightcast/dictionary-wavelet";
import { sizeOf } from "@weightcast/types";
import type { OfferedName } from "../spec/offered";
import { imageGrid } from "../tune/image-grid";

/** Version of the offers: sensitivity curves of another version are measured again. */
export const offersVersion = 4;

/** Positions of a window, up to which σ of Gaussian derivatives is fitted: beyond them it takes seconds. */
const mostPositions = 256;

/**
 * Dictionaries on offer for the layers of a model.
 * @param grid shape of the model's input, if it takes images flat
 */
export function offersOf(
  names: readonly OfferedName[],
  grid: readonly number[] | undefined,
): Record<string, DictionaryFor> {
  const domainOf = ({ layer: { className, domain } }: Site): readonly number[] =>
    className === "Dense" ? imageGrid(domain, grid) : domain;
  const all: Readonly<Record<Exclude<OfferedName, "channels">, DictionaryFor>> = {
    fourier: (site) => fourier(domainOf(site)),
    "gaussian-derivative": (site) => fittedDerivatives(site) ?? gaussianDerivative(domainOf(site)),
    kernel: (site) => kernel(domainOf(site)),
    wavelet: (site) => wavelet(domainOf(site)),
    "low-rank": lowRank,
  };
  const named = names.map((name) => (name === "channels" ? components : { [name]: all[name] }));
  return Object.assign({}, ...named) as Record<string, DictionaryFor>;
}

/** Components of the channels, by as many of them as are kept. */
const components: Readonly<Record<string, DictionaryFor>> = {
  "channels-1/6": principalChannels(1 / 6),
  "channels-1/3": principalChannels(1 / 3),
  "channels-2/3": principalChannels(2 / 3),
};

/**
 * Gaussian derivatives with the σ that suits a convolution's filters, by as many leading atoms as a quarter of the window has positions; undefined
 * unless its window has at least 3 positions on each axis.
 */
function fittedDerivatives({ layer: { className, domain, kernel }, weights }: Site): Dictionary | undefined {
  const positions = sizeOf(domain);
  if (className === "Dense" || domain.some((length) => length < 3) || positions > mostPositions) return undefined;
  if (weights.every((weight) => weight === 0)) return undefined;
  const size = Math.max(domain.length + 1, Math.round(positions / 4));
  return fitGaussianDerivative([{ shape: kernel, data: weights }], { size });
}
