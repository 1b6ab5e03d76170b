import { type Command, Option } from "commander";
import { gather, integer, integers, jsonObject } from "../../input/parse";
import type { World } from "../../world";

const use = () =>
  new Option(
    "--use <package>",
    "also take dictionaries from a package or path, whose code is run; may be repeated",
  ).argParser(gather);
const options = () =>
  new Option("--options <json>", "options of the dictionary, a JSON object (default: the dictionary's own)").argParser(
    jsonObject,
  );
const domain = (shape: readonly number[]) =>
  new Option("--domain <shape>", "shape of the input grid").argParser(integers).default(shape, shape.join(","));
const json = () => new Option("--json", "print one JSON document");

/**
 * `weightcast dictionary`: commands that list, show and check dictionaries. Their code is loaded when they run, so that help is
 * fast.
 */
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
    .description("Lists the dictionaries that layers can use.")
    .addOption(use())
    .addOption(json())
    .action(async (flags) => (await import("./list")).listDictionaries(flags, world));
  dictionary
    .command("show")
    .description("Shows a dictionary on a domain: its options, traits and size, and pictures of some atoms.")
    .argument("<name>", "a name from `weightcast dictionary list`")
    .addOption(domain([28, 28]))
    .addOption(options())
    .addOption(new Option("--rank <n>", "number of atoms to choose (default: 5% of the domain)").argParser(integer(1)))
    .addOption(new Option("--atoms <n>", "number of chosen atoms to draw").argParser(integer(0)).default(4))
    .addOption(new Option("--seed <n>", "seed of the choice of atoms").argParser(integer()).default(1))
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
    .action(async (name: string, flags) => (await import("./show")).showDictionary(name, flags, world));
  dictionary
    .command("check")
    .description(
      "Checks every dictionary of a package against every law of the contract. The exit code is 1 if one is broken. " +
        "A dictionary that is made from samples gets seeded synthetic ones. Checking a package runs its code.",
    )
    .argument("<package>", "name of a package, path of its folder or file, or name of a listed dictionary")
    .addOption(domain([6, 5]))
    .addOption(options())
    .addOption(json())
    .addHelpText(
      "after",
      `
Examples:
  $ weightcast dictionary check ./my-dictionary
  $ weightcast dictionary check kernel --domain 28,28

Pass --options that differ from the defaults to find options that a dictionary fails to report.
`,
    )
    .action(async (from: string, flags) => (await import("./check")).checkDictionary(from, flags, world));
}
