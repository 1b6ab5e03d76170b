import { datasetNames } from "@weightcast/datasets/catalog";
import { networkNames } from "@weightcast/models/plans";
import {
  activationNames,
  defaultRatesText,
  layerDefaults,
  methods,
  resolveRun,
  taskNames,
} from "@weightcast/runs/spec";
import { optimizerNames, scheduleNames } from "@weightcast/training/names";
import { type Command, Option } from "commander";
import { defaultProportion } from "./network-input";
import { choice, field, gather, imageSize, integer, names, setOf, share, units } from "./parse";
import type { Field } from "./run-input";

/** The run without any flag: its fields are the defaults that the help shows. */
const defaults = resolveRun({});

/** Defaults of a teacher. */
const taught = resolveRun({ teacher: { from: "teacher" } }).teacher!;

/** Flags that set one field of a run each: the path of the field, and the flag. */
const fieldFlags: readonly { readonly field: string; readonly option: Option }[] = [
  {
    field: "activation",
    option: choice("--activation <name>", "activation of mlp's hidden layers", "activation", activationNames).default(
      defaults.network.activation,
    ),
  },
  {
    field: "training.epochs",
    option: new Option("--epochs <n>", "passes over the training images or rows")
      .argParser(field("training.epochs"))
      .default(defaults.training.epochs),
  },
  {
    field: "training.batchSize",
    option: new Option("--batch-size <n>", "images or rows per update")
      .argParser(field("training.batchSize"))
      .default(defaults.training.batchSize),
  },
  {
    field: "training.optimizer",
    option: choice(
      "--optimizer <name>",
      "rule that updates the weights (default: sgd, or adam on a table)",
      "optimizer",
      optimizerNames,
    ),
  },
  {
    field: "training.rate",
    option: new Option("--rate <x>", `learning rate at the start (default: ${defaultRatesText})`).argParser(
      field("training.rate"),
    ),
  },
  {
    field: "training.momentum",
    option: new Option("--momentum <x>", "momentum of sgd, in [0, 1); not for other optimizers")
      .argParser(field("training.momentum"))
      .default(defaults.training.momentum),
  },
  {
    field: "training.schedule",
    option: choice("--schedule <name>", "how the learning rate falls", "schedule", scheduleNames).default(
      defaults.training.schedule,
    ),
  },
  {
    field: "training.warmup",
    option: new Option(
      "--warmup <epochs>",
      "epochs in which the learning rate first rises from zero, such as 0.5 (default: none)",
    ).argParser(field("training.warmup")),
  },
  {
    field: "training.weightDecay",
    option: new Option("--weight-decay <x>", "strength with which weights are pulled to zero")
      .argParser(field("training.weightDecay"))
      .default(defaults.training.weightDecay),
  },
  {
    field: "seed",
    option: new Option("--seed <n>", "seed of everything random").argParser(field("seed")).default(defaults.seed),
  },
  {
    field: "from",
    option: new Option(
      "--from <file>",
      "start from the weights in a model file; its network, data and label, unless others are named",
    ),
  },
  {
    field: "teacher.from",
    option: new Option(
      "--teacher <file>",
      "learn from the network in a model file, too: from its outputs, and from its filters with --method PCA",
    ),
  },
  {
    field: "teacher.distill",
    option: new Option(
      "--distill <share>",
      `part of the loss that is the distance to the teacher's outputs, in [0, 1]; 0 for labels only (default: ${taught.distill})`,
    ).argParser(field("teacher.distill")),
  },
  {
    field: "data.target",
    option: new Option("--target <column>", "column of a table to predict: numbers, or words to tell apart"),
  },
  {
    field: "data.ignore",
    option: new Option("--ignore <columns>", "columns of a table to leave out, such as numbers of rows").argParser(
      names,
    ),
  },
  {
    field: "data.task",
    option: choice(
      "--task <name>",
      "whether the column to predict holds numbers or classes (default: regression if all of its values are numbers)",
      "task",
      taskNames,
    ),
  },
  {
    field: "data.size",
    option: new Option(
      "--size <pixels>",
      "resize the images of a folder: a number for both sides, or height,width (default: their own, which must agree)",
    ).argParser(imageSize),
  },
  {
    field: "data.channels",
    option: new Option(
      "--channels <n>",
      "3 makes the images of a folder color, 1 gray (default: their own, which must agree)",
    ).argParser(integer(1)),
  },
  {
    field: "data.train",
    option: new Option("--train <n>", "number of training images or rows, a seeded choice (default: all)").argParser(
      field("data.train"),
    ),
  },
];

