import { Argument, type Command, Option } from "commander";
import { integer, names } from "../../input/parse";
import { commandLine, type World } from "../../world";
import type { ListFlags, RecordFlags, ReportFlags, RmFlags, TagFlags } from "./flags";

const selection = "identities, of which 4 digits suffice, and conditions such as method=SE-*, testError<2%, tag=best";

/** `weightcast runs`: commands over the runs in a record. Their code is loaded when they run, so that help is fast. */
export function addRuns(parent: Command, world: World): void {
  const runs = parent
    .command("runs")
    .summary("list, compare, tag and remove recorded runs")
    .description(
      "Runs that train, reproduce and sweep have recorded in a folder. A selection is identities of runs, conditions, or both; " +
        "all conditions must hold, and values between commas are alternatives. In a text * stands for any letters. Fields are " +
        "those of the table, or paths of a configuration file, such as training.rate or hidden.0.options.lengthScale. The file " +
        "record.jsonl is only appended to: removals and tags are further lines of it.",
    )
    .addHelpText("after", examples);
  const add = (name: string, description: string) =>
    runs.command(name).description(description).addOption(folderOption());
  const json = () => new Option("--json", "print one JSON document, and nothing else on stdout");
  const some = () => new Argument("[selection...]", `${selection} (default: all)`);
  const named = () => new Argument("<selection...>", selection);

  add("list", "Lists runs: a line for each, the latest last.")
    .addArgument(some())
    .addOption(new Option("--sort <field>", "order by this field, the smallest first (default: as they ended)"))
    .addOption(
      new Option("--limit <n>", "at most so many runs, the last ones, or with --sort the first").argParser(integer(1)),
    )
    .addOption(json())
    .action(async (words: string[], flags: ListFlags) => (await import("./list")).listAll(words, flags, world));
  add("show", "Shows everything about runs: results by epoch, settings, layers, software.")
    .addArgument(named())
    .addOption(json())
    .action(async (words: string[], flags: RecordFlags) => (await import("./show")).showRuns(words, flags, world));
  add("compare", "Shows in which settings runs differ, and their results side by side.")
    .addArgument(some())
    .addOption(json())
    .action(async (words: string[], flags: RecordFlags) =>
      (await import("./compare")).compareRuns(words, flags, world),
    );
  add("export", "Writes runs as a table for other programs: a line for each run, all results and settings.")
    .addArgument(new Argument("<format>", "csv: comma-separated values").choices(["csv"]))
    .addArgument(some())
    .option("--history", "a line for each epoch of each run instead: its loss and error")
    .action(async (_: string, words: string[], flags: RecordFlags & { readonly history?: true }) =>
      (await import("./export")).exportRuns(words, flags, world),
    );
  add("report", "Writes a report of runs as a self-contained HTML page.")
    .addArgument(some())
    .addOption(new Option("--report <file>", "file of the report").default("reports/runs.html"))
    .addOption(new Option("--title <text>", "title of the report").default("Runs"))
    .action(async (words: string[], flags: ReportFlags) =>
      (await import("./report")).reportRuns(words, { ...flags, command: commandLine(world, parent.args) }, world),
    );
  add("rm", "Removes runs from the record: they count as not done. A line is appended for each; nothing is rewritten.")
    .addArgument(named())
    .option("--models", "also delete their networks in the folder models")
    .option("--events", "also delete their event files in the folder events")
    .option("--dry-run", "only show which runs these are")
    .action(async (words: string[], flags: RmFlags) => (await import("./remove")).removeSelected(words, flags, world));
  add("tag", "Tags runs, to find them again: tag=NAME in a selection.")
    .addArgument(new Argument("<tags>", "words, separated by commas").argParser(names))
    .addArgument(named())
    .option("--remove", "take the tags off instead")
    .action(async (tags: string[], words: string[], flags: TagFlags) =>
      (await import("./tag")).tagSelected(tags, words, flags, world),
    );
}

const folderOption = (): Option =>
  new Option("--folder <path>", "folder of the record, or its file").env("WEIGHTCAST_FOLDER").default("runs");

const examples = `
Examples:
  $ weightcast runs list                                        every run in the folder runs
  $ weightcast runs list method=SE-Emp 'testError<2%' --sort testError
  $ weightcast runs list hidden.0.options.lengthScale=1,2 --json
  $ weightcast runs show 1f3a                                   one run, by the beginning of its identity
  $ weightcast runs compare 1f3a 90bc                           in what two runs differ
  $ weightcast runs tag paper method=SE-Emp seed=1,2,3          find them again as tag=paper
  $ weightcast runs export csv tag=paper > paper.csv
  $ weightcast runs report tag=paper --report paper.html
  $ weightcast runs rm state=failed                             forget runs that failed
`;
