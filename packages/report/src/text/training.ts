import { groupBy, planOf, type RunRecord } from "@weightcast/runs";
import { counted, escapeHtml, setting, windowText } from "../page/format";

/** Training of a run in words, by the name of each part; undefined if it has no such part. */
type Training = ReadonlyMap<string, string | undefined>;

function trainingOf(record: RunRecord): Training {
  const { pretraining, data, training, teacher, quantization } = record.spec;
  const { epochs, batchSize, rate, momentum, schedule, warmup, optimizer, weightDecay, maxColumnNorm, clipNorm } =
    training;
  return new Map([
    ["network", networkOf(record)],
    ["data", imagesOf(record)],
    ["standardized channels", data.standardize ? "channels standardized" : undefined],
    ["changed images", changesOf(training)],
    ["epochs", counted(epochs, "epoch")],
    ["batches", `batches of ${batchSize}`],
    ["optimizer", optimizer === "sgd" ? `momentum ${setting(momentum)}` : optimizer],
    ["rate", `rate ${setting(rate)}`],
    ["schedule", `${schedule} schedule`],
    ["warm-up", warmup ? `warm-up of ${Number(warmup.toPrecision(3))} epoch${warmup === 1 ? "" : "s"}` : undefined],
    ["weight decay", weightDecay > 0 ? `weight decay ${setting(weightDecay)}` : undefined],
    ["limit of gradients", clipNorm === undefined ? undefined : `gradients clipped to norm ${setting(clipNorm)}`],
    ["limit of column norms", maxColumnNorm === undefined ? undefined : `column norms up to ${setting(maxColumnNorm)}`],
    ["pre-training", pretraining && pretrainedFor(pretraining)],
    ["distillation", teacher && teacher.distill > 0 ? distilledBy(teacher) : undefined],
    ["rounded weights", quantization && roundedFor(quantization)],
    ["types", quantization && typesOf(quantization)],
  ]);
}

function imagesOf({ spec: { data }, result }: RunRecord): string {
  const { name, train, validation, table, target } = data;
  const kept = validation === undefined ? "" : `, ${validation.toLocaleString("en")} others kept for validation`;
  const all = validation === undefined ? "all" : "all other";
  const what = table === undefined ? (result.examples ?? "images") : `rows for ${target}`;
  return `${name}, ${train ? train.toLocaleString("en") : all} training ${what}${kept}`;
}

function pretrainedFor({
  epochs,
  rate,
  momentum,
  corruption,
  weights,
}: NonNullable<RunRecord["spec"]["pretraining"]>): string {
  const corrupted = corruption > 0 ? `, corruption ${setting(corruption)}` : "";
  const kept = weights === false ? ", for the dictionaries alone: training starts from random weights" : "";
  return `each layer pre-trained for ${counted(epochs, "epoch")}, rate ${setting(rate)}, momentum ${setting(momentum)}${corrupted}${kept}`;
}

const distilledBy = ({ distill, temperature }: NonNullable<RunRecord["spec"]["teacher"]>): string =>
  `${distill === 1 ? "the loss" : `${setting(distill)} of the loss`} the distance to a teacher's outputs at temperature ${setting(temperature)}`;

type Rounding = NonNullable<RunRecord["spec"]["quantization"]>;

const roundedFor = ({ epochs, rate }: Rounding): string =>
  epochs === 0
    ? "then the weights rounded"
    : `then ${counted(epochs, "epoch")} with rounded weights, rate ${setting(rate)}`;

function typesOf({ type, layers, vectors, compress }: Rounding): string {
  const others = Object.entries(layers).map(([layer, other]) => `${layer} ${other}`);
  return `stored as ${[type, ...others].join(", ")}, biases ${vectors}${compress ? ", compressed" : ""}`;
}

/** Networks of more layers are described by their number. */
const fewLayers = 6;

