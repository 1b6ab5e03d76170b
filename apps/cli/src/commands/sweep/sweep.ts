import { type Command, Option } from "commander";
import { choice, integer } from "../../input/parse";
import { addSweepFlags, sweepValues } from "../../input/run-flags";
import { addRunnerOptions, type RunnerOptions } from "../../input/runner-options";
import { commandLine, type World } from "../../world";
import type { SearchFlags } from "./flags";

/** `weightcast sweep`: many runs, by varying any fields. Its code is loaded when it runs, so that help is fast. */
export function addSweep(parent: Command, world: World): void {
  const command = parent
    .command("sweep")
    .summary("vary settings: by grid, chance or search")
    .description(
      "Trains a network with many settings: all combinations of some values, settings by chance, or a search that learns which are " +
        "good. Flags with a <list> take several values, separated by commas; any other field of a run is varied by FIELD=VALUES, or " +
        "by a range FIELD=FROM..TO, with :log or :integer. Errors are averaged over the seeds. Runs are recorded in --folder; the " +
        "same command goes on where it was stopped, to the same result.",
    )
    .argument("[words...]", "configuration file of a run, perhaps with a field sweep; and axes, FIELD=VALUES");
  addSweepFlags(command);
  addRunnerOptions(command, "reports/sweep.html");
  command
    .addOption(
      choice("--search <name>", "grid, random, or tpe: where earlier settings were good (default: grid)", "search", [
        "grid",
        "random",
        "tpe",
      ]),
    )
    .addOption(new Option("--settings <n>", "settings to try, of random and tpe").argParser(integer(1)))
    .addOption(new Option("--search-seed <n>", "seed of the search, not of the runs (default: 1)").argParser(integer()))
    .addOption(
      new Option(
        "--halving <factor>",
        "give the worse settings fewer epochs: of so many, one goes on, to so many times the epochs",
      ).argParser(integer(2)),
    )
    .addOption(
      new Option("--least <epochs>", "with --halving, epochs of every setting (default: 1)").argParser(integer(1)),
    )
    .option(
      "--refit",
      "train the best setting once more, with all epochs and the images of data.validation, for its test error",
    )
    .addOption(
      new Option(
        "--parallel <n>",
        "of tpe and --halving: trainings decided on before the first of them has ended; part of the search (default: 4)",
      ).argParser(integer(1)),
    )
    .addOption(
      new Option(
        "--jobs <n>",
        "runs at a time; no matter for the result (default: one per core; only one if steps are eager and the engine has threads)",
      ).argParser(integer(1)),
    )
    .option("--allow-use", "load the packages that the configuration file names in `use`, which runs their code")
    .addHelpText("after", examples)
    .action(async (words: string[], options: RunnerOptions & SearchFlags) => {
      const { makePlan } = await import("./make-plan");
      const plan = await makePlan(words, sweepValues(command), options, commandLine(world, parent.args), world);
      if (options.dryRun) return (await import("../show-plan")).showPlan(plan, world);
      await (await import("./show-sweep")).showSweep(plan, world);
    });
}

const examples = `
Examples:
  $ weightcast sweep --method SE-Emp,RandCon --proportion 0.05,0.1 --seed 1,2,3
  $ weightcast sweep run.yaml hidden.0.options.lengthScale=1,2,4       any field of a configuration file
  $ weightcast sweep --method SE-Emp --rate 0.05,0.1,0.2 --epochs 3 --dry-run   the runs, and which are in the record
  $ weightcast sweep run.yaml training.rate=0.001..1:log --search random --settings 20
  $ weightcast sweep run.yaml data.validation=5000 training.rate=0.001..1:log --search tpe --settings 40 --halving 3 --refit
  $ weightcast sweep sweep.yaml --jobs 4 --json                        the axes are in the file
  $ weightcast runs list method=SE-Emp 'validationError<3%'              its runs, afterwards

A configuration file may describe the sweep, too:
  data: { name: mnist, validation: 5000 }
  hidden: [{ weights: factorized, units: 500, dictionary: kernel, proportion: 0.05 }]
  training: { epochs: 9 }
  sweep:
    axes:
      hidden.0.options.lengthScale: [1, 2, 4]
      training.rate: { from: 0.001, to: 1, scale: log }
      seed: [1, 2]
    search: tpe
    settings: 40
    halving: { least: 1, factor: 3 }
    refit: true
`;
