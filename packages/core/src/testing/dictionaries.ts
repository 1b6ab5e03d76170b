import { checkIndices, type Dictionary, type DomainModule } from "@weightcast/dictionary";
import { stream } from "@weightcast/random";
import type { Json, Matrix } from "@weightcast/types";

/** Module of normal atoms for this package's tests, because `core` knows no dictionary package. */
export const noise: DomainModule = {
  name: "noise",
  needs: "domain",
  create: ({ domain }, options) => noiseAtoms(domain, (options as { seed?: number } | undefined)?.seed ?? 0),
};

/** Dictionary of as many normal atoms as the domain has coordinates. */
export function noiseAtoms(domain: readonly number[], seed = 0, learned = false): Dictionary {
  const rows = domain.reduce((a, b) => a * b, 1);
  const options: Json = { seed };
  return {
    contract: 1,
    name: "noise",
    domain,
    size: rows,
    options,
    traits: { orthonormal: false, independent: true, ordered: false, learned },
    atoms(indices) {
      checkIndices("noise", indices, rows);
      const data = new Float32Array(rows * indices.length);
      indices.forEach((index, j) => {
        const { normal } = stream(seed, `noise/${index}`);
        for (let i = 0; i < rows; i++) data[i * indices.length + j] = normal();
      });
      return { rows, cols: indices.length, data };
    },
  };
}

/** Module of atoms with factors, in a shuffled order, for this package's tests. */
export const separable: DomainModule = {
  name: "separable",
  needs: "domain",
  create: ({ domain }, options) => separableAtoms(domain, (options as { seed?: number } | undefined)?.seed ?? 0),
};

/** Dictionary of Kronecker products of normal factors [n, n], shuffled. */
export function separableAtoms(domain: readonly number[], seed = 0): Dictionary {
  const rows = domain.reduce((a, b) => a * b, 1);
  if (domain.some((axis) => axis > 1000) || rows > 5e5)
    throw new RangeError(`separable: axes must be at most 1000, and prod(domain) 500000; got [${domain}]`);
  const factors = domain.map((axis, a): Matrix => {
    const { normal } = stream(seed, `factor/${a}`);
    return { rows: axis, cols: axis, data: Float32Array.from({ length: axis * axis }, normal) };
  });
  const permutation = stream(seed, "order").permutation(rows);
  // Entry (i, k) of the product: the factors' entries at the digits of i and k, in the mixed base of the domain's axes.
  const entry = (i: number, k: number) =>
    factors.reduceRight(
      ({ value, i, k }, { rows: n, data }) => ({
        value: value * data[(i % n) * n + (k % n)]!,
        i: Math.floor(i / n),
        k: Math.floor(k / n),
      }),
      { value: 1, i, k },
    ).value;
  return {
    contract: 1,
    name: "separable",
    domain,
    size: rows,
    options: { seed },
    traits: { orthonormal: false, independent: true, ordered: true, learned: false },
    atoms(indices) {
      checkIndices("separable", indices, rows);
      const cols = indices.length;
      const data = new Float32Array(rows * cols);
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < cols; j++) data[i * cols + j] = entry(i, permutation[indices[j]!]!);
      return { rows, cols, data };
    },
    factors,
    permutation,
  };
}