/** Network in words: from "28×28 → 500" on, each layer by the weights of one output and the number of outputs. */
function networkOf({ spec: { network }, result }: RunRecord): string {
  const { layers } = result;
  const { activation } = planOf(network);
  const outputs = result.testError === undefined ? "one number" : "the classes";
  const kernels = [...new Set(layers.map(({ kernel }) => kernel.join("×")))];
  const listed = layers.map((layer, i) => {
    const before = layers[i - 1];
    const takesThemAll = before !== undefined && windowText(layer) === `${before.filters}`;
    return `${takesThemAll ? "" : `${i > 0 ? ", " : ""}${windowText(layer)}`} → ${layer.filters}`;
  });
  const about =
    layers.length > fewLayers ? `${layers.length} layers of ${kernels.join(", ")} kernels` : listed.join("");
  return `network ${network.model}: ${about}, ${activation}, then ${outputs}`;
}

function changesOf({ augment }: RunRecord["spec"]["training"]): string | undefined {
  const { crop, flip } = augment ?? {};
  const changes = [...(crop ? [`cropped after padding by ${crop}`] : []), ...(flip ? ["half of them mirrored"] : [])];
  return changes.length === 0 ? undefined : `images ${changes.join(" and ")}`;
}

/** Options of {@link trainingText}. */
export interface TrainingTextOptions {
  /** Parts in which runs may differ without being told: sizes of the network, and types of the weights in its file. @default none */
  readonly except?: readonly ("network" | "types")[];
}

/** How most of the runs were trained, which labels were trained differently, and which in more than one way. HTML. */
export function trainingText(records: readonly RunRecord[], { except = [] }: TrainingTextOptions = {}): string {
  const { common, labels } = compare(records, except);
  const parts = [...common].filter(([part]) => part !== "types" || !except.includes(part));
  const [network, ...rest] = parts.flatMap(([, text]) => text ?? []);
  const text = `${network!.charAt(0).toUpperCase()}${network!.slice(1)}; ${rest.join(", ")}.`;
  const groups = [
    ...groupBy(
      labels.filter(({ other }) => other !== ""),
      ({ other }) => other,
    ),
  ];
  const name = (label: string) => `<b>${escapeHtml(label)}</b>`;
  const others = groups.map(
    ([other, same]) => `${same.map(({ label }) => name(label)).join(", ")}: ${escapeHtml(other)}`,
  );
  const mixed = labels.flatMap(({ label, mixture }) =>
    mixture === "" ? [] : [`${name(label)} (${escapeHtml(mixture)})`],
  );
  return `${escapeHtml(text)}${others.length > 0 ? ` Trained differently: ${others.join("; ")}.` : ""}${
    mixed.length > 0 ? ` Not all runs of a label were trained alike, so their means mix them: ${mixed.join(", ")}.` : ""
  }`;
}

/** Whether the methods were trained alike, in a sentence; empty for a single method. */
export function alike(records: readonly RunRecord[]): string {
  const { labels } = compare(records);
  if (labels.length < 2) return "";
  const unlike = labels.filter(({ other, mixture }) => other !== "" || mixture !== "").map(({ label }) => label);
  return `Every method${unlike.length > 0 ? ` except ${unlike.join("; ")}` : ""} was trained alike.`;
}

interface Compared {
  /** Each part as most runs have it; of two equally frequent ones, the first. */
  readonly common: Training;
  /** Parts that all runs of a label have differently, and parts in which they differ; empty if there are none. */
  readonly labels: readonly { readonly label: string; readonly other: string; readonly mixture: string }[];
}

function compare(records: readonly RunRecord[], except: readonly string[] = []): Compared {
  const trainings = records.map((record) => ({ label: record.spec.label, training: trainingOf(record) }));
  const parts = [...trainings[0]!.training.keys()];
  const common = new Map(parts.map((part) => [part, commonest(trainings.map(({ training }) => training.get(part)))]));
  const labels = [...groupBy(trainings, ({ label }) => label)].map(([label, runs]) => {
    const other: string[] = [];
    const mixture: string[] = [];
    for (const part of parts.filter((one) => !except.includes(one))) {
      const values = [...new Set(runs.map(({ training }) => training.get(part)))];
      const text = values.map((value) => value ?? `no ${part}`).join(" and ");
      if (values.length > 1) mixture.push(text);
      else if (values[0] !== common.get(part)) other.push(text);
    }
    return { label, other: other.join(", "), mixture: mixture.join("; ") };
  });
  return { common, labels };
}

function commonest<T>(values: readonly T[]): T {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}
