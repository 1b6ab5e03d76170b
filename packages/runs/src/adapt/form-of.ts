import { type AdapterForm, full, lora, oneSided, sparse, twoSided, vera } from "@weightcast/core";
import type { Dictionary } from "@weightcast/dictionary";
import { fourier } from "@weightcast/dictionary-fourier";
import { kernel } from "@weightcast/dictionary-kernel";
import { gaussian, randomProducts } from "@weightcast/dictionary-random";
import { wavelet } from "@weightcast/dictionary-wavelet";
import {
  type AdapterDefaults,
  type AdapterDictionary,
  type AdapterFormName,
  adapterForms,
} from "../spec/adapter-forms";
import { imageGrid } from "../tune/image-grid";

/** Dictionaries over a whole W, whose atoms are products over the axes, so that none is formed. */
const separable = (seed: number): Partial<ReturnType<typeof makers>> => ({
  fourier: (domain) => fourier(domain),
  wavelet: (domain) => wavelet(domain),
  random: (domain) => randomProducts(domain, { seed }),
});

/** Form by its name, with what is chosen otherwise than by default. */
export interface FormOptions {
  readonly form: AdapterFormName;
  /** Inner dimension of `lora` and `vera`; atoms on a side of `one-sided` and `two-sided`. */
  readonly rank?: number;
  /** Numbers for each layer of `sparse`. */
  readonly entries?: number;
  /** Dictionary of `sparse`, `one-sided` and `two-sided`. */
  readonly dictionary?: AdapterDictionary;
  readonly seed: number;
}

/**
 * Form of an adapter.
 * @param grid shape of the model's input, if it takes images flat
 * @throws RangeError for an option that the form does not have
 */
export function formOf(options: FormOptions, grid?: readonly number[]): AdapterForm {
  const { form, seed } = options;
  const known: AdapterDefaults = adapterForms[form];
  for (const name of ["rank", "entries", "dictionary"] as const)
    if (options[name] !== undefined && known[name] === undefined)
      throw new RangeError(`adapt: ${name} is not for ${form}; ${formsWith(name)} have it`);
  const { dictionary: named = known.dictionary ?? "fourier" } = options;
  const { rank = 0, entries = 0 } = { ...known, ...options };
  if (form === "sparse") {
    const offers = separable(seed);
    const source = offers[named];
    if (!source)
      throw new RangeError(
        `adapt: dictionary must be one of ${Object.keys(offers).join(", ")} for sparse, whose atoms are as large as all weights of a layer; got ${named}`,
      );
    return sparse({ dictionary: source, entries, seed });
  }
  const dictionary = makers(seed)[named];
  const side = { dictionary: (domain: readonly number[]) => dictionary(imageGrid(domain, grid)), rank };
  switch (form) {
    case "lora":
      return lora({ rank, seed });
    case "one-sided":
      return oneSided({ ...side, seed });
    case "two-sided":
      return twoSided({ inputs: side, outputs: { dictionary, rank }, seed });
    case "vera":
      return vera({ rank, seed });
    case "full":
      return full();
  }
}

const formsWith = (name: "rank" | "entries" | "dictionary"): string =>
  Object.entries(adapterForms)
    .flatMap(([form, defaults]) => (name in defaults ? [form] : []))
    .join(", ");

/** Dictionaries for a grid, by name. */
const makers = (seed: number): Readonly<Record<AdapterDictionary, (domain: readonly number[]) => Dictionary>> => ({
  fourier: (domain) => fourier(domain),
  wavelet: (domain) => wavelet(domain),
  kernel: (domain) => kernel(domain),
  random: (domain) => gaussian(domain, { seed }),
});
