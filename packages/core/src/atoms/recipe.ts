import { checkDomain, type Dictionary, dictionaries, quoted, type Registry } from "@weightcast/dictionary";
import { type Json, sizeOf } from "@weightcast/types";
import { checkWork } from "../layers/work";

/** Recipe of a dictionary, kept in a model file: enough to recompute it, unless it was learned from data. */
export interface Recipe {
  readonly name: string;
  readonly domain: readonly number[];
  readonly size: number;
  readonly options: Json;
  /** Whether the dictionary was learned from data. Its atoms are then stored with the model; the recipe only names their origin. */
  readonly learned: boolean;
}

/**
 * Recipe from a file, once its entries have their types.
 * @param who the caller's name, for the message
 * @throws RangeError naming the entry that does not
 */
export function checkedRecipe(who: string, value: object): Recipe {
  const { name, domain, size, options, learned } = value as Partial<Recipe>;
  const must = (entry: string, rule: string, holds: boolean, got: unknown) => {
    if (!holds) throw new RangeError(`${who}: ${entry} of the dictionary's recipe must be ${rule}; got ${quoted(got)}`);
  };
  must("name", "a string", typeof name === "string", name);
  checkDomain(`${who}: the dictionary's recipe`, domain!);
  must("size", "a positive integer", Number.isSafeInteger(size) && size! > 0, size);
  must("learned", "true or false", typeof learned === "boolean", learned);
  must("options", "JSON", options !== undefined, options);
  return value as Recipe;
}

/** Recipe of a dictionary. */
export const recipeOf = ({ name, domain, size, options, traits }: Dictionary): Recipe => ({
  name,
  domain: [...domain],
  size,
  options,
  learned: traits.learned,
});

/**
 * Dictionary of a recipe, recomputed by the module registered under its name.
 * @param registry in which the name is looked up @default the process's registry
 * @throws RangeError if the recipe is damaged, no such module is registered, it offers another number of atoms than the
 *   recipe states, or making it takes more than `limitWork` allows
 * @throws TypeError if the recipe is of a dictionary learned from data
 */
export function dictionaryOf(recipe: Recipe, registry: Registry = dictionaries): Dictionary {
  const { name, domain, size, options } = checkedRecipe("core", recipe);
  const module = registry.get(name);
  if (module.needs !== "domain")
    throw new TypeError(`core: dictionary "${name}" is made from samples; a recipe alone can't recompute it`);
  checkWork("core", `dictionary "${name}"`, { coordinate: sizeOf(domain) });
  const dictionary = module.create({ domain }, options);
  if (dictionary.size !== size)
    throw new RangeError(
      `core: dictionary "${name}" offers ${dictionary.size} atoms; the model was made with ${size}; install the version it was saved with`,
    );
  return dictionary;
}
