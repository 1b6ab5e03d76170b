import { type DictionaryModule, dictionaries } from "@weightcast/dictionary";
import { predictedLayers, type RunSpec } from "@weightcast/runs/spec";
import { asUsage, usageError } from "../errors";
import type { World } from "../world";
import { unknownName } from "./suggest";

/**
 * Available dictionary modules by name: those of Weightcast, and those of other packages.
 * @param use names of packages, or paths
 * @throws a usage error if a package has no dictionaries, or one whose name is taken
 */
export async function availableDictionaries(
  use: readonly string[],
  { services, folder }: Pick<World, "services" | "folder">,
): Promise<ReadonlyMap<string, DictionaryModule>> {
  const { registerBuiltIns, loadDictionaries } = await services.runs();
  registerBuiltIns();
  await asUsage(async () => {
    for (const from of use) dictionaries.register(...(await loadDictionaries(from, folder)));
  });
  return new Map(dictionaries.names().map((name) => [name, dictionaries.get(name)]));
}

/** @throws a usage error if a run names a dictionary that is not available */
export function checkDictionaries(spec: RunSpec, available: readonly string[]): void {
  for (const layer of predictedLayers(spec))
    if (layer.weights === "factorized") checkAvailable(layer.dictionary, available);
}

/** @throws a usage error unless the dictionary is available */
export function checkAvailable(name: string, available: readonly string[]): void {
  if (!available.includes(name))
    throw usageError(`${unknownName("dictionary", name, available)}; --use PACKAGE adds others`);
}
