import { type DictionaryModule, dictionaries } from "@weightcast/dictionary";
import { asUsage } from "./errors";
import type { Experiments } from "./services";
import type { World } from "./world";

/**
 * The dictionary modules at hand, by name: those that come with Weightcast, and those of other packages.
 * @param use packages' names, or paths
 * @throws a usage error if a package has no dictionaries, or one with a name that is taken
 */
export async function knownDictionaries(
  { registerBuiltIns, loadDictionaries }: Pick<Experiments, "registerBuiltIns" | "loadDictionaries">,
  use: readonly string[],
  { folder }: Pick<World, "folder">,
): Promise<ReadonlyMap<string, DictionaryModule>> {
  registerBuiltIns();
  await asUsage(async () => {
    for (const from of use) dictionaries.register(...(await loadDictionaries(from, folder)));
  });
  return new Map(dictionaries.names().map((name) => [name, dictionaries.get(name)]));
}
