import { cos, sin } from "@weightcast/random";
import { Matrix, solve } from "ml-matrix";
import { type Coefficients, daubechiesPolynomial, evaluate, multiply, power } from "./polynomial";

/** cos²(ω/2) and sin²(ω/2) as symmetric filters around index 0. */
const cosine: Coefficients = [0.25, 0.5, 0.25];
const sine: Coefficients = [-0.25, 0.5, -0.25];

/**
 * Scaling filter of coifK, 6K coefficients: both the wavelet and the scaling function have 2K vanishing moments
 * (Daubechies, Ten Lectures on Wavelets, 1992, §8.2). With c = cos²(ω/2) and s = sin²(ω/2),
 *
 *   h = √2 cᴷ (P_K(s) + sᴷ f),  f(ω) = Σ_{n<2K} f_n e^{−inω}
 *
 * has those moments for any f; the right f makes it orthonormal (see {@link residual}). Newton's method from f = 0 finds the
 * published solution for every K ≤ 5.
 */
export function coiflet(order: number): number[] {
  const size = 2 * order;
  let f = new Array<number>(size).fill(0);
  for (let step = 0, change = 1; change > 1e-8 && step < 20; step++) {
    const { values, jacobian } = residual(order, f);
    const correction = solve(jacobian, Matrix.columnVector(values)).to1DArray();
    f = f.map((value, n) => value - correction[n]!);
    change = Math.max(...correction.map(Math.abs)) / Math.max(...f.map(Math.abs));
  }

  const low = multiply(power(cosine, order), ofSine(daubechiesPolynomial(order)));
  const band = multiply(multiply(power(cosine, order), power(sine, order)), f);
  // Index 0 of `band` is −2K, of `low` −(2K − 1).
  return band.map((value, i) => Math.SQRT2 * (value + (low[i - 1] ?? 0)));
}

/** p(sin² ω/2) as a symmetric filter. */
function ofSine(p: Coefficients): number[] {
  const sum = new Array<number>(2 * p.length - 1).fill(0);
  p.forEach((coefficient, k) => {
    power(sine, k).forEach((value, i) => {
      sum[p.length - 1 - k + i]! += coefficient * value;
    });
  });
  return sum;
}

/**
 * Residual of orthonormality, |h(ω)|² + |h(ω + π)|² = 2, divided by its factor 2 cᴷ sᴷ. Undivided, the equation vanishes near
 * ω = 0 and π, and double precision would give coif5 only eight digits. What remains,
 *
 *   2 cᴷ P(s) Re f(ω) + 2 sᴷ P(c) Re f(ω + π) + cᴷ sᴷ (|f(ω)|² + |f(ω + π)|²) = 2 P(s) P(c),
 *
 * is a polynomial of degree 2K − 1 in cos 2ω, so its values at 2K Chebyshev nodes determine it.
 */
function residual(order: number, f: Coefficients): { values: number[]; jacobian: Matrix } {
  const size = 2 * order;
  const values: number[] = [];
  const jacobian = Matrix.zeros(size, size);
  const p = daubechiesPolynomial(order);
  for (let node = 0; node < size; node++) {
    const angle = ((node + 0.5) * Math.PI) / (2 * size);
    const half = (shift: number) => {
      const s = sin((angle + shift) / 2) ** 2;
      const re = f.reduce((sum, value, n) => sum + value * cos(n * (angle + shift)), 0);
      const im = f.reduce((sum, value, n) => sum + value * sin(n * (angle + shift)), 0);
      return { shift, re, im, low: power([1 - s], order)[0]!, value: evaluate(p, s) };
    };
    const [here, there] = [half(0), half(Math.PI)];
    const both = here.low * there.low;
    let sum = -2 * here.value * there.value;
    for (const { shift, re, im, low, value } of [here, there]) {
      sum += 2 * low * value * re + both * (re * re + im * im);
      for (let n = 0; n < size; n++) {
        const [x, y] = [cos(n * (angle + shift)), sin(n * (angle + shift))];
        const derivative = 2 * low * value * x + 2 * both * (re * x + im * y);
        jacobian.set(node, n, jacobian.get(node, n) + derivative);
      }
    }
    values.push(sum);
  }
  return { values, jacobian };
}
