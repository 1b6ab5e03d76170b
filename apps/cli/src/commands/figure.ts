import { type Command, Option } from "commander";
import { commandLine } from "../command-line";
import { asUsage } from "../errors";
import { integer, setOf, share } from "../parse";
import { type RunPlan, runAndShow } from "../run-and-show";
import type { Experiments } from "../services";
import type { World } from "../world";
import { addRunnerOptions, type RunnerOptions } from "./run-options";

interface Flags extends RunnerOptions {
  readonly seed?: readonly number[];
  readonly epochs?: number;
  readonly train?: number;
  readonly proportion?: readonly number[];
  readonly columns?: number;
  readonly jobs?: number;
  readonly soFar?: true;
}

/** An experiment of several runs, as a command. */
export interface Figure<More> {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** Of the report. */
  readonly title: string;
  /** What the report holds the runs against. */
  readonly figure?: RunPlan["figure"];
  /** Which other runs in the record the report cites. */
  readonly beside?: RunPlan["beside"];
  /** Defaults of the common options, in words; without one of columns there is no such option. */
  readonly defaults: {
    readonly proportions: string;
    readonly seeds: string;
    readonly epochs: string;
    readonly columns?: string;
  };
  readonly examples: string;
  /** Flags of its own, before the common ones. */
  readonly options: readonly Option[];
  readonly specs: (
    experiments: Experiments,
    common: Parameters<Experiments["choices"]>[0],
    flags: More,
  ) => RunPlan["specs"];
}

/** Adds the command of an experiment: its own options, and those that all of them have. */
export function addFigure<More extends object>(parent: Command, world: World, figure: Figure<More>): void {
  const { name, summary, description, title, defaults, examples, options, specs: specsOf } = figure;
  const command = parent.command(name).summary(summary).description(description);
  for (const option of options) command.addOption(option);
  command
    .addOption(
      new Option(
        "--proportion <list>",
        `learned shares of the weights, each in (0, 1] or a fraction such as 2/9, between commas (default: ${defaults.proportions})`,
      ).argParser(setOf(share)),
    )
    .addOption(
      new Option("--epochs <n>", `passes over the training images (default: ${defaults.epochs})`).argParser(integer(1)),
    )
    .addOption(new Option("--train <n>", "training images, a seeded choice (default: all)").argParser(integer(1)))
    .addOption(
      new Option(
        "--seed <list>",
        `decide everything random, integers between commas (default: ${defaults.seeds})`,
      ).argParser(setOf(integer())),
    )
    .addOption(
      new Option(
        "--jobs <n>",
        "runs at a time (default: one a core; one in all where steps are eager and the engine has threads)",
      ).argParser(integer(1)),
    );
  if (defaults.columns !== undefined)
    command.addOption(
      new Option("--columns <n>", `columns of each layer (default: ${defaults.columns})`).argParser(integer(1)),
    );
  command.option("--so-far", "run nothing: the table and the report of what is in the record");
  addRunnerOptions(command, `reports/${name}.html`)
    .addHelpText("after", examples)
    .action(async (flags: Flags & More) => {
      const experiments = await world.services.experiments();
      const { seed: seeds, epochs, train, proportion: proportions, columns } = flags;
      const { engine, execution, folder, jobs, soFar, report, json } = flags;
      const common = {
        ...(seeds !== undefined && { seeds }),
        ...(epochs !== undefined && { epochs }),
        ...(train !== undefined && { train }),
        ...(proportions !== undefined && { proportions }),
        ...(columns !== undefined && { columns }),
      };
      const specs = await asUsage(() => specsOf(experiments, common, flags));
      const plan = {
        specs,
        title,
        ...(figure.figure && { figure: figure.figure }),
        ...(figure.beside && { beside: figure.beside }),
        command: commandLine(world, [parent.name(), ...parent.args]),
        engine,
        execution,
        folder,
        ...(jobs !== undefined && { jobs }),
        ...(soFar && { soFar }),
        ...(report !== undefined && { report }),
        ...(json && { json }),
      };
      await runAndShow(plan, experiments, world);
    });
}
