/** Bits after the binary point of a fixed-point number, a bigint. */
const bits = 700n;
const one = 1n << bits;

/** float64 numbers as fixed-point numbers, without rounding above 2⁻⁶⁰⁰. */
function fixed(value: number): bigint {
  let [mantissa, exponent] = [value, 0];
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    exponent++;
  }
  return (BigInt(mantissa) << bits) >> BigInt(exponent);
}

const times = (a: bigint, b: bigint): bigint => (a * b) >> bits;
const over = (a: bigint, b: bigint): bigint => (a << bits) / b;
const size = (a: bigint): bigint => (a < 0n ? -a : a);

/** Square root by Newton's iteration from above. */
function root(value: bigint): bigint {
  const target = value << bits;
  if (target === 0n) return 0n;
  let x = 1n << BigInt(Math.ceil(target.toString(2).length / 2));
  for (;;) {
    const next = (x + target / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}

/**
 * Eigenvectors of the samples' covariance by descending eigenvalue, from 700 binary digits: exact sums, and Jacobi rotations.
 * @param values [rows, n], row-major
 */
export function exactComponents(values: readonly number[], n: number): number[][] {
  const x = values.map(fixed);
  const rows = BigInt(values.length / n);
  const mean = Array.from({ length: n }, (_, i) => x.filter((_, at) => at % n === i).reduce((a, b) => a + b) / rows);
  const c = Array.from({ length: n }, () => new Array<bigint>(n).fill(0n));
  for (let at = 0; at < x.length; at += n)
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) c[i]![j]! += times(x[at + i]! - mean[i]!, x[at + j]! - mean[j]!);
  const v = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? one : 0n)));
  for (let sweep = 0; sweep < 30; sweep++)
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        if (size(c[p]![q]!) < 1n << 40n) continue;
        const zeta = over(c[q]![q]! - c[p]![p]!, 2n * c[p]![q]!);
        const tangent = over(zeta < 0n ? -one : one, size(zeta) + root(one + times(zeta, zeta)));
        const cosine = over(one, root(one + times(tangent, tangent)));
        const sine = times(cosine, tangent);
        const turn = (a: bigint, b: bigint) => [times(cosine, a) - times(sine, b), times(sine, a) + times(cosine, b)];
        for (const row of [...c, ...v]) [row[p], row[q]] = turn(row[p]!, row[q]!) as [bigint, bigint];
        for (let k = 0; k < n; k++) {
          const [a, b] = turn(c[p]![k]!, c[q]![k]!);
          c[p]![k] = a!;
          c[q]![k] = b!;
        }
      }
  return Array.from({ length: n }, (_, j) => j)
    .sort((a, b) => (c[a]![a]! < c[b]![b]! ? 1 : -1))
    .map((j) => v.map((row) => Number(over(row[j]!, one) >> (bits - 300n)) / 2 ** 300));
}
