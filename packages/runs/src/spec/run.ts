import { datasetNames } from "@weightcast/datasets/catalog";
import type { OptimizerName } from "@weightcast/training/names";
import type { z } from "zod";
import { messagesOf, ruleOf } from "./fault-message";
import { defaultMomentum, defaultOptimizers, defaultRates, momentumRule, pretrainingRates } from "./fields";
import {
  canPretrain,
  type Fault,
  layersOf,
  layerUnder,
  type NetworkInput,
  type NetworkSpec,
  networkFaults,
  perceptron,
  planOf,
  resolveNetwork,
} from "./network";
import { predictedLayers } from "./predicted-layers";
import { runFields } from "./run-fields";
import { takesFilters, teacherFaults } from "./teacher";
import { nameOfFolder, nameOfTable } from "./texts";

/** Schema of a run: {@link runFields}, and the rules between them. */
export const runSchema = runFields
  .superRefine((run, context) => {
    for (const [path, message, got = valueAt(run, path)] of faultsOf(run))
      context.addIssue({ code: "custom", path: [...path], message, input: got });
  })
  .transform(
    ({
      training,
      pretraining,
      quantization,
      teacher,
      hidden,
      activation,
      network,
      data: { standardize, ...images },
      ...rest
    }) => {
      const resolved = resolveNetwork(network ? merged(network, activation) : perceptron(hidden, activation));
      const { start, activation: units } = planOf(resolved);
      const isScaled = start === "unit";
      const standardized = standardize ?? isScaled;
      // Absent where it says nothing new, so that the identity of recorded runs stays what it was before the field existed.
      const { folder, table } = images;
      const ofPath = table === undefined ? folder && nameOfFolder(folder) : nameOfTable(table);
      const name = images.name ?? ofPath ?? "mnist";
      const isTable = images.table !== undefined;
      const optimizer = training.optimizer ?? defaultOptimizers[isTable ? "tables" : "images"];
      const rate = training.rate ?? rateFor(resolved, optimizer, isScaled, isTable);
      return {
        ...rest,
        data: { ...images, name, ...((standardized || isScaled) && { standardize: standardized }) },
        network: resolved,
        training: { ...training, optimizer, rate },
        ...(quantization && { quantization: { ...quantization, rate: quantization.rate ?? rate / 10 } }),
        ...(teacher && { teacher: resolveTeacher(teacher) }),
        ...(pretraining && { pretraining: resolvePretraining(pretraining, units as keyof typeof pretrainingRates) }),
      };
    },
  );

/** Pre-training with the rate for the units of its layers. */
const resolvePretraining = (
  { weights, ...rest }: NonNullable<Written["pretraining"]>,
  units: keyof typeof pretrainingRates,
) => ({ ...rest, rate: rest.rate ?? pretrainingRates[units], ...(weights === false && { weights }) });

/** A teacher, with the defaults of its network. */
const resolveTeacher = ({ network, ...rest }: NonNullable<Written["teacher"]>) => ({
  ...rest,
  ...(network && { network: resolveNetwork(network) }),
});

/** Fields of a run, each valid by itself. */
type Written = z.output<typeof runFields>;

/** A network and the shorthand's activation, which old records and flags hold beside it. */
const merged = (network: NetworkInput, activation: Written["activation"]): NetworkInput =>
  network.model === "mlp" && activation !== undefined ? { activation, ...network } : network;

/** Faults that no single field shows. */
const faultsOf = (run: Written): Fault[] => [
  ...networkFaultsOf(run),
  ...dataFaults(run),
  ...tableFaults(run),
  ...trainingFaults(run),
  ...pretrainingFaults(run),
  ...teacherFaultsOf(run),
];

