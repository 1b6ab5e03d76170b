/** Coefficients of a polynomial, constant first, or of any finite filter. */
export type Coefficients = readonly number[];

/** Product of two polynomials. */
export function multiply(a: Coefficients, b: Coefficients): number[] {
  const product = new Array<number>(a.length + b.length - 1).fill(0);
  a.forEach((x, i) => {
    b.forEach((y, j) => {
      product[i + j]! += x * y;
    });
  });
  return product;
}

/** Power of a polynomial. @param exponent a whole number, at least 0 */
export const power = (a: Coefficients, exponent: number): number[] =>
  exponent === 0 ? [1] : multiply(power(a, exponent - 1), a);

/** Value p(x) of a polynomial, by Horner's rule. */
export const evaluate = (p: Coefficients, x: number): number =>
  p.reduceRight((sum, coefficient) => sum * x + coefficient, 0);

/**
 * Daubechies' polynomial P_N(y) = Σ_{k<N} C(N−1+k, k) yᵏ: the one of lowest degree with
 * (1−y)ᴺ P_N(y) + yᴺ P_N(1−y) = 1.
 */
export function daubechiesPolynomial(order: number): number[] {
  const coefficients = [1];
  for (let k = 1; k < order; k++) coefficients.push((coefficients[k - 1]! * (order - 1 + k)) / k);
  return coefficients;
}
