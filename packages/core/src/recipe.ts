import { type Dictionary, dictionaries, type Json, type Registry } from "@weightcast/dictionary";

/** What a model file keeps of a dictionary: enough to make it again, unless it was learned from data. */
export interface Recipe {
  readonly name: string;
  readonly domain: readonly number[];
  readonly size: number;
  readonly options: Json;
  /** The atoms are stored with the model; the recipe only says where they came from. */
  readonly learned: boolean;
}

/** The recipe of a dictionary. */
export const recipeOf = ({ name, domain, size, options, traits }: Dictionary): Recipe => ({
  name,
  domain: [...domain],
  size,
  options,
  learned: traits.learned,
});

/**
 * The dictionary of a recipe, made again by the module registered under its name.
 * @param registry where the name is looked up @default the process's registry
 * @throws RangeError if no such module is registered, or if it offers another number of atoms than the recipe says
 * @throws TypeError if the recipe is of a dictionary learned from data
 */
export function dictionaryOf({ name, domain, size, options }: Recipe, registry: Registry = dictionaries): Dictionary {
  const module = registry.get(name);
  if (module.needs !== "domain")
    throw new TypeError(`core: dictionary "${name}" is made from samples; a recipe alone can't give it again`);
  const dictionary = module.create({ domain }, options);
  if (dictionary.size !== size)
    throw new RangeError(
      `core: dictionary "${name}" offers ${dictionary.size} atoms; the model was made with ${size}; install the version it was saved with`,
    );
  return dictionary;
}
