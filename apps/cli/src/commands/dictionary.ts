import { type Command, Option } from "commander";
import { gather, integer, integers, jsonObject } from "../parse";
import type { World } from "../world";
import { checkDictionary } from "./dictionary-check";
import { listDictionaries } from "./dictionary-list";
import { showDictionary } from "./dictionary-show";

const use = () =>
  new Option("--use <package>", "take dictionaries from a package or path too; may be repeated").argParser(gather);
const options = () =>
  new Option("--options <json>", "options of the dictionary, a JSON object (default: its own)").argParser(jsonObject);
const domain = (shape: readonly number[]) =>
  new Option("--domain <shape>", "shape of the input grid").argParser(integers).default(shape, shape.join(","));
const json = () => new Option("--json", "print one JSON document");

/** `weightcast dictionary`: what dictionaries there are, what they look like, whether they keep the contract. */
export function addDictionary(parent: Command, world: World): void {
  const dictionary = parent
    .command("dictionary")
    .summary("list, show and check dictionaries")
    .description(
      "Dictionaries: the fixed U of W = U V. A package of your own default-exports a module { name, needs, create }; " +
        "see @weightcast/dictionary for the contract.",
    );
  dictionary
    .command("list")
    .description("Lists the dictionaries that layers can be filled from.")
    .addOption(use())
    .addOption(json())
    .action((flags) => listDictionaries(flags, world));
  dictionary
    .command("show")
    .description("Shows a dictionary on a domain: its options, traits and size, and pictures of some atoms.")
    .argument("<name>", "one of `weightcast dictionary list`")
    .addOption(domain([28, 28]))
    .addOption(options())
    .addOption(new Option("--rank <n>", "atoms chosen (default: 5% of the domain)").argParser(integer(1)))
    .addOption(new Option("--atoms <n>", "how many of them are drawn").argParser(integer(0)).default(4))
    .addOption(new Option("--seed <n>", "decides which atoms are chosen").argParser(integer()).default(1))
    .addOption(use())
    .addOption(json())
    .addHelpText(
      "after",
      `
Examples:
  $ weightcast dictionary show kernel --options '{"lengthScale": 3}'
  $ weightcast dictionary show gaussian --domain 8,8 --atoms 6
`,
    )
    .action((name: string, flags) => showDictionary(name, flags, world));
  dictionary
    .command("check")
    .description(
      "Holds every module of a package against every law of the contract. Exit code 1 if one is broken. " +
        "A module made from samples is given seeded synthetic ones.",
    )
    .argument("<package>", "a package's name, a path to its folder or file, or the name of a dictionary listed")
    .addOption(domain([6, 5]))
    .addOption(options())
    .addOption(json())
    .addHelpText(
      "after",
      `
Examples:
  $ weightcast dictionary check ./my-dictionary
  $ weightcast dictionary check kernel --domain 28,28

Give --options other than the defaults: then options that a dictionary forgets to report show.
`,
    )
    .action((from: string, flags) => checkDictionary(from, flags, world));
}
