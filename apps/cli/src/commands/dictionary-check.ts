import { type DictionaryModule, dictionaries, type Json } from "@weightcast/dictionary";
import { type Law, laws } from "@weightcast/dictionary/testing";
import { type Colors, colorsFor } from "../colors";
import { asUsage, failure } from "../errors";
import { syntheticSamples } from "../synthetic-samples";
import type { World } from "../world";

interface Flags {
  readonly domain: readonly number[];
  readonly options?: Record<string, Json>;
  readonly json?: true;
}

/** What became of one law. */
interface Verdict {
  readonly dictionary: string;
  readonly law: string;
  /** What was broken; `null` where it was kept. */
  readonly broken: string | null;
}

/** `weightcast dictionary check`. */
export async function checkDictionary(from: string, flags: Flags, world: World): Promise<void> {
  const { json } = flags;
  const modules = await modulesFrom(from, world);
  const colors = colorsFor(world.stdout, world.environment);
  const verdicts: Verdict[] = [];
  if (modules.some(({ needs }) => needs === "samples")) await world.services.startEngine();
  for (const module of modules) {
    if (!json) world.stdout.write(`${module.name} on ${flags.domain.join(" × ")}\n`);
    for (const law of laws) {
      const verdict = await judge(module, law, flags);
      verdicts.push(verdict);
      if (!json) world.stdout.write(line(verdict, colors));
    }
  }
  const broken = verdicts.filter((verdict) => verdict.broken !== null).length;
  if (json) world.stdout.write(`${JSON.stringify({ package: from, broken, laws: verdicts }, null, 2)}\n`);
  if (broken > 0) throw failure(`${broken} of ${verdicts.length} laws broken`);
  if (!json) world.stdout.write(`All ${verdicts.length} laws kept.\n`);
}

/** A dictionary that comes with Weightcast by its name, or all of a package. */
async function modulesFrom(from: string, world: World): Promise<readonly DictionaryModule[]> {
  const { registerBuiltIns, loadDictionaries } = await world.services.experiments();
  registerBuiltIns();
  if (dictionaries.has(from)) return [dictionaries.get(from)];
  return asUsage(async () => {
    const modules = await loadDictionaries(from, world.folder);
    dictionaries.register(...modules); // where one's dictionary is made again by another
    return modules;
  });
}

async function judge(module: DictionaryModule, law: Law, { domain, options: given }: Flags): Promise<Verdict> {
  const source = syntheticSamples(domain);
  const verdict = { dictionary: module.name, law: law.name };
  try {
    await law.check({ create: (options = given) => module.create(source, options), module, domain });
    return { ...verdict, broken: null };
  } catch (error) {
    return { ...verdict, broken: error instanceof Error ? error.message : String(error) };
  }
}

const line = ({ law, broken }: Verdict, { green, red }: Colors): string =>
  broken === null ? `  ${green("✓")} ${law}\n` : `  ${red("✗")} ${law}\n      ${broken.replaceAll("\n", "\n      ")}\n`;
