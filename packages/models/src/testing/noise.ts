import { checkIndices, type Dictionary, type DomainModule } from "@weightcast/dictionary";
import { stream } from "@weightcast/random";

/** Normal atoms, of this package's tests only: models know no dictionary package. */
export function noiseAtoms(domain: readonly number[]): Dictionary {
  const size = domain.reduce((a, b) => a * b, 1);
  return {
    contract: 1,
    name: "model-noise",
    domain,
    size,
    options: {},
    traits: { orthonormal: false, independent: true, ordered: false, learned: false },
    atoms(indices) {
      checkIndices("model-noise", indices, size);
      const data = new Float32Array(size * indices.length);
      indices.forEach((index, j) => {
        const { normal } = stream(0, `noise/${index}`);
        for (let i = 0; i < size; i++) data[i * indices.length + j] = normal();
      });
      return { rows: size, cols: indices.length, data };
    },
  };
}

/** To load models with {@link noiseAtoms}. */
export const noise: DomainModule = { name: "model-noise", needs: "domain", create: ({ domain }) => noiseAtoms(domain) };
