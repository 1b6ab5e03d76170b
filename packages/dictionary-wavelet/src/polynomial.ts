/** Coefficients of a polynomial, the constant first; or of any finite filter. */
export type Coefficients = readonly number[];

/** The product of two polynomials. */
export function multiply(a: Coefficients, b: Coefficients): number[] {
  const product = new Array<number>(a.length + b.length - 1).fill(0);
  a.forEach((x, i) => {
    b.forEach((y, j) => {
      product[i + j]! += x * y;
    });
  });
  return product;
}

/** A polynomial to a power, a whole number. */
export const power = (a: Coefficients, exponent: number): number[] =>
  exponent === 0 ? [1] : multiply(power(a, exponent - 1), a);

/** p(x), by Horner's rule. */
export const evaluate = (p: Coefficients, x: number): number =>
  p.reduceRight((sum, coefficient) => sum * x + coefficient, 0);

/**
 * Daubechies' polynomial P_N(y) = Σ_{k<N} C(N−1+k, k) yᵏ: the one of least degree with
 * (1−y)ᴺ P_N(y) + yᴺ P_N(1−y) = 1.
 */
export function daubechiesPolynomial(order: number): number[] {
  const coefficients = [1];
  for (let k = 1; k < order; k++) coefficients.push((coefficients[k - 1]! * (order - 1 + k)) / k);
  return coefficients;
}
