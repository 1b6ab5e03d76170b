import { type Command, Option } from "commander";
import { commandLine } from "../command-line";
import { asUsage } from "../errors";
import { methodNames } from "../names";
import { integer, listOf, namesOf, number } from "../parse";
import { runAndShow } from "../run-and-show";
import type { Experiments } from "../services";
import type { World } from "../world";
import { addRunnerOptions, type RunnerOptions } from "./run-options";

interface Fig4Flags extends RunnerOptions {
  readonly methods?: Experiments["methods"][number][];
  readonly full?: true;
  readonly seed?: readonly number[];
  readonly epochs?: number;
  readonly train?: number;
  readonly proportion?: readonly number[];
  readonly columns?: number;
  readonly jobs?: number;
}

/** `weightcast reproduce`: figures of the paper. */
export function addReproduce(parent: Command, world: World): void {
  const reproduce = parent
    .command("reproduce")
    .summary("do an experiment of the paper again")
    .description("Does an experiment of the paper again (Denil et al. 2013, Predicting Parameters in Deep Learning).");
  const command = reproduce
    .command("fig4")
    .summary("Figure 4, MNIST: test error of a network that learns a small part of its weights")
    .description(
      "Figure 4, left: the network 784-500-500-10 on MNIST, its hidden layers learned whole (nokernel) or predicted from " +
        "a fixed dictionary. Prints a table and writes a report. Runs already in the record are not done again.",
    )
    .addOption(new Option("--quick", "four methods, one proportion, one seed: minutes (the default)").conflicts("full"))
    .option("--full", "every method over the paper's 20 proportions, three seeds: hours; goes on where it stopped")
    .addOption(
      new Option("--methods <names>", `some of ${methodNames.join(", ")} (default: the preset's)`).argParser(
        namesOf("method", methodNames),
      ),
    )
    .addOption(
      new Option(
        "--proportion <list>",
        "learned shares of the weights, each in (0, 1], such as 0.05,0.1 (default: 0.05, or the paper's grid)",
      ).argParser(listOf(number)),
    )
    .addOption(new Option("--columns <n>", "columns of each layer (default: 10)").argParser(integer(1)))
    .addOption(
      new Option("--epochs <n>", "passes over the training images (default: the preset's)").argParser(integer(1)),
    )
    .addOption(new Option("--train <n>", "training images, a seeded choice (default: all)").argParser(integer(1)))
    .addOption(
      new Option("--seed <list>", "decide everything random, such as 1,2,3 (default: 1; with --full 1,2,3)").argParser(
        listOf(integer()),
      ),
    )
    .addOption(
      new Option(
        "--jobs <n>",
        "runs at a time (default: one a core; one in all where steps are eager and the engine has threads)",
      ).argParser(integer(1)),
    );
  addRunnerOptions(command, "reports/fig4.html")
    .addHelpText("after", examples)
    .action(async (flags: Fig4Flags) => {
      const experiments = await world.services.experiments();
      const { full, methods, seed: seeds, epochs, train, proportion: proportions, columns } = flags;
      const { engine, execution, folder, jobs, report, json } = flags;
      const specs = await asUsage(() =>
        experiments.fig4({
          preset: full ? "full" : "quick",
          ...(methods !== undefined && { methods }),
          ...(seeds !== undefined && { seeds }),
          ...(epochs !== undefined && { epochs }),
          ...(train !== undefined && { train }),
          ...(proportions !== undefined && { proportions }),
          ...(columns !== undefined && { columns }),
        }),
      );
      const plan = {
        specs,
        title: "Figure 4: MNIST with most weights predicted",
        figure: "fig4" as const,
        command: commandLine(world, parent.args),
        engine,
        execution,
        folder,
        ...(jobs !== undefined && { jobs }),
        ...(report !== undefined && { report }),
        ...(json && { json }),
      };
      await runAndShow(plan, experiments, world);
    });
}

const examples = `
Examples:
  $ weightcast reproduce fig4                                       the quick preset
  $ weightcast reproduce fig4 --methods nokernel,SE-Emp --epochs 2  two methods, shorter
  $ weightcast reproduce fig4 --proportion 0.1 --seed 2             another proportion and seed
  $ weightcast reproduce fig4 --full                                the whole figure: hours, in as many sittings as you like
  $ weightcast reproduce fig4 --full --methods SE-Emp --seed 1      one curve
  $ weightcast reproduce fig4 --json > fig4.json                    for other programs
`;
