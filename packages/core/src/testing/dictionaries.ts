import { checkIndices, type Dictionary, type DomainModule, type Json } from "@weightcast/dictionary";
import { stream } from "@weightcast/random";

/** Normal atoms, of this package's tests only: `core` knows no dictionary package. */
export const noise: DomainModule = {
  name: "noise",
  needs: "domain",
  create: ({ domain }, options) => noiseAtoms(domain, (options as { seed?: number } | undefined)?.seed ?? 0),
};

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
