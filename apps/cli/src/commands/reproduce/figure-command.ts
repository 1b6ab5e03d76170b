import type { Figure, FigureValues } from "@weightcast/experiments";
import type { Command } from "commander";
import { asUsage, usageError } from "../../errors";
import { addRunnerOptions, type RunnerOptions } from "../../input/runner-options";
import { commandLine, type World } from "../../world";
import type { RunPlan } from "../run-plan";
import { optionOf, valuesOf } from "./figure-options";

/** Adds the command of a figure, `weightcast reproduce NAME`: its options and help, and those of all runs. */
export function addFigure(reproduce: Command, world: World, figure: Figure): void {
  const { name, summary, description, options } = figure;
  const command = reproduce.command(name).summary(summary).description(description);
  for (const option of options) command.addOption(optionOf(option));
  addRunnerOptions(command, `reports/${name}.html`);
  if (figure.study) for (const option of command.options) option.hidden ||= option.attributeName() in ofRuns;
  command.addHelpText("after", examplesOf(figure)).action(async (flags: RunnerOptions) => {
    const values = valuesOf(options, command);
    const study = await figure.study?.();
    if (study) refuseRunOptions(name, command);
    if (flags.force && values.soFar) throw usageError("--force does runs, and --so-far does none; give one of them");
    const specs = await asUsage(() => {
      study?.check(values);
      return figure.runs(values);
    });
    const plan = planOf(figure, { ...flags, specs, values, command: commandLine(world, reproduce.parent!.args) });
    const fits = flags.dryRun ? study?.plan?.(values) : undefined;
    if (fits) await (await import("./show-study-plan")).showStudyPlan(fits, plan, world);
    else if (flags.dryRun) await (await import("../show-plan")).showPlan(plan, world);
    else if (study) await (await import("./show-study")).showStudy(study, values, plan, world);
    else await (await import("../run-and-show")).runAndShow(plan, world);
  });
}

/** Options that only runs have, and why a figure with measurements of its own has no use for them. */
const ofRuns = {
  threads: "which measures by threads of its own; leave it out",
  queue: "which measures on this machine; leave it and WEIGHTCAST_QUEUE out",
  store: "which measures on this machine; leave it and WEIGHTCAST_STORE out",
  force: "which keeps measurements of its own; name another --folder",
  events: "which writes no event files; leave it out",
} as const;

/** @throws a usage error for an option of {@link ofRuns} that was given */
function refuseRunOptions(name: string, command: Command): void {
  for (const [option, why] of Object.entries(ofRuns)) {
    const isGiven = command.getOptionValueSource(option) !== "default" && Boolean(command.getOptionValue(option));
    if (isGiven) throw usageError(`--${option} is not for ${name}, ${why}`);
  }
}

/** Plan of a figure's runs. */
function planOf(
  { title, comparison, beside }: Figure,
  {
    values: { jobs, soFar },
    specs,
    command,
    engine,
    execution,
    folder,
    report,
    json,
    threads,
    queue,
    store,
    force,
    events,
  }: RunnerOptions & Pick<RunPlan, "specs" | "command"> & { readonly values: FigureValues },
): RunPlan {
  return {
    specs,
    title,
    ...(comparison && { comparison }),
    ...(beside && { beside }),
    command,
    engine,
    execution,
    folder,
    events,
    ...(typeof jobs === "number" && { jobs }),
    ...(soFar === true && { soFar }),
    ...(report !== undefined && { report }),
    ...(json && { json }),
    ...(force && { force }),
    ...(threads !== undefined && { threads }),
    ...(queue && { queue }),
    ...(store && { store }),
  };
}

/** Examples of a figure, as the help shows them: the commands, and what each does. */
function examplesOf({ name, examples }: Figure): string {
  const commands = examples.map(([args]) => `$ weightcast reproduce ${name}${args === "" ? "" : ` ${args}`}`);
  const width = Math.max(...commands.map((command) => command.length));
  const lines = examples.map(([, what], i) => `  ${commands[i]!.padEnd(width)}  ${what}`);
  return `\nExamples:\n${lines.join("\n")}\n`;
}
