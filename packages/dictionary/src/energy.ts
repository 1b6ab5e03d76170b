import { type Matrix, sizeOf } from "@weightcast/types";
import { checkSamples } from "./checks";
import type { Dictionary, SamplesSource } from "./contract";
import { addProduct, kroneckerProduct } from "./kronecker";
import { checkCount, checkSelection } from "./selection";

/** Entries of U held at once if a dictionary has neither `analyze` nor `factors`: 16 MB. */
const blockEntries = 2 ** 22;

/**
 * The `count` atoms that samples contain most of: those whose mean squared coefficient is largest.
 *
 *   energy_j = mean over samples x of (xᵀ u_j)²
 *
 * For orthonormal atoms no other choice of the same number keeps more of the samples' squared length. Other atoms are not
 * scaled to length 1, so longer ones win regardless of their direction (k-means, an autoencoder's features, symmetric
 * wavelets), and overlapping atoms count twice what they share. So choose by energy among orthonormal atoms. Ties go to the
 * lower index.
 * Computed by `analyze` if the dictionary has it, else by `factors`, one axis at a time; else from the atoms, in blocks of
 * 2²² entries, with one pass over the samples per block.
 *
 * @param batches the samples, each batch [n, prod(domain)]; each call starts from the first sample again
 * @returns `count` indices, ascending
 * @throws RangeError unless `count` is an integer in [1, size], `traits.independent` is true, there is a sample, and
 *   every sample is prod(domain) finite numbers
 */
export function byEnergy(dictionary: Dictionary, batches: SamplesSource["batches"], count: number): number[] {
  checkCount("byEnergy", count, dictionary.size);
  checkSelection("byEnergy", "energy", dictionary);
  const energy = energies(dictionary, batches);
  if (!energy.every(Number.isFinite))
    throw new RangeError(
      "byEnergy: samples must be finite numbers; there is NaN or Infinity among them or their squares",
    );
  return Array.from(energy.keys())
    .sort((a, b) => energy[b]! - energy[a]! || a - b)
    .slice(0, count)
    .sort((a, b) => a - b);
}

/** Σ over the samples of (xᵀ u_j)², for every atom j. */
function energies(dictionary: Dictionary, batches: SamplesSource["batches"]): Float64Array {
  const { size, factors, permutation, analyze } = dictionary;
  const sums = new Float64Array(size);

  if (analyze)
    for (const samples of checked(dictionary, batches)) {
      const { rows, data } = analyze(samples);
      for (let i = 0; i < rows; i++) addSquares(sums, 0, data.subarray(i * size, (i + 1) * size));
    }
  else if (factors) {
    const apply = kroneckerProduct(factors);
    for (const samples of checked(dictionary, batches))
      for (let i = 0; i < samples.rows; i++) addSquares(sums, 0, apply(row(samples, i)));
    if (permutation) return Float64Array.from({ length: size }, (_, j) => sums[permutation[j]!]!);
  } else {
    const block = Math.max(1, Math.floor(blockEntries / sizeOf(dictionary.domain)));
    for (let from = 0; from < size; from += block) {
      const atoms = dictionary.atoms(Array.from({ length: Math.min(block, size - from) }, (_, j) => from + j));
      const coefficients = new Float64Array(atoms.cols);
      for (const samples of checked(dictionary, batches))
        for (let i = 0; i < samples.rows; i++) {
          coefficients.fill(0);
          addProduct(coefficients, 0, Float64Array.from(row(samples, i)), 0, 1, atoms);
          addSquares(sums, from, coefficients);
        }
    }
  }
  return sums;
}

/** The batches, each checked against the domain. */
function* checked({ domain }: Dictionary, batches: SamplesSource["batches"]): Generator<Matrix> {
  const length = sizeOf(domain);
  let seen = 0;
  for (const samples of batches()) {
    seen += checkSamples("byEnergy", samples, length).rows;
    yield samples;
  }
  if (seen === 0) throw new RangeError("byEnergy: there must be at least one sample; got none");
}

const row = ({ data, cols }: Matrix, i: number) => data.subarray(i * cols, (i + 1) * cols);

function addSquares(sums: Float64Array, at: number, values: ArrayLike<number>): void {
  for (let j = 0; j < values.length; j++) sums[at + j]! += values[j]! ** 2;
}
