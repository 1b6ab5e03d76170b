import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { z } from "zod";
import { canonical } from "./canonical";
import { type LayerSpec, layer, paperHidden } from "./hidden-spec";
import { type NetworkSpec, network } from "./network-spec";
import { predictedLayers } from "./predicted-layers";
import { selectionFault } from "./selection-fault";
import { data, dataNames, pretraining, pretrainingRates, training } from "./training-spec";

export type { LayerSpec } from "./hidden-spec";
export type { SelectionName } from "./layer-fields";

/** The schema of a run: what a configuration file holds, with defaults. */
export const runSchema = z
  .strictObject({
    use: z.array(z.string()).default([]).describe("packages or paths to take further dictionaries from"),
    label: z.string().default("run").describe("name in tables and reports; not part of the run's identity"),
    data: data.prefault({}),
    hidden: z.array(layer).optional().describe("the hidden layers of a multilayer perceptron; none of a `network`"),
    network: network.optional().describe("another network, instead of hidden layers"),
    activation: z
      .enum(["sigmoid", "relu", "tanh"])
      .optional()
      .describe("of the hidden layers; sigmoid when absent, and relu of a `network`"),
    training: training.prefault({}),
    pretraining: pretraining.optional(),
    seed: z.int().default(1),
  })
  .superRefine((run, context) => {
    for (const [path, message] of faultsOf(run))
      context.addIssue({ code: "custom", path, message, input: at(run, path) });
  })
  .transform(({ training, pretraining, network, data: { standardize, ...images }, ...rest }) => {
    const { hidden = network ? [] : paperHidden, activation = network ? "relu" : "sigmoid" } = rest;
    const standardized = standardize ?? network !== undefined;
    // Absent where it says nothing new: what identifies runs stays what it was before there was a choice.
    const name = images.name ?? (images.folder === undefined ? "mnist" : lastOf(images.folder));
    const data = { ...images, name, ...((standardized || network) && { standardize: standardized }) };
    const run = { ...rest, data, hidden, ...(network && { network }), activation };
    return {
      ...run,
      training: { ...training, rate: training.rate ?? rateFor(run, training) },
      ...(pretraining && { pretraining: { ...pretraining, rate: pretraining.rate ?? pretrainingRates[activation] } }),
    };
  });

type Fault = readonly [path: (string | number)[], message: string];

/** A run as its fields are, each for itself. */
interface Written {
  readonly hidden?: readonly LayerSpec[] | undefined;
  readonly network?: NetworkSpec | undefined;
  readonly activation?: string | undefined;
  readonly pretraining?: unknown;
  readonly training: {
    readonly augment?: unknown;
    readonly epochs: number;
    readonly schedule: string;
    readonly warmup?: number | undefined;
  };
  readonly data: { readonly name?: string | undefined; readonly folder?: string | undefined };
}

/** What no single field says. */
const faultsOf = ({ network, ...run }: Written): Fault[] => [
  ...(network ? ofNetwork(run) : ofHidden(run)),
  ...ofData(run),
  ...ofTraining(run),
];

function ofTraining({ training: { epochs, schedule, warmup = 0 } }: Written): Fault[] {
  const path = ["training", "warmup"];
  if (warmup >= epochs) return [[path, `must be fewer epochs than the run's ${epochs}`]];
  return warmup > 0 && schedule !== "cosine" ? [[path, "needs the cosine schedule"]] : [];
}

/** The last part of a path. */
const lastOf = (path: string): string => path.split(/[\\/]/).findLast((part) => /[^.]/.test(part)) ?? path;

/** What is in a folder is not known to be what was published: nobody should read it in a report. */
const ofData = ({ data: { name, folder } }: Written): Fault[] =>
  folder !== undefined && name !== undefined && (dataNames as readonly string[]).includes(name)
    ? [[["data", "name"], "must be a name of its own for what is in the folder, not that of a published data set"]]
    : [];

function ofNetwork({ hidden = [], activation = "relu", pretraining }: Written): Fault[] {
  const faults: Fault[] = [];
  if (hidden.length > 0) faults.push([["hidden"], "must be absent where a network is named"]);
  if (activation !== "relu") faults.push([["activation"], "must be relu, as networks have it, or absent"]);
  if (pretraining !== undefined) faults.push([["pretraining"], "needs hidden layers; a network is not pre-trained"]);
  return faults;
}

function ofHidden({ hidden = paperHidden, training }: Written): Fault[] {
  const faults: Fault[] = [];
  if (hidden.length === 0) faults.push([["hidden"], "must hold at least one layer, or a network be named"]);
  if (training.augment !== undefined)
    faults.push([["training", "augment"], "needs a network; hidden layers are given rows of pixels"]);
  for (const [i, layer] of hidden.entries()) {
    if (layer.weights !== "factorized") continue;
    if (layer.units % layer.columns !== 0)
      faults.push([["hidden", i, "columns"], `must divide the layer's ${layer.units} units equally`]);
    const fault = selectionFault(layer.selection, layer.dictionary, { samples: true });
    if (fault !== undefined) faults.push([["hidden", i, "selection"], fault]);
  }
  return faults;
}

const at = (value: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown>)[key], value);

/** A learning rate at the start that trains the paper's networks well in a few epochs: a low-rank layer diverges at the others'. */
function rateFor(
  { hidden, network }: { readonly hidden: readonly { weights: string }[]; readonly network?: unknown },
  { optimizer }: { optimizer: string },
) {
  if (optimizer === "adam") return 0.001;
  if (network) return 0.02;
  return hidden.some(({ weights }) => weights === "low-rank") ? 0.1 : 0.2;
}

/** A run, resolved: every option that changes its numbers, engine apart. */
export type RunSpec = z.output<typeof runSchema>;
/** A run as it is written, defaults left out. */
export type RunInput = z.input<typeof runSchema>;

/**
 * A run from anything: fills in the defaults and checks every field.
 * @param where what was read, for the message
 * @throws RangeError naming each wrong field, what it must be and what it is
 */
export function resolveRun(input: unknown, where = "run"): RunSpec {
  const result = runSchema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message, input: got }) => {
    const at = path.length === 0 ? "" : `${z.core.toDotPath(path)}: `;
    return `${at}${message.charAt(0).toLowerCase()}${message.slice(1)}${typeof got === "object" ? "" : `; got ${JSON.stringify(got)}`}`;
  });
  throw new RangeError(`${where}: ${faults.join("\n  ")}`);
}

/** What a run is called where there are several: its label, the proportion of its first predicted layer, and its seed. */
export function nameOf(spec: RunSpec): string {
  const [predicted] = predictedLayers(spec);
  const share = predicted ? ` ${Number((100 * predicted.proportion).toPrecision(3))}%` : "";
  return `${spec.label}${share} seed ${spec.seed}`;
}

/** Goes up when a release changes the numbers of a run that an earlier one could do: initialization, calibration, the order of batches. */
const numbers = 1;

/**
 * What identifies a run: 12 hexadecimal digits of the SHA-256 of the canonical JSON (keys sorted) of all that decides its
 * numbers. The label does not, nor do paths: what is in the files does.
 * @param engine `versionsOf` what computes it
 * @param outside `outsideOf` the run @default "", nothing
 */
export function identityOf({ label: _, use: __, data, ...rest }: RunSpec, engine: string, outside = ""): string {
  const { folder: ___, ...images } = data;
  const text = canonical({ ...rest, data: images, numbers, engine, outside });
  return bytesToHex(sha256(new TextEncoder().encode(text))).slice(0, 12);
}
