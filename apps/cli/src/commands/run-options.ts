import { type Command, Option } from "commander";
import { type EngineChoice, type ExecutionChoice, engineChoices, executionChoices } from "../names";
import { choice } from "../parse";

/** What `addRunnerOptions` adds, read. */
export interface RunnerOptions {
  readonly engine: EngineChoice;
  readonly execution: ExecutionChoice;
  readonly folder: string;
  readonly report?: string;
  readonly json?: true;
}

/** The options that say where and how runs are done. @param report default file of the report, if there is always one */
export function addRunnerOptions(command: Command, report?: string): Command {
  const reportOption = new Option("--report <file>", "write a self-contained HTML report");
  return command
    .addOption(
      choice("--engine <name>", "what runs the tensors; auto: the fastest there is", "engine", engineChoices)
        .env("WEIGHTCAST_ENGINE")
        .default("auto"),
    )
    .addOption(
      choice(
        "--execution <how>",
        "compiled: steps as one graph, by ONNX Runtime; eager: by the engine, several times slower",
        "execution",
        executionChoices,
      ).default("auto"),
    )
    .addOption(
      new Option("--folder <path>", "holds the record of runs and their checkpoints")
        .env("WEIGHTCAST_FOLDER")
        .default("runs"),
    )
    .addOption(report === undefined ? reportOption : reportOption.default(report))
    .option("--json", "print one JSON document, and nothing else on stdout");
}
