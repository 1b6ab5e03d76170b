// The part of scripts/model-files.test.mjs that runs in a page.

import { useEngine } from "@weightcast/backend";
import { dictionaries, uniform } from "@weightcast/dictionary";
import { fetchModel } from "@weightcast/files";
import { atomsOf, outputsOf, registerRecipes } from "../recipes.mjs";

registerRecipes();

/** Fetches a model. @returns its classes, its first layer's U, and its outputs */
export async function read(url) {
  await useEngine("cpu");
  const { model, classes } = await fetchModel(url);
  return { classes, atoms: atomsOf(model), outputs: outputsOf(model) };
}

/** Digest of the atoms of a recipe: the first 16 digits of the SHA-256. */
export async function digest({ name, domain, options, rank }) {
  const dictionary = dictionaries.get(name).create({ domain }, options);
  const { data } = dictionary.atoms(uniform(dictionary.size, rank, 1, "atoms"));
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return [...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