/** Flags about the network, the data, and further dictionaries. */
const structureFlags = (): readonly Option[] => [
  choice("--network <name>", `network to train (default: ${defaults.network.model})`, "network", networkNames),
  choice("--method <name>", "choose the weights of the layers as the paper's figures do", "method", methods),
  new Option(
    "--dictionary <names>",
    "dictionary of the layers that can be predicted: one name for all of them, or one for each (a,b); also dense, low-rank",
  ).argParser(names),
  new Option(
    "--proportion <p>",
    `learned share of each predicted layer's weights, in (0, 1], or a fraction such as 2/9 (default: ${defaultProportion})`,
  ).argParser(share),
  new Option(
    "--columns <n>",
    `columns of each predicted layer, with index sets of their own (default: ${layerDefaults.mlp.columns} in mlp, ${layerDefaults.images.columns} in other networks)`,
  ).argParser(integer(1)),
  new Option(
    "--hidden <units>",
    `units of mlp's hidden layers (default: ${defaults.network.hidden?.join(",")})`,
  ).argParser(units),
  new Option(
    "--data <name>",
    `${datasetNames.join(", ")}, a folder of images, or a table as a CSV file (default: ${defaults.data.name})`,
  ),
  new Option(
    "--use <package>",
    "also take dictionaries from a package or path, whose code is run; may be repeated",
  ).argParser(gather),
];

/** Flags whose value may be a list in a sweep; the others have lists of their own, or texts. */
const swept = [
  "--network",
  "--method",
  "--proportion",
  "--columns",
  ...["--activation", "--epochs", "--batch-size", "--optimizer", "--rate", "--momentum", "--schedule", "--warmup"],
  ...["--weight-decay", "--seed", "--distill", "--train"],
];

/** Flags of a sweep: those of a run, of which many take several values. */
const sweepFlags = (): readonly { readonly axis: string; readonly option: Option }[] =>
  [
    ...structureFlags().map((option) => ({ axis: option.attributeName(), option })),
    ...fieldFlags.map(({ field, option }) => ({ axis: field, option })),
  ].map(({ axis, option }) => ({ axis, option: swept.includes(option.long ?? "") ? listOption(option) : option }));

/** Option that takes what another takes, once or more often, separated by commas. */
function listOption({ flags, description, parseArg, defaultValue }: Option): Option {
  const words = defaultValue === undefined ? description : `${description} (default: ${defaultValue})`;
  const parse = (text: string): unknown => (parseArg ? (parseArg as (text: string) => unknown)(text) : text);
  return new Option(flags.replace(/<[^>]*>/, "<list>"), words).argParser(setOf(parse));
}

/** Adds the flags that describe the runs of a sweep. */
export function addSweepFlags(command: Command): void {
  for (const { option } of sweepFlags()) command.addOption(option);
}

/** Values of the flags of a sweep that are on this command line, by the names of axes: several are an axis, one is a setting. */
export function sweepValues(command: Command): {
  readonly axes: Readonly<Record<string, readonly unknown[]>>;
  readonly fields: readonly Field[];
} {
  const given = sweepFlags()
    .filter(({ option }) => command.getOptionValueSource(option.attributeName()) === "cli")
    .map(({ axis, option }) => ({
      axis,
      isList: swept.includes(option.long ?? ""),
      value: command.getOptionValue(option.attributeName()),
    }));
  const several = given.filter(({ isList, value }) => isList && value.length > 1);
  return {
    axes: Object.fromEntries(several.map(({ axis, value }) => [axis, value])),
    fields: given
      .filter((flag) => !several.includes(flag))
      .map(({ axis, isList, value }): Field => [axis, isList ? value[0] : value]),
  };
}

/** Adds the flags that describe a run. */
export function addRunFlags(command: Command): void {
  for (const option of structureFlags()) command.addOption(option);
  for (const { option } of fieldFlags) command.addOption(option);
}

/** Fields that flags of this command line set; flags left at their defaults do not override a configuration file. */
export function givenFields(command: Command): readonly Field[] {
  return fieldFlags
    .filter(({ option }) => command.getOptionValueSource(option.attributeName()) === "cli")
    .map(({ field, option }): Field => [field, command.getOptionValue(option.attributeName())]);
}
