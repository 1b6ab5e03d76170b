import { type DictionaryModule, dictionaries, type Json } from "@weightcast/dictionary";
import { type Law, laws } from "@weightcast/dictionary/testing";
import { asUsage, failure } from "../../errors";
import { type Colors, colorsFor } from "../../terminal/colors";
import { hanging } from "../../terminal/wrap";
import { roomOf, type World } from "../../world";
import { syntheticSamples } from "./synthetic-samples";

interface Flags {
  readonly domain: readonly number[];
  readonly options?: Record<string, Json>;
  readonly json?: true;
}

/** Result of one law. */
interface Verdict {
  readonly dictionary: string;
  readonly law: string;
  /** Violation of the law, in words; `null` if the dictionary keeps it. */
  readonly broken: string | null;
}

/** `weightcast dictionary check`: tests every dictionary of a package against every law of the contract. */
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
      if (!json) world.stdout.write(line(verdict, colors, roomOf(world.stdout)));
    }
  }
  const broken = verdicts.filter((verdict) => verdict.broken !== null).length;
  if (json) world.stdout.write(`${JSON.stringify({ package: from, broken, laws: verdicts }, null, 2)}\n`);
  if (broken > 0) throw failure(`${broken} of ${verdicts.length} laws broken`);
  if (!json) world.stdout.write(`All ${verdicts.length} laws kept.\n`);
}

/** Modules to check: a dictionary of Weightcast by its name, or all dictionaries of a package. */
async function modulesFrom(from: string, world: World): Promise<readonly DictionaryModule[]> {
  const { registerBuiltIns, loadDictionaries } = await world.services.runs();
  registerBuiltIns();
  if (dictionaries.has(from)) return [dictionaries.get(from)];
  return asUsage(async () => {
    const modules = await loadDictionaries(from, world.folder);
    dictionaries.register(...modules); // a learned dictionary may be restored by another module of its package
    return modules;
  });
}

async function judge(module: DictionaryModule, law: Law, { domain, options: flagged }: Flags): Promise<Verdict> {
  const source = syntheticSamples(domain);
  const verdict = { dictionary: module.name, law: law.name };
  try {
    await law.check({ create: (options = flagged) => module.create(source, options), module, domain });
    return { ...verdict, broken: null };
  } catch (error) {
    return { ...verdict, broken: error instanceof Error ? error.message : String(error) };
  }
}

function line({ law, broken }: Verdict, { green, red }: Colors, columns: number): string {
  const name = hanging(law, 4, columns);
  return broken === null
    ? `  ${green("✓")} ${name}\n`
    : `  ${red("✗")} ${name}\n      ${hanging(broken, 6, columns)}\n`;
}
