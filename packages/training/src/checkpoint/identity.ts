import type { Json } from "@weightcast/types";
import type { Execution } from "../executors/executor";
import type { Plan } from "../loop/plan";

/** Identity of a run: a run continues only a checkpoint whose identity equals its own. */
export function identityOf({ source, options, noise }: Plan, { execution }: Execution): Json {
  const { optimizer, weightDecay = 0, maxColumnNorm = null, lossEvery = 20, seed = 0, checkpoint } = options;
  const { count, batchSize, batchesPerEpoch } = source;
  return {
    optimizer: { name: optimizer.name, ...optimizer.options },
    weightDecay,
    maxColumnNorm,
    lossEvery,
    source: { count, batchSize, batchesPerEpoch },
    execution,
    ...(noise.length > 0 && { seed }),
    meta: checkpoint?.meta ?? null,
  };
}

/** First difference of two JSON values: its path, and both values there; undefined if they are equal. */
export function firstDifference(a: unknown, b: unknown, path = ""): readonly [string, string, string] | undefined {
  if (isRecord(a) && isRecord(b) && Array.isArray(a) === Array.isArray(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const difference = firstDifference(a[key], b[key], path ? `${path}.${key}` : key);
      if (difference) return difference;
    }
    return undefined;
  }
  return Object.is(a, b) ? undefined : [path, JSON.stringify(a) ?? "absent", JSON.stringify(b) ?? "absent"];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
