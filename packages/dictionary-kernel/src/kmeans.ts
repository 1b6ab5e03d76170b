import {
  checkDomain,
  checkIndices,
  checkOptions,
  type Dictionary,
  type SamplesModule,
  type SamplesSource,
  shown,
  type Traits,
} from "@weightcast/dictionary";
import { sizeOf } from "@weightcast/types";
import { lloyd } from "./lloyd";
import { gather } from "./points";

/** Options of {@link kmeans}. */
export interface KMeansOptions {
  /** Number of centroids, a positive integer, at most the number of distinct samples. @default prod(domain), 256 at most */
  readonly size?: number;
  /** Seed of the start; any safe integer. @default 0 */
  readonly seed?: number;
  /** Largest number of Lloyd's iterations, a positive integer. @default 10 */
  readonly iterations?: number;
}

const traits: Traits = { orthonormal: false, independent: true, ordered: false, learned: true };

/**
 * Centroids of a layer's inputs as atoms: U_j = c_j, chosen so that Σ ‖x − nearest c‖² over the samples x is small. From
 * the code of Denil et al. (2013).
 *
 * Starts by k-means++, then runs Lloyd's iterations in float64. Samples of zeros are skipped, as an atom of zeros would be
 * useless. The centroids are distinct; a selection of more atoms than the samples span dimensions is linearly dependent.
 *
 * All samples are held in memory: 12 bytes for each number that is not zero, 20 while they are read. Some 10,000 samples
 * are enough. With 200 centroids of 10,000 samples of 784 numbers, it takes about 5 seconds if four numbers in five are
 * zero, as in MNIST, and 20 if none is.
 *
 * @throws RangeError if the domain, an option or the samples' shape is wrong, a sample is not finite, or too few
 *   samples are distinct
 */
export function kmeans({ domain, batches }: SamplesSource, options: KMeansOptions = {}): Dictionary {
  const rows = sizeOf(checkDomain("kmeans", domain));
  const {
    size = Math.min(rows, 256),
    seed = 0,
    iterations = 10,
  } = checkOptions<KMeansOptions>("kmeans", options, ["size", "seed", "iterations"]);
  for (const [option, value] of Object.entries({ size, iterations }))
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`kmeans: ${option} must be a positive integer; got ${shown(value)}`);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`kmeans: seed must be a safe integer; got ${shown(seed)}`);
  const points = gather({ domain, batches }, rows);
  const centroids = points.count < size ? undefined : lloyd(points, size, seed, iterations);
  if (!centroids)
    throw new RangeError(
      `kmeans: size must be at most the number of distinct samples that are not zero; got ${size} for ${points.count} samples, or repeated ones`,
    );

  return {
    contract: 1,
    name: "kmeans",
    domain: [...domain],
    size,
    options: { size, seed, iterations },
    traits,
    atoms(indices) {
      const cols = checkIndices("kmeans", indices, size).length;
      const data = new Float32Array(rows * cols);
      indices.forEach((index, j) => {
        for (let i = 0; i < rows; i++) data[i * cols + j] = centroids[index * rows + i]!;
      });
      return { rows, cols, data };
    },
  };
}

/** Module of {@link kmeans}, for registries and the command line. */
export const kmeansModule: SamplesModule = {
  name: "kmeans",
  summary: "Centroids of the inputs by k-means",
  needs: "samples",
  seeded: true,
  traits,
  create: (source, options) => kmeans(source, options as KMeansOptions | undefined),
};
