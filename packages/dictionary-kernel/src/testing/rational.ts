/** Exact fraction, in lowest terms with a positive denominator. */
export interface Rational {
  readonly over: bigint;
  readonly under: bigint;
}

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? (a < 0n ? -a : a) : gcd(b, a % b));

export function rational(over: bigint, under = 1n): Rational {
  const common = under < 0n ? -gcd(over, under) : gcd(over, under);
  return { over: over / common, under: under / common };
}

export const add = (a: Rational, b: Rational) => rational(a.over * b.under + b.over * a.under, a.under * b.under);
const subtract = (a: Rational, b: Rational) => add(a, { over: -b.over, under: b.under });
export const multiply = (a: Rational, b: Rational) => rational(a.over * b.over, a.under * b.under);
const divide = (a: Rational, b: Rational) => rational(a.over * b.under, a.under * b.over);
/** Nearest float64, for fractions up to 2¹⁰⁰⁰. */
export const toNumber = ({ over, under }: Rational): number => {
  const shift = BigInt(Math.max(0, under.toString(2).length - over.toString(2).length + 64));
  return Number((over << shift) / under) / 2 ** Number(shift);
};

/** x of A x = b by Gauss–Jordan elimination; A is positive definite, so every pivot is above 0. */
export function solve(a: readonly (readonly Rational[])[], b: readonly Rational[]): Rational[] {
  const rows = a.map((row, i) => [...row, b[i]!]);
  for (const [step, pivotRow] of rows.entries())
    for (const [i, row] of rows.entries()) {
      if (i === step) continue;
      const factor = divide(row[step]!, pivotRow[step]!);
      rows[i] = row.map((value, j) => subtract(value, multiply(factor, pivotRow[j]!)));
    }
  return rows.map((row, i) => divide(row.at(-1)!, row[i]!));
}

/** Covariance of whole numbers, Σ (x − m)(x − m)ᵀ / (n − 1). */
export function covarianceOf(samples: readonly (readonly bigint[])[]): Rational[][] {
  const n = BigInt(samples.length);
  const sum = (of: (row: readonly bigint[]) => bigint) => samples.reduce((total, row) => total + of(row), 0n);
  return samples[0]!.map((_, i) =>
    samples[0]!.map((_, j) =>
      rational(n * sum((row) => row[i]! * row[j]!) - sum((row) => row[i]!) * sum((row) => row[j]!), n * (n - 1n)),
    ),
  );
}
