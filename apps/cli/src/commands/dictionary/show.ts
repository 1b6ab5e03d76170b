import { type Dictionary, type Json, leading, uniform } from "@weightcast/dictionary";
import { sizeOf } from "@weightcast/types";
import { asUsage } from "../../errors";
import { availableDictionaries, checkAvailable } from "../../input/dictionaries";
import { count } from "../../terminal/format";
import { gallery, picture } from "../../terminal/picture";
import { pairs } from "../../terminal/table";
import { wrap } from "../../terminal/wrap";
import { roomOf, type World } from "../../world";
import { sourceFor } from "./samples";

interface Flags {
  readonly domain: readonly number[];
  readonly options?: Record<string, Json>;
  readonly rank?: number;
  readonly atoms: number;
  readonly seed: number;
  readonly use?: readonly string[];
  readonly json?: true;
}

/** `weightcast dictionary show`: facts about a dictionary, and pictures of some of its atoms. */
export async function showDictionary(name: string, flags: Flags, world: World): Promise<void> {
  const { domain, options, atoms, seed, use = [], json } = flags;
  const available = await availableDictionaries(use, world);
  checkAvailable(name, [...available.keys()]);
  const module = available.get(name)!;
  const inputs = sizeOf(domain);
  const { checkAtoms } = await world.services.runs();
  await asUsage(() => checkAtoms(`show ${name}`, inputs, flags.rank ?? Math.max(1, Math.round(0.05 * inputs))));
  const { source, from } = await sourceFor(module.needs, domain);
  if (module.needs === "samples") await world.services.startEngine();
  const dictionary = await asUsage(() => module.create(source, options));
  const { rank = Math.max(1, Math.min(dictionary.size, Math.round(0.05 * inputs))) } = flags;
  const indices = await asUsage(() =>
    dictionary.traits.ordered ? leading(dictionary.size, rank) : uniform(dictionary.size, rank, seed),
  );
  const { size, traits, factors } = dictionary;
  if (json) {
    const document = { name, needs: module.needs, domain, size, options: dictionary.options, traits, indices, from };
    world.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  const present = Object.entries(traits).filter(([, isPresent]) => isPresent);
  world.stdout.write(
    wrap(`${name}${module.summary === undefined ? "" : `: ${module.summary}`}\n\n`, roomOf(world.stdout)),
  );
  world.stdout.write(
    pairs(
      [
        ["made from", from],
        ["domain", domain.join(" × ")],
        ["size", `${count(size)} atoms`],
        ["options", JSON.stringify(dictionary.options)],
        ["traits", present.map(([trait]) => trait).join(", ") || "none"],
        ["factors", factors ? factors.map(({ rows, cols }) => `[${rows}, ${cols}]`).join(" ⊗ ") : "none"],
      ],
      roomOf(world.stdout),
    ),
  );
  if (atoms > 0) world.stdout.write(pictures(dictionary, indices, atoms, seed, world.stdout.columns ?? 100));
}

/** Pictures of some of the chosen atoms, evenly spaced. */
function pictures(
  dictionary: Dictionary,
  indices: readonly number[],
  wanted: number,
  seed: number,
  width: number,
): string {
  const { rows, cols, data } = dictionary.atoms(indices);
  const shown = Math.min(wanted, cols);
  const drawn = Array.from({ length: shown }, (_, k) => {
    const j = Math.floor(((k + 0.5) * cols) / shown);
    const atom = Float32Array.from({ length: rows }, (_, i) => data[i * cols + j]!);
    return { title: `atom ${indices[j]}`, lines: picture(atom, dictionary.domain) };
  });
  const chosen = dictionary.traits.ordered ? "the first" : `chosen at random with seed ${seed}`;
  const caption = `${shown} of ${cols} atoms, ${chosen}; blank marks an atom's smallest value, @ its largest:`;
  return `\n${wrap(caption, width)}\n\n${gallery(drawn, width)}`;
}