function networkFaultsOf({ network, hidden, activation }: Written): Fault[] {
  if (!network) {
    if (hidden?.length === 0) return [[["hidden"], "must list at least one layer, or name a network instead"]];
    // In the words of the shorthand: hidden[0].columns, not network.layers.hidden_1.columns.
    return networkFaults(perceptron(hidden, activation)).map(([[, name, ...path], ...rest]) => [
      ["hidden", Number(String(name).replace("hidden_", "")) - 1, ...path],
      ...rest,
    ]);
  }
  const faults = networkFaults(network).map(([path, ...rest]): Fault => [["network", ...path], ...rest]);
  if (hidden && hidden.length > 0) faults.push([["hidden"], "must be absent when a network is named"]);
  const own = network.model === "mlp" ? network.activation : "relu";
  if (activation !== undefined && own !== undefined && activation !== own)
    faults.push([["activation"], `must be ${own}, as the network has it, or absent`]);
  return faults;
}

function trainingFaults({ training, data }: Written): Fault[] {
  const { epochs, schedule, warmup = 0, momentum } = training;
  const optimizer = training.optimizer ?? defaultOptimizers[data.table === undefined ? "images" : "tables"];
  // A resolved run, such as one in a record, has the default; the command line refuses that too if it was written.
  if (optimizer !== "sgd" && momentum !== defaultMomentum) return [[["training", "momentum"], momentumRule]];
  const path = ["training", "warmup"];
  if (warmup >= epochs) return [[path, `must be fewer epochs than the run's ${epochs}`]];
  return warmup > 0 && schedule !== "cosine" ? [[path, "needs the cosine schedule"]] : [];
}

function dataFaults({ data: { name, folder, table, size, channels } }: Written): Fault[] {
  // The contents of files of one's own cannot be verified as the published set, so they may not carry its name.
  if ((folder ?? table) !== undefined && name !== undefined && datasetNames.includes(name)) {
    const what = folder === undefined ? "table" : "images in the folder";
    return [[["data", "name"], `must be a name of your own for the ${what}, not that of a published data set`]];
  }
  if (folder !== undefined) return [];
  return Object.entries({ size, channels })
    .filter(([, value]) => value !== undefined)
    .map(([field]): Fault => [["data", field], "is for images in a folder of yours; leave it out"]);
}

/** Rule for networks on a table. */
const ofTables = "must be mlp on a table: the other networks are for images";

/** Faults of fields that are for tables, or that tables have no use for. */
function tableFaults({ data, network, training, pretraining }: Written): Fault[] {
  const { folder, table, target, ignore, task, standardize } = data;
  if (table === undefined)
    return Object.entries({ target, ignore, task })
      .filter(([, value]) => value !== undefined)
      .map(([field]): Fault => [["data", field], "is for a table; leave it out, or name a CSV file in data.table"]);
  const faults: Fault[] = [];
  if (folder !== undefined) faults.push([["data", "folder"], "must be absent beside a table"]);
  if (target === undefined)
    faults.push([["data", "target"], "must name the column of the table to predict", undefined]);
  else if (ignore?.includes(target)) faults.push([["data", "ignore"], "must not hold the column to predict"]);
  if (standardize === false) faults.push([["data", "standardize"], "must be absent: columns always are"]);
  if (network && network.model !== "mlp") faults.push([["network", "model"], ofTables]);
  if (training.augment !== undefined) faults.push([["training", "augment"], "is for images; leave it out for a table"]);
  if (pretraining !== undefined) faults.push([["pretraining"], "is for images; leave it out for a table"]);
  return faults;
}

function pretrainingFaults({ pretraining, from, network, training }: Written): Fault[] {
  if (pretraining === undefined) return [];
  if (from !== undefined) return [[["pretraining"], "is for random weights; leave it out with from"]];
  if (training.augment !== undefined)
    return [[["pretraining"], "needs training images that stay the same; leave training.augment out"]];
  const { model, widths, layers } = network ?? { model: "mlp" as const, layers: {} };
  const all = layersOf({ model, ...(widths && { widths }) });
  if (all.some((layer) => canPretrain(layer, layers[layer.name]?.weights))) return [];
  const why = all.some(({ kind }) => kind === "connected")
    ? "the dictionaries of this run's connected layers are over whole maps"
    : `${model} has only convolutions`;
  return [[["pretraining"], `needs a fully connected layer that takes its input flat; ${why}`]];
}

