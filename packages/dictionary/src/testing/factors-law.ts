import type { Dictionary } from "../contract";
import { law, must, same, selections } from "./law";
import { kronecker } from "./linear-algebra";

/** A layer that is given factors applies them in place of U, so they must hold the atoms, in their order. */
export const factorsLaw = law(
  "its factors, where given, have the atoms as their Kronecker product, in the order of its permutation",
  (dictionary) => {
    const { factors, permutation, domain, size } = dictionary;
    if (!factors) {
      must(permutation === undefined, "a permutation is one of the factors' product; without factors leave it out");
      return;
    }
    must(factors.length === domain.length, `factors must be one per axis, ${domain.length}; got ${factors.length}`);
    factors.forEach((factor, axis) => {
      must(factor.rows === domain[axis], `factor ${axis} must have ${domain[axis]} rows; got ${factor.rows}`);
    });
    const offered = factors.reduce((product, factor) => product * factor.cols, 1);
    must(offered === size, `the factors offer ${offered} atoms; size says ${size}`);
    if (permutation) checkPermutation(permutation, size);

    const product = `the Kronecker product of the factors${permutation ? ", atom j being its column permutation[j]," : ""}`;
    for (const indices of selections(dictionary)) {
      const columns = permutation ? indices.map((index) => permutation[index]!) : indices;
      same(kronecker(factors, columns), dictionary.atoms(indices), 1e-5, product);
    }
    // Reversed, a permutation is one still.
    if (permutation)
      staysWithout(dictionary, "permutation", permutation, () => Array.prototype.reverse.call(permutation));
    factors.forEach(({ data }, axis) => {
      staysWithout(dictionary, `factor ${axis}`, data, () => data.fill(0));
    });
  },
);

/** Throws if the atoms change where a caller overwrites what the dictionary handed out. It is put back. */
function staysWithout(dictionary: Dictionary, what: string, given: ArrayLike<number>, overwrite: () => unknown): void {
  if (Object.isFrozen(given)) return;
  const indices = selections(dictionary)[1]!;
  const atoms = dictionary.atoms(indices);
  const list = given as number[];
  const kept = Array.from(list);
  try {
    overwrite();
    same(dictionary.atoms(indices), atoms, 0, `atoms after its ${what} was overwritten (hand out a copy)`);
  } finally {
    kept.forEach((value, at) => {
      list[at] = value;
    });
  }
}

function checkPermutation(permutation: ArrayLike<number>, size: number): void {
  must(permutation.length === size, `permutation must have an entry an atom, ${size}; got ${permutation.length}`);
  const seen = new Uint8Array(size);
  for (let j = 0; j < size; j++) {
    const column = permutation[j]!;
    must(
      Number.isInteger(column) && column >= 0 && column < size,
      `permutation must hold integers in [0, ${size - 1}]; entry ${j} is ${column}`,
    );
    must(!seen[column], `permutation must hold every column once; entry ${j}, ${column}, is there twice`);
    seen[column] = 1;
  }
}
