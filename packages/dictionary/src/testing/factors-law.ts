import type { Dictionary } from "../contract";
import { law, must, same, selections } from "./law";
import { kronecker } from "./linear-algebra";

/** A layer applies factors in place of U if there are any, so they must hold the atoms, in their order. */
export const factorsLaw = law(
  "its factors, if it has any, have the atoms as their Kronecker product, in the order of its permutation",
  (dictionary) => {
    const { factors, permutation, domain, size } = dictionary;
    if (!factors) {
      must(
        permutation === undefined,
        "permutation must be left out if there are no factors: it orders the columns of their product",
      );
      return;
    }
    must(factors.length === domain.length, `factors must be one per axis, ${domain.length}; got ${factors.length}`);
    factors.forEach((factor, axis) => {
      must(factor.rows === domain[axis], `factor ${axis} must have ${domain[axis]} rows; got ${factor.rows}`);
    });
    const offered = factors.reduce((product, factor) => product * factor.cols, 1);
    must(offered === size, `factors must offer as many atoms as size says, ${size}; got ${offered}`);
    if (permutation) checkPermutation(permutation, size);

    const product = `the Kronecker product of the factors${permutation ? ", where atom j is column permutation[j]," : ""}`;
    for (const indices of selections(dictionary)) {
      const columns = permutation ? indices.map((index) => permutation[index]!) : indices;
      same(
        kronecker(factors, columns),
        dictionary.atoms(indices),
        1e-5,
        product,
        "factors[a] is [domain[a], …] with atoms as columns, and the last axis runs fastest, in rows and columns",
      );
    }
    // A reversed permutation is still a permutation.
    if (permutation)
      staysWithout(dictionary, "permutation", permutation, () => Array.prototype.reverse.call(permutation));
    factors.forEach(({ data }, axis) => {
      staysWithout(dictionary, `factor ${axis}`, data, () => data.fill(0));
    });
  },
);

/** Throws if the atoms change when a caller overwrites a list that the dictionary handed out. Restores the list. */
function staysWithout(dictionary: Dictionary, what: string, list: ArrayLike<number>, overwrite: () => unknown): void {
  if (Object.isFrozen(list)) return;
  const indices = selections(dictionary)[1]!;
  const atoms = dictionary.atoms(indices);
  const writable = list as number[];
  const before = Array.from(list);
  try {
    overwrite();
    same(dictionary.atoms(indices), atoms, 0, `atoms after its ${what} was overwritten (hand out a copy)`);
  } finally {
    before.forEach((value, at) => {
      writable[at] = value;
    });
  }
}

function checkPermutation(permutation: ArrayLike<number>, size: number): void {
  must(permutation.length === size, `permutation must have one entry per atom, ${size}; got ${permutation.length}`);
  const seen = new Uint8Array(size);
  for (let j = 0; j < size; j++) {
    const column = permutation[j]!;
    must(
      Number.isInteger(column) && column >= 0 && column < size,
      `permutation must hold integers in [0, ${size - 1}]; entry ${j} is ${column}`,
    );
    must(!seen[column], `permutation must hold every column once; entry ${j} repeats ${column}`);
    seen[column] = 1;
  }
}
