import { type Command, Option } from "commander";
import { activationNames, dataNames, methodNames, optimizerNames, scheduleNames } from "./names";
import { choice, gather, integer, integers, names, number, share } from "./parse";

/** Flags that set one field of a run: the field, and the flag. Defaults shown are the schema's (names.test.ts). */
export const fieldFlags: readonly { readonly field: string; readonly option: Option }[] = [
  {
    field: "activation",
    option: choice("--activation <name>", "of the hidden layers", "activation", activationNames).default("sigmoid"),
  },
  {
    field: "training.epochs",
    option: new Option("--epochs <n>", "passes over the training images").argParser(integer(1)).default(10),
  },
  {
    field: "training.batchSize",
    option: new Option("--batch-size <n>", "images an update").argParser(integer(1)).default(100),
  },
  {
    field: "training.optimizer",
    option: choice("--optimizer <name>", "how weights are updated", "optimizer", optimizerNames).default("sgd"),
  },
  {
    field: "training.rate",
    option: new Option(
      "--rate <x>",
      "learning rate at the start (default: 0.2 of sgd, 0.001 of adam; 0.1 of sgd where a layer is low-rank, 0.02 of a network)",
    ).argParser(number),
  },
  {
    field: "training.momentum",
    option: new Option("--momentum <x>", "of sgd, in [0, 1)").argParser(number).default(0.9),
  },
  {
    field: "training.schedule",
    option: choice("--schedule <name>", "how the rate falls", "schedule", scheduleNames).default("cosine"),
  },
  {
    field: "training.warmup",
    option: new Option(
      "--warmup <epochs>",
      "in which the rate first rises from zero, such as 0.5 (default: none)",
    ).argParser(number),
  },
  {
    field: "training.weightDecay",
    option: new Option("--weight-decay <x>", "pull of the weights to zero").argParser(number).default(0),
  },
  {
    field: "seed",
    option: new Option("--seed <n>", "decides everything random").argParser(integer()).default(1),
  },
  {
    field: "data.train",
    option: new Option("--train <n>", "training images, a seeded choice (default: all)").argParser(integer(1)),
  },
];

/** Flags that together say what the hidden layers are, and where data and dictionaries come from. */
const structureFlags = (): readonly Option[] => [
  choice("--method <name>", "fill the hidden layers as Figure 4 of the paper does", "method", methodNames),
  new Option(
    "--dictionary <names>",
    "dictionary of the hidden layers: one name for all, or one a layer (a,b); also dense, low-rank",
  ).argParser(names),
  new Option(
    "--proportion <p>",
    "learned share of each predicted layer's weights, in (0, 1], or a fraction such as 2/9 (default: 0.05)",
  ).argParser(share),
  new Option("--columns <n>", "columns with index sets of their own, each layer (default: 10)").argParser(integer(1)),
  new Option("--hidden <units>", "units of the hidden layers (default: 500,500)").argParser(integers),
  new Option("--data <name>", `${dataNames.join(", ")}, or a folder of images (default: mnist)`),
  new Option("--use <package>", "take dictionaries from a package or path too; may be repeated").argParser(gather),
];

/** What the structure flags hold where they were given. */
export interface StructureFlags {
  readonly method?: string;
  readonly dictionary?: readonly string[];
  readonly proportion?: number;
  readonly columns?: number;
  readonly hidden?: readonly number[];
  readonly data?: string;
  readonly use?: readonly string[];
}

/** Adds the flags that describe a run. */
export function addRunFlags(command: Command): void {
  for (const option of structureFlags()) command.addOption(option);
  for (const { option } of fieldFlags) command.addOption(option);
}

/** The fields that flags of this call set: those left at their defaults don't override a configuration file. */
export function givenFields(command: Command): readonly (readonly [field: string, value: unknown])[] {
  return fieldFlags
    .filter(({ option }) => command.getOptionValueSource(option.attributeName()) === "cli")
    .map(({ field, option }) => [field, command.getOptionValue(option.attributeName())] as const);
}
