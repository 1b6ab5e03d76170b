/*
 * Long texts that several recipes of a file have in common, such as atoms that layers share, take their bytes once: each is in the
 * metadata, and recipes have §0§, §1§, … in its place. Recipes are JSON in ASCII, so that they have no § of their own.
 */

import { jsonIn } from "@weightcast/types";
import { headerLimit } from "../safetensors/read";

/** Name of the texts in a file's metadata. */
const textsName = "texts";

/** Texts that are long enough to be shared: what is between two quotes or escapes. */
const long = /[^"\\]{64,}/g;

/** Topology and metadata in which the long texts that recipes repeat are shared; as it was if there are none. */
export function withShared(topology: object): {
  readonly topology: object;
  readonly metadata: readonly (readonly [string, string])[];
} {
  const counts = new Map<string, number>();
  let isTaken = false;
  mapRecipes(topology, (recipe) => {
    isTaken ||= recipe.includes("§");
    for (const [text] of recipe.matchAll(long)) counts.set(text, (counts.get(text) ?? 0) + 1);
    return recipe;
  });
  const texts = [...counts.keys()].filter((text) => counts.get(text)! > 1);
  if (isTaken || texts.length === 0) return { topology, metadata: [] };
  const places = new Map(texts.map((text, k) => [text, `§${k}§`]));
  return {
    topology: mapRecipes(topology, (recipe) => recipe.replace(long, (text) => places.get(text) ?? text)) as object,
    metadata: [[textsName, JSON.stringify(texts)]],
  };
}

/**
 * Topology with the shared texts in their places.
 * @returns undefined if a text is absent, or the recipes would be longer than a header may be
 */
export function withoutShared(topology: object, metadata: ReadonlyMap<string, string>): object | undefined {
  const written = metadata.get(textsName);
  if (written === undefined) return topology;
  const texts = jsonIn(written);
  if (!Array.isArray(texts) || !texts.every((text) => typeof text === "string")) return undefined;
  let left = headerLimit;
  const expanded = mapRecipes(topology, (recipe) =>
    recipe.replace(/§(\d+)§/g, (place, number: string) => {
      const text = texts[Number(number)] as string | undefined;
      // Once it is below 0, it stays there.
      left = text === undefined || left < 0 ? -1 : left - text.length;
      return left < 0 ? place : text!;
    }),
  );
  return left < 0 ? undefined : (expanded as object);
}

/** Topology with every recipe changed. */
function mapRecipes(value: unknown, change: (recipe: string) => string): unknown {
  if (Array.isArray(value)) return value.map((entry) => mapRecipes(entry, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key,
      key === "recipe" && typeof entry === "string" ? change(entry) : mapRecipes(entry, change),
    ]),
  );
}
