import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { type Coefficients, daubechiesPolynomial, multiply } from "./polynomial";

/**
 * Roots that a symlet takes outside the unit circle (o) or inside (i), by ascending modulus of the one inside. Of all
 * choices it is the one whose phase is closest to linear (a test tries them all). Its mirror image is equally close; taking
 * this one follows the convention of PyWavelets.
 */
const symletRoots: Readonly<Record<number, string>> = {
  2: "i",
  3: "i",
  4: "io",
  5: "oi",
  6: "oio",
  7: "oii",
  8: "ioio",
  9: "iooi",
  10: "oioio",
};

/** Scaling filter of dbN, 2N coefficients: all roots are inside the unit circle, so its energy comes first. */
export const daubechies = (order: number): number[] => spectralFactor(order, "");

/** Scaling filter of symN, 2N coefficients. */
export const symlet = (order: number): number[] => spectralFactor(order, symletRoots[order]!);

/**
 * Scaling filter with `order` vanishing moments and 2·order coefficients, by spectral factorization (Daubechies, Ten
 * Lectures on Wavelets, 1992, §6.1):
 *
 *   h(z) = √2 ((1 + z⁻¹)/2)ᴺ q(z),  |q(e^{iω})|² = P_N(sin² ω/2)
 *
 * Each root y of P_N gives a choice of two roots of q, z and 1/z with z + 1/z = 2 − 4y, one of them inside the unit circle.
 * @param outside one letter for each real root and each conjugate pair: "o" takes the one outside, any other letter or a
 *   missing one the one inside
 */
export function spectralFactor(order: number, outside: string): number[] {
  let filter = [Math.SQRT2];
  for (let k = 0; k < order; k++) filter = multiply(filter, [0.5, 0.5]);
  innerFactors(order).forEach((factor, i) => {
    const sum = factor.reduce((total, coefficient) => total + coefficient, 0);
    const scaled = factor.map((coefficient) => coefficient / sum);
    filter = multiply(filter, outside[i] === "o" ? scaled.reverse() : scaled);
  });
  return filter;
}

/**
 * Real factors of q with all roots inside the unit circle, 1 − r z⁻¹ or 1 − 2 Re(r) z⁻¹ + |r|² z⁻², by ascending |r|.
 * A reversed factor has its roots outside.
 */
export function innerFactors(order: number): Coefficients[] {
  return roots(daubechiesPolynomial(order))
    .filter(([, imaginary]) => imaginary >= 0) // one of each conjugate pair
    .map(([re, im]) => {
      const [x, y] = insideRoot(1 - 2 * re, -2 * im);
      return im === 0 ? [1, -x] : [1, -2 * x, x * x + y * y];
    })
    .sort((a, b) => modulus(a) - modulus(b));
}

const modulus = (factor: Coefficients) => (factor.length === 2 ? Math.abs(factor[1]!) : Math.sqrt(factor[2]!));

/** Root r of z + 1/z = 2(a + ib) with |r| < 1: one of u ± √(u² − 1), u = a + ib. */
function insideRoot(a: number, b: number): [number, number] {
  const [re, im] = [a * a - b * b - 1, 2 * a * b];
  // Not Math.hypot, whose last bits are up to the engine.
  const most = Math.max(Math.abs(re), Math.abs(im));
  const size = most * Math.sqrt((re / most) ** 2 + (im / most) ** 2);
  const x = Math.sqrt((size + re) / 2);
  const y = Math.sign(im || 1) * Math.sqrt((size - re) / 2);
  // The larger of the two suffers no cancellation; the smaller is its inverse.
  const sign = a * x + b * y >= 0 ? 1 : -1;
  const [p, q] = [a + sign * x, b + sign * y];
  const square = p * p + q * q;
  return [p / square, -q / square];
}

/** Roots of a polynomial as [real, imaginary] parts: the eigenvalues of its companion matrix. */
function roots(coefficients: Coefficients): [number, number][] {
  const degree = coefficients.length - 1;
  const companion = Matrix.zeros(degree, degree);
  for (let i = 0; i < degree; i++) {
    companion.set(i, degree - 1, -coefficients[i]! / coefficients[degree]!);
    if (i > 0) companion.set(i, i - 1, 1);
  }
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(companion, { assumeSymmetric: false });
  return realEigenvalues.map((real, i) => [real, imaginaryEigenvalues[i]!]);
}
