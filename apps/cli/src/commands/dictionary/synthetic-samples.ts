import type { SamplesSource } from "@weightcast/dictionary";
import { stream } from "@weightcast/random";
import { sizeOf } from "@weightcast/types";

/** Correlation of neighboring coordinates. */
const correlation = 0.7;
/** Samples per batch. */
const batchSize = 100;

/**
 * Seeded synthetic samples for dictionaries that are made from data: in (0, 1), like pixels, x_i = 1/(1 + exp(−g_i)) of
 * stationary Gaussian sequences along the coordinates, g_i = 0.7 g_{i−1} + √(1 − 0.7²) z_i. Each g_i has mean 0 and
 * variance 1. There are four samples per coordinate, and at least 200, so that their covariance has full rank.
 */
export function syntheticSamples(domain: readonly number[], seed = 1): SamplesSource {
  const cols = sizeOf(domain);
  const batches = Math.ceil(Math.max(200, 4 * cols) / batchSize);
  return {
    domain,
    *batches() {
      const { normal } = stream(seed, "synthetic-samples");
      for (let batch = 0; batch < batches; batch++) {
        const data = new Float32Array(batchSize * cols);
        let level = 0;
        for (let at = 0; at < data.length; at++) {
          const fresh = normal();
          level = at % cols === 0 ? fresh : correlation * level + Math.sqrt(1 - correlation ** 2) * fresh;
          data[at] = 1 / (1 + Math.exp(-level));
        }
        yield { rows: batchSize, cols, data };
      }
    },
  };
}
