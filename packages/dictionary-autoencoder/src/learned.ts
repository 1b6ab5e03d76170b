import { checkIndices, type Dictionary, type Matrix } from "@weightcast/dictionary";

/** A dictionary whose atoms are the columns of a matrix made from data. */
export function learnedDictionary(
  { rows, cols, data }: Matrix,
  {
    name,
    domain,
    options,
    orthonormal,
  }: Pick<Dictionary, "name" | "domain" | "options"> & {
    /** Orthonormal atoms, from coarse to fine. */
    readonly orthonormal: boolean;
  },
): Dictionary {
  return {
    contract: 1,
    name,
    domain: [...domain],
    size: cols,
    options,
    traits: { orthonormal, independent: true, ordered: orthonormal, learned: true },
    atoms(indices) {
      const count = checkIndices(name, indices, cols).length;
      const chosen = new Float32Array(rows * count);
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < count; j++) chosen[i * count + j] = data[i * cols + indices[j]!]!;
      return { rows, cols: count, data: chosen };
    },
  };
}