/** Faults of a teacher, and of the run that would train it. */
function teacherFaultsOf(run: Written): Fault[] {
  const { teacher, data, pretraining, hidden, activation } = run;
  if (!teacher) return [];
  const at = (path: Fault[0]): Fault[0] => ["teacher", ...path];
  const network = run.network ?? perceptron(hidden, activation);
  const faults = teacherFaults(teacher, Object.values(network.layers));
  const own = teacher.network;
  if (!own || faults.length > 0) return faults.map(([path, ...rest]) => [at(path), ...rest]);
  if (data.table !== undefined && own.model !== "mlp") faults.push([["network", "model"], ofTables]);
  const gridsOf = (sizes: typeof network, layers = network.layers) =>
    layersOf(resolveNetwork({ ...sizes, layers: {} })).map((layer) => layerUnder(layer, layers[layer.name]));
  const theirs = new Map(gridsOf(own).map(({ name, kernel }) => [name, kernel.join(" × ")]));
  for (const { name, kernel } of networkFaultsOf(run).length > 0 ? [] : gridsOf(network)) {
    const layer = network.layers[name];
    if (layer && takesFilters(layer) && theirs.get(name) !== kernel.join(" × "))
      faults.push([
        ["network"],
        `must have a layer ${name} with filters on the grid ${kernel.join(" × ")}, which are taken`,
      ]);
  }
  if (pretraining) {
    const broken = pretrainingFaults({ ...run, network: own });
    faults.push(...broken.map(([, message]): Fault => [["network"], `has the run's pretraining, which ${message}`]));
  }
  return faults.map(([path, ...rest]) => [at(path), ...rest]);
}

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);

/** Learning rate at the start that trains the paper's networks well in a few epochs; a low-rank layer diverges at the others' rate. */
function rateFor(network: NetworkSpec, optimizer: OptimizerName, isScaled: boolean, isTable: boolean): number {
  if (optimizer !== "sgd") return defaultRates[optimizer];
  if (isTable) return defaultRates.tables;
  if (isScaled) return defaultRates.images;
  const isLowRank = Object.values(network.layers).some(({ weights }) => weights === "low-rank");
  return isLowRank ? defaultRates.lowRank : defaultRates.mlp;
}

/** A run, resolved: every option that changes its numbers, except the engine. */
export type RunSpec = z.output<typeof runSchema>;
/** A run as it is written, defaults left out. */
export type RunInput = z.input<typeof runSchema>;

/**
 * A run from any value: fills in the defaults and checks every field.
 * @param where source of the value, for the message
 * @throws RangeError naming each wrong field, the rule and the value
 */
export function resolveRun(input: unknown, where = "run"): RunSpec {
  const result = runSchema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  throw new RangeError(`${where}: ${messagesOf(result.error.issues)}`);
}

/**
 * Rule that the value of one field breaks by itself, in words; undefined if it breaks none.
 * @param path of the field: ["training", "epochs"]
 */
export function ruleBroken(path: readonly string[], value: unknown): string | undefined {
  const run = path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
  const issues = runSchema.safeParse(run, { reportInput: true }).error?.issues ?? [];
  const own = issues.find((issue) => issue.code !== "custom" && issue.path.join(".") === path.join("."));
  return own && ruleOf(own);
}

/** Name of a run among several: its label, the proportion of its first predicted layer unless the label has it, and its seed. */
export function nameOf(spec: RunSpec): string {
  const [predicted] = predictedLayers(spec);
  const share = predicted ? `${Number((100 * predicted.proportion).toPrecision(3))}%` : "";
  const isSaid = share === "" || spec.label.split(" ").includes(share);
  return `${spec.label}${isSaid ? "" : ` ${share}`} seed ${spec.seed}`;
}
