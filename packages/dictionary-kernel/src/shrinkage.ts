import type { SecondMoments } from "@weightcast/dictionary";
import { shown } from "@weightcast/dictionary";

/** Shrinkage of a covariance towards a multiple of the identity: a number in [0, 1], or the name of a rule. */
export type Shrinkage = number | "ledoit-wolf" | "oas";

/**
 * Shrinkage in use: the number itself, or the one that a rule computes from the samples. With S the covariance divided by
 * n (not n − 1), p coordinates that vary, μ = tr S/p and ‖·‖ the Frobenius norm:
 *
 *   ledoit-wolf: min(β, δ)/δ,  δ = ‖S − μI‖²/p,  β = (Σ ‖x − m‖⁴/n − ‖S‖²)/(p n)
 *   oas: min(1, (‖S‖²/p² + μ²) / ((n + 1)(‖S‖²/p² − μ²/p)))
 *
 * Ledoit & Wolf (2004), *A well-conditioned estimator for large-dimensional covariance matrices*; Chen, Wiesel, Eldar
 * & Hero (2010), *Shrinkage algorithms for MMSE covariance estimation*, as implemented in scikit-learn.
 *
 * @param biased factor that turns the given matrix into S: (n − 1)/n for a covariance, 1 for moments about zero
 * @throws RangeError unless it is a number in [0, 1] or the name of a rule
 */
export function shrinkageOf(
  shrinkage: Shrinkage,
  { matrix, samples, quartic }: SecondMoments,
  varying: number,
  biased: number,
): number {
  checkShrinkage(shrinkage);
  if (typeof shrinkage === "number") return shrinkage;
  if (varying === 1) return 0; // S is a multiple of the identity already
  const mean = (biased * trace(matrix)) / varying;
  const square = biased ** 2 * matrix.reduce((sum, value) => sum + value * value, 0);
  if (shrinkage === "oas") {
    const [each, scatter] = [square / varying ** 2, square / varying ** 2 - mean ** 2 / varying];
    return scatter > 0 ? Math.min(1, (each + mean ** 2) / ((samples + 1) * scatter)) : 1;
  }
  const distance = square / varying - mean ** 2;
  const error = Math.max(0, quartic / samples - square) / (varying * samples);
  return error < distance ? error / distance : 1;
}

/** @throws RangeError unless it is a number in [0, 1] or the name of a rule */
export function checkShrinkage(shrinkage: unknown): asserts shrinkage is Shrinkage {
  if (typeof shrinkage === "number" && shrinkage >= 0 && shrinkage <= 1) return;
  if (shrinkage !== "ledoit-wolf" && shrinkage !== "oas")
    throw new RangeError(
      `covariance: shrinkage must be a number in [0, 1], ledoit-wolf or oas; got ${shown(shrinkage)}`,
    );
}

/** Replaces S by (1 − s) S + s μ I over the coordinates that vary. */
export function shrink(matrix: Float64Array, size: number, coordinates: readonly number[], s: number): void {
  if (s === 0) return;
  const mean = trace(matrix) / coordinates.length;
  matrix.forEach((value, at) => {
    matrix[at] = (1 - s) * value;
  });
  for (const i of coordinates) matrix[i * size + i] = matrix[i * size + i]! + s * mean;
}

function trace(matrix: Float64Array): number {
  const size = Math.sqrt(matrix.length);
  let sum = 0;
  for (let i = 0; i < size; i++) sum += matrix[i * size + i]!;
  return sum;
}
