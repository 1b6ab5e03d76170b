import { checkIndices, type Dictionary } from "@weightcast/dictionary";
import type { Matrix } from "@weightcast/types";

/** Dictionary whose atoms are the columns of a matrix learned from data. */
export function learnedDictionary(
  { rows, cols, data }: Matrix,
  {
    name,
    domain,
    options,
    orthonormal,
  }: Pick<Dictionary, "name" | "domain" | "options"> & {
    /** Whether the atoms are orthonormal, and ordered from coarse to fine. */
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
