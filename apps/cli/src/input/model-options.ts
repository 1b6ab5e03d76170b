import { type EngineChoice, engineChoices } from "@weightcast/backend/names";
import { type ExecutionName, executionNames } from "@weightcast/training/names";
import { type Command, Option } from "commander";
import { choice, gather, integer } from "./parse";

/** Values of the options that {@link addModelOptions} adds. */
export interface ModelOptions {
  readonly engine: EngineChoice;
  readonly execution: ExecutionName;
  readonly threads?: number;
  readonly use?: readonly string[];
  readonly json?: true;
}

/** Adds the options of commands that compute with the network in a model file. */
export function addModelOptions(command: Command): Command {
  return command
    .addOption(engineOption())
    .addOption(
      choice(
        "--execution <how>",
        "compiled: the network as one graph, by ONNX Runtime; eager: by the engine; auto: compiled for many images",
        "execution",
        executionNames,
      ).default("auto"),
    )
    .addOption(
      new Option("--threads <n>", "threads of a compiled network (default: the runtime's choice)").argParser(
        integer(1),
      ),
    )
    .addOption(useOption())
    .option("--json", "print one JSON document, and nothing else on stdout");
}

/** Option for an adapter that the network gets. */
export const adapterOption = (): Option =>
  new Option("--adapter <file>", "with an adapter of this model in it, as adapt writes it");

/** Option for dictionaries of other packages, which a model file may need. */
export const useOption = (): Option =>
  new Option(
    "--use <package>",
    "also take dictionaries from a package or path, whose code is run; may be repeated",
  ).argParser(gather);

/** Option for the engine that makes the network in a model file. */
export const engineOption = (): Option =>
  choice("--engine <name>", "engine that makes the network; auto: the fastest available", "engine", engineChoices)
    .env("WEIGHTCAST_ENGINE")
    .default("auto");
