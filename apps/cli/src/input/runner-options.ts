import { type EngineChoice, engineChoices } from "@weightcast/backend/names";
import { type ExecutionName, executionNames } from "@weightcast/training/names";
import { type Command, Option } from "commander";
import { choice, integer } from "./parse";

/** Values of the options that {@link addRunnerOptions} adds. */
export interface RunnerOptions {
  readonly engine: EngineChoice;
  readonly execution: ExecutionName;
  readonly folder: string;
  readonly threads?: number;
  readonly report?: string;
  readonly json?: true;
  readonly dryRun?: true;
  readonly force?: true;
}

/**
 * Adds the options that decide where and how runs are computed.
 * @param report default file of the report, if one is always written
 */
export function addRunnerOptions(command: Command, report?: string): Command {
  const reportOption = new Option("--report <file>", "write a self-contained HTML report");
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
      new Option(
        "--threads <n>",
        "threads of each compiled step, on which the last digits depend (default: the cores, divided by the runs at a time)",
      ).argParser(integer(1)),
    )
    .addOption(
      new Option("--folder <path>", "folder for the record of runs and their checkpoints")
        .env("WEIGHTCAST_FOLDER")
        .default("runs"),
    )
    .addOption(report === undefined ? reportOption : reportOption.default(report))
    .option("--force", "do runs that are in the record again, in place of what it has")
    .option("--dry-run", "check everything that can be checked, print what would be run, and exit")
    .option("--json", "print one JSON document, and nothing else on stdout");
}
