import {
  checkDomain,
  checkOptions,
  type Dictionary,
  type SamplesModule,
  type SamplesSource,
  secondMoments,
  shown,
} from "@weightcast/dictionary";
import { sizeOf } from "@weightcast/types";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { learnedDictionary } from "./learned";
import { scaledEigenvectors, scaledFactor } from "./scaled-eigenvectors";

/** Options of {@link principalComponents}. */
export interface PrincipalComponentsOptions {
  /** Largest number of atoms, a positive integer. @default the rank of the samples' covariance */
  readonly size?: number;
}

/**
 * Principal components: the directions in which samples vary most, the leading eigenvectors of their covariance.
 *
 *   C u_j = σ_j² u_j,  σ_1 ≥ σ_2 ≥ …,  C = Σ (x − m)(x − m)ᵀ / (n − 1)
 *
 * The first r of them span the same space as a linear autoencoder with r units learns (Baldi & Hornik 1989), here in
 * closed form, in float64. Atoms have norm 1, are orthogonal, and are sorted by descending variance; the largest entry of
 * each (the first, if several are equal) is positive. Directions without variance are left out, so `size` is at most the
 * rank of C. It is decided relative to each coordinate's own variance, and so is the accuracy: a coordinate in other units
 * than the rest, of deviation 12 beside 9·10⁷, keeps its direction.
 *
 * @throws RangeError if the domain, an option or the samples' shape is invalid, a sample is not finite, or nothing varies
 */
export function principalComponents(
  { domain, batches }: SamplesSource,
  options: PrincipalComponentsOptions = {},
): Dictionary {
  const name = "principal-components";
  const inputs = sizeOf(checkDomain(name, domain));
  const { size = inputs } = checkOptions<PrincipalComponentsOptions>(name, options, ["size"]);
  if (!Number.isInteger(size) || size < 1)
    throw new RangeError(`${name}: size must be a positive integer; got ${shown(size)}`);
  const { matrix, samples } = secondMoments(name, batches(), inputs);
  // Constant coordinates are left out first, rather than found as eigenvectors with eigenvalues near 0.
  const varying = Array.from({ length: inputs }, (_, i) => i).filter((i) => matrix[i * inputs + i]! > 0);
  if (varying.length === 0)
    throw new RangeError(`${name}: samples must vary in some coordinate; all ${inputs} are constant`);

  const n = varying.length;
  const block = Float64Array.from({ length: n * n }, (_, at) => {
    const [a, b] = [Math.floor(at / n), at % n];
    return matrix[varying[a]! * inputs + varying[b]!]!;
  });
  const factor = scaledFactor(block, n, Math.max(n, samples) * Number.EPSILON);
  const cols = Math.min(size, samples - 1, factor.length);
  const vectors = leadingVectors(block, n, cols) ?? scaledEigenvectors(factor);

  const data = new Float32Array(inputs * cols);
  for (let j = 0; j < cols; j++) {
    const vector = vectors[j]!;
    const sign = signOf(vector);
    for (const [a, i] of varying.entries()) data[i * cols + j] = sign * vector[a]!;
  }
  return learnedDictionary({ rows: inputs, cols, data }, { name, domain, options: { size: cols }, orthonormal: true });
}

/**
 * Share of the largest eigenvalue below which QR iteration, whose errors are in proportion to that one, gives no float32
 * eigenvector. The smallest of MNIST is 1.6e-10.
 */
const leastShare = 1e-10;

/** Leading eigenvectors by QR iteration; undefined if that is not accurate enough for the last of them. */
function leadingVectors(block: Float64Array, n: number, count: number): readonly (readonly number[])[] | undefined {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(Matrix.from1DArray(n, n, block), {
    assumeSymmetric: true,
  });
  // They ascend.
  if (!(realEigenvalues[n - count]! > leastShare * realEigenvalues[n - 1]!)) return undefined;
  return Array.from({ length: count }, (_, j) => eigenvectorMatrix.getColumn(n - 1 - j));
}

/** Sign that makes the first of the largest entries positive; entries equal up to rounding count as equal. */
function signOf(vector: ArrayLike<number>): 1 | -1 {
  const entries = Array.from(vector);
  const largest = entries.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return entries.find((value) => Math.abs(value) > largest * (1 - 1e-9))! < 0 ? -1 : 1;
}

/** Module of `principalComponents`, for registries and the command line. */
export const principalComponentsModule: SamplesModule = {
  name: "principal-components",
  summary: "Principal components of the samples (a linear autoencoder in closed form)",
  needs: "samples",
  traits: { orthonormal: true, independent: true, ordered: true, learned: true },
  create: (source, options) => principalComponents(source, options as PrincipalComponentsOptions | undefined),
};
