import { type EngineChoice, engineChoices } from "@weightcast/backend/names";
import { type ExecutionName, executionNames } from "@weightcast/training/names";
import { type Command, Option } from "commander";
import { choice, integer } from "./parse";

/** Values of the options that {@link addMachineOptions} adds. */
export interface MachineOptions {
  readonly engine: EngineChoice;
  readonly execution: ExecutionName;
  readonly folder: string;
}

/** Contents of event files, as `--events` names them. */
const eventsOptions = ["all", "scalars", "none"] as const;
export type EventsOption = (typeof eventsOptions)[number];

/** Values of the options that {@link addRunnerOptions} adds. */
export interface RunnerOptions extends MachineOptions {
  /** Empty: this machine, whatever the environment says. */
  readonly queue?: string;
  /** Empty: none, whatever the environment says. */
  readonly store?: string;
  readonly threads?: number;
  readonly report?: string;
  readonly json?: true;
  readonly dryRun?: true;
  readonly force?: true;
  readonly events: EventsOption;
}

/** Adds the options that decide by what software runs are computed, and where their files are. */
export function addMachineOptions(command: Command): Command {
  return command
    .addOption(
      choice("--engine <name>", "engine that runs the tensors; auto: the fastest available", "engine", engineChoices)
        .env("WEIGHTCAST_ENGINE")
        .default("auto"),
    )
    .addOption(
      choice(
        "--execution <how>",
        "compiled: each step as one graph, by ONNX Runtime; eager: by the engine, several times slower",
        "execution",
        executionNames,
      ).default("auto"),
    )
    .addOption(
      new Option("--folder <path>", "folder for the record of runs and their checkpoints")
        .env("WEIGHTCAST_FOLDER")
        .default("runs"),
    );
}

/** Option that names the store of checkpoints and networks. */
export const storeOption = (description: string): Option =>
  new Option("--store <address>", description).env("WEIGHTCAST_STORE");

/**
 * Adds the options that decide where and how runs are computed.
 * @param report default file of the report, if one is always written
 */
export function addRunnerOptions(command: Command, report?: string): Command {
  const reportOption = new Option("--report <file>", "write a self-contained HTML report");
  return addMachineOptions(command)
    .addOption(
      new Option(
        "--threads <n>",
        "threads of each compiled step, on which the last digits depend (default: the cores, divided by the runs at a time; 1 in a queue)",
      ).argParser(integer(1)),
    )
    .addOption(
      new Option(
        "--queue <url>",
        "have the runs done by weightcast worker, on any machines, by way of a Redis server",
      ).env("WEIGHTCAST_QUEUE"),
    )
    .addOption(
      storeOption(
        "with --queue, store by which trained networks come back from workers that share no folder: s3://BUCKET/PREFIX, the workers' own",
      ),
    )
    .addOption(report === undefined ? reportOption : reportOption.default(report))
    .addOption(
      choice(
        "--events <what>",
        "event files for TensorBoard and weightcast board, in FOLDER/events: scalars: loss, error, speed; all: also histograms of the weights and pictures of filters",
        "events",
        eventsOptions,
      ).default("all"),
    )
    .option("--force", "do runs that are in the record again, in place of what it has")
    .option("--dry-run", "check everything that can be checked, print what would be run, and exit")
    .option("--json", "print one JSON document, and nothing else on stdout");
}
