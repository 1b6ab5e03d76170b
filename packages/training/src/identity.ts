import type { Execution } from "./executor";
import type { Json } from "./json";
import type { Plan } from "./plan";

/** What a checkpoint must have been made with, to be continued by this run. */
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
