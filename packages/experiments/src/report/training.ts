import { groupBy } from "../aggregate";
import type { RunRecord } from "../record";
import { counted, escapeHtml } from "./format";

/** What a run's training is said to be, by what each part is called; undefined where it has none of it. */
type Training = ReadonlyMap<string, string | undefined>;

function trainingOf({ spec, result }: Told): Training {
  const { epochs, batchSize, rate, momentum, schedule, warmup, optimizer, weightDecay, maxColumnNorm } = spec.training;
  const { pretraining, data } = spec;
  const corrupted = pretraining && pretraining.corruption > 0 ? `, corruption ${pretraining.corruption}` : "";
  return new Map([
    ["network", networkOf({ spec, result })],
    ["data", `${data.name}, ${data.train ? data.train.toLocaleString("en") : "all"} training images`],
    ["standardized channels", data.standardize ? "channels standardized" : undefined],
    ["changed images", changesOf(spec.training)],
    ["epochs", counted(epochs, "epoch")],
    ["batches", `batches of ${batchSize}`],
    ["optimizer", optimizer === "sgd" ? `momentum ${momentum}` : optimizer],
    ["rate", `rate ${rate}`],
    ["schedule", `${schedule} schedule`],
    ["warm-up", warmup ? `warm-up of ${Number(warmup.toPrecision(3))} epoch${warmup === 1 ? "" : "s"}` : undefined],
    ["weight decay", weightDecay > 0 ? `weight decay ${weightDecay}` : undefined],
    ["limit of column norms", maxColumnNorm === undefined ? undefined : `column norms up to ${maxColumnNorm}`],
    [
      "pre-training",
      pretraining &&
        `each layer pre-trained for ${counted(pretraining.epochs, "epoch")}, rate ${pretraining.rate}, momentum ${pretraining.momentum}${corrupted}`,
    ],
  ]);
}

type Told = Pick<RunRecord, "spec" | "result">;

/** More layers than these are counted, not listed. */
const fewLayers = 6;

function networkOf({ spec: { network, hidden, activation }, result: { domain, layers = [] } }: Told): string {
  if (!network) {
    const sizes = [domain.join("×"), ...hidden.map(({ units }) => units)].join("–");
    return `hidden layers ${sizes}, ${activation}, then the classes`;
  }
  const sizes = [...new Set(layers.map(({ kernel }) => kernel.join("×")))];
  const listed = layers.map(({ kernel, channels, filters }) => `${filters} of ${kernel.join("×")}×${channels}`);
  const about =
    layers.length > fewLayers ? `${layers.length} layers of ${sizes.join(", ")} kernels` : listed.join(", ");
  return `network ${network.model}: ${about}, ${activation}, then the classes`;
}

function changesOf({ augment }: RunRecord["spec"]["training"]): string | undefined {
  const { crop, flip } = augment ?? {};
  const changes = [...(crop ? [`cropped after padding by ${crop}`] : []), ...(flip ? ["half of them mirrored"] : [])];
  return changes.length === 0 ? undefined : `images ${changes.join(" and ")}`;
}

/** How most of the runs were trained, which labels were trained otherwise, and which were not trained in one way. HTML. */
export function trainingText(records: readonly RunRecord[]): string {
  const { common, labels } = compare(records);
  const [network, ...rest] = [...common.values()].filter((text) => text !== undefined);
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
  return `${escapeHtml(text)}${others.length > 0 ? ` Trained otherwise: ${others.join("; ")}.` : ""}${
    mixed.length > 0 ? ` Not all runs were trained alike, so means mix them: ${mixed.join(", ")}.` : ""
  }`;
}

/** Whether methods were trained alike, in a sentence; nothing of a single one. */
export function alike(records: readonly RunRecord[]): string {
  const { labels } = compare(records);
  if (labels.length < 2) return "";
  const unlike = labels.filter(({ other, mixture }) => other !== "" || mixture !== "").map(({ label }) => label);
  return `Every method${unlike.length > 0 ? ` but ${unlike.join("; ")}` : ""} was trained alike.`;
}

interface Compared {
  /** Each part as most runs have it; of two as frequent, the first. */
  readonly common: Training;
  /** What all runs of a label have otherwise, and what they do not agree on; empty where there is none. */
  readonly labels: readonly { readonly label: string; readonly other: string; readonly mixture: string }[];
}

function compare(records: readonly RunRecord[]): Compared {
  const trainings = records.map((record) => ({ label: record.spec.label, training: trainingOf(record) }));
  const parts = [...trainings[0]!.training.keys()];
  const common = new Map(parts.map((part) => [part, commonest(trainings.map(({ training }) => training.get(part)))]));
  const labels = [...groupBy(trainings, ({ label }) => label)].map(([label, runs]) => {
    const other: string[] = [];
    const mixture: string[] = [];
    for (const part of parts) {
      const values = [...new Set(runs.map(({ training }) => training.get(part)))];
      const said = values.map((value) => value ?? `no ${part}`).join(" and ");
      if (values.length > 1) mixture.push(said);
      else if (values[0] !== common.get(part)) other.push(said);
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
