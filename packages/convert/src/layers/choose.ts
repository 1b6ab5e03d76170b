import { pathPattern } from "@weightcast/types";
import type { ConvertibleLayer } from "./layers-of";

/**
 * Choice of layers: a function that says what becomes of a layer, undefined if it stays as it is; or patterns of paths, such as
 * `{ "block_*_conv": … }`, of which the first that fits decides. `*` stands for any characters.
 */
export type Choose<Choice> = ((layer: ConvertibleLayer) => Choice | undefined) | { readonly [pattern: string]: Choice };

/** A layer, and what becomes of it. */
export interface Chosen<Choice> {
  readonly layer: ConvertibleLayer;
  readonly choice: Choice;
}

/**
 * Layers that are chosen, in order.
 * @param who function that chooses, for messages
 * @throws RangeError if no layer is chosen, or a pattern fits none
 */
export function chosenOf<Choice>(
  who: string,
  layers: readonly ConvertibleLayer[],
  choose: Choose<Choice>,
): readonly Chosen<Choice>[] {
  const decide = typeof choose === "function" ? choose : byPattern(who, layers, choose);
  const chosen = layers.flatMap((layer) => {
    const choice = decide(layer);
    return choice === undefined ? [] : [{ layer, choice }];
  });
  if (chosen.length === 0)
    throw new RangeError(`${who}: no layer is chosen; those of the model that can be are ${listed(layers)}`);
  return chosen;
}

function byPattern<Choice>(
  who: string,
  layers: readonly ConvertibleLayer[],
  choices: { readonly [pattern: string]: Choice },
): (layer: ConvertibleLayer) => Choice | undefined {
  const rules = Object.entries(choices).map(([pattern, choice]) => ({
    pattern,
    matches: pathPattern(pattern),
    choice,
  }));
  for (const { pattern, matches } of rules)
    if (!layers.some(({ path }) => matches(path)))
      throw new RangeError(
        `${who}: no layer that can be chosen fits ${JSON.stringify(pattern)}; those of the model are ${listed(layers)}`,
      );
  return ({ path }) => rules.find(({ matches }) => matches(path))?.choice;
}

/** Paths of layers, for messages. */
const listed = (layers: readonly ConvertibleLayer[]): string => {
  const paths = layers.slice(0, 12).map(({ path }) => path);
  const more = layers.length - paths.length;
  return layers.length === 0 ? "none" : `${paths.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
};
