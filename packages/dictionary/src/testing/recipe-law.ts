import type { Dictionary, DictionaryModule } from "../contract";
import { dictionaries } from "../registry";
import { law, must, same, selections } from "./law";

/** A loaded model has no samples: of a dictionary that is not learned it stores only name, domain and options. */
export const recipeLaw = law("is learned, or its recipe alone gives it again", async (dictionary, { module }) => {
  const { name, domain, size, options, traits } = dictionary;
  if (traits.learned) return;
  const maker = makerOf(dictionary, module);
  if (!maker) return;
  must(
    maker.needs === "domain",
    `"${name}" is made from samples, which a model does not store; set traits.learned, and it stores U`,
  );
  const again = maker.create({ domain: [...domain] }, JSON.parse(JSON.stringify(options)));
  must(
    again.size === size,
    `"${name}" must offer ${size} atoms when created from the domain and the options alone; got ${again.size}`,
  );
  for (const indices of selections(dictionary))
    same(
      again.atoms(indices),
      dictionary.atoms(indices),
      0,
      `"${name}" created from the domain and the options alone`,
      "put what the samples decide into options, or set traits.learned",
    );
});

/** The module that a model finds under the dictionary's name; undefined if neither subject nor registry has it. */
function makerOf({ name }: Dictionary, module?: DictionaryModule): DictionaryModule | undefined {
  if (module?.name === name) return module;
  if (dictionaries.has(name)) return dictionaries.get(name);
  must(
    module === undefined,
    `name must be that of the module that recreates the dictionary; got "${name}" from the module "${module?.name}", and no module of that name is registered`,
  );
  return undefined;
}
