import type { ExampleSource, Json } from "@weightcast/types";
import { hasParts } from "../examples/examples";
import type { Execution } from "../executors/executor";
import type { Plan } from "../loop/plan";
import type { Task } from "../tasks/task";
import { modelIdentity } from "./model-identity";

/** Identity of a run: a run continues only a checkpoint whose identity equals its own. */
export function identityOf({ model, source, options, task, noise, watch }: Plan, { execution }: Execution): Json {
  const { clipNorm, clipValue, restoreBest, accumulate = 1, averaging } = options;
  const { optimizer, weightDecay = 0, maxColumnNorm = null, quantizer, lossEvery = 20, seed = 0, checkpoint } = options;
  const { count, batchSize, batchesPerEpoch } = source;
  return {
    optimizer: { name: optimizer.name, ...optimizer.options },
    weightDecay,
    maxColumnNorm,
    ...(quantizer && { quantized: true }),
    ...(clipNorm !== undefined && { clipNorm }),
    ...(clipValue !== undefined && { clipValue }),
    ...(accumulate > 1 && { accumulate }),
    ...(averaging && { averaging: { decay: averaging.decay } }),
    // The others continue with another metric to watch, as with another patience: it changes no weights.
    ...(restoreBest && { restoreBest: { monitor: watch.monitor, mode: watch.mode, minDelta: watch.minDelta } }),
    lossEvery,
    source: { count, batchSize, batchesPerEpoch, ...(hasParts(source) && partsAs(source)) },
    execution,
    ...(noise.length > 0 && { seed }),
    meta: checkpoint?.meta ?? null,
    // Functions have no identity that outlives a process, so of other losses only their kind is known.
    loss: lossText(task),
    ...(checkpoint && { model: modelIdentity(model) }),
  };
}

/** Name and options of a task; the plain classification has the name of its loss, as in earlier versions. */
function lossText({ name, options }: Task): Json {
  const plain = Object.keys(options).length === 0;
  if (plain) return name === "classification" ? "softmaxCrossEntropy" : name;
  return { name, ...options };
}

const partsAs = ({ inputs, targets, weighted = false }: ExampleSource) => ({
  inputs: inputs.map(({ shape, dtype }) => ({ shape: [...shape], dtype })),
  targets: targets.map(({ shape, dtype }) => ({ shape: [...shape], dtype })),
  weighted,
});

/**
 * Identity without its entry `model`, and that entry. Checkpoints of earlier versions lack `loss` and `model`; what a
 * checkpoint does not know is not compared.
 */
export function partsOf(identity: Json, stored: Json): { readonly run: Json; readonly model: Json | undefined } {
  const { model, loss, ...rest } = Object(identity) as { readonly [key: string]: Json };
  const known = Object(stored) as { readonly [key: string]: Json };
  return {
    run: "loss" in known && loss !== undefined ? { ...rest, loss } : rest,
    model: "model" in known ? model : undefined,
  };
}

/**
 * First difference of two JSON values: its path, and both values there; undefined if they are equal. Numbers within an
 * entry `fingerprint` may differ by rounding.
 */
export function firstDifference(a: unknown, b: unknown, path = ""): readonly [string, string, string] | undefined {
  if (isRecord(a) && isRecord(b) && Array.isArray(a) === Array.isArray(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const difference = firstDifference(a[key], b[key], path ? `${path}.${key}` : key);
      if (difference) return difference;
    }
    return undefined;
  }
  if (Object.is(a, b) || (isFingerprint(path) && almostEqual(a, b))) return undefined;
  return [path, shown(a), shown(b)];
}

/** Largest difference of two entries of fingerprints, relative to the larger one, or absolute below 1. */
const tolerance = 1e-4;

const isFingerprint = (path: string): boolean => path.split(".").includes("fingerprint");

/** Whether two numbers of fingerprints are equal, except for the rounding of another engine. */
function almostEqual(a: unknown, b: unknown): boolean {
  if (typeof a !== "number" || typeof b !== "number") return false;
  return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
}

/** JSON of a value, shortened. */
function shown(value: unknown): string {
  let text = "absent";
  try {
    text = JSON.stringify(value) ?? text;
  } catch {
    text = "nested too deeply"; // only a checkpoint that was made to be
  }
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
