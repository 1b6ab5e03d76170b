import { type SamplesSource, sizeOf } from "@weightcast/dictionary";
import { stream } from "@weightcast/random";

/** Correlation of neighbors, and samples a batch. */
const correlation = 0.7;
const batchSize = 100;

/**
 * Seeded samples to make a dictionary from where there are no real ones: stationary Gaussian sequences along the
 * coordinates, x_i = 0.7 x_{i−1} + √(1 − 0.7²) z_i, four for each coordinate and at least 200, so that their covariance
 * has full rank. Each coordinate has mean 0 and variance 1.
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
        for (let at = 0; at < data.length; at++) {
          const fresh = normal();
          data[at] = at % cols === 0 ? fresh : correlation * data[at - 1]! + Math.sqrt(1 - correlation ** 2) * fresh;
        }
        yield { rows: batchSize, cols, data };
      }
    },
  };
}
