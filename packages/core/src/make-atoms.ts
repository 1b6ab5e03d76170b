import * as tf from "@tensorflow/tfjs-core";
import { type Dictionary, sizeOf } from "@weightcast/dictionary";
import type { Atoms } from "./atoms";
import { formU, type IndexSets } from "./columns";
import { formedAtoms, measure } from "./formed-atoms";
import { kroneckerAtoms, planKronecker } from "./kronecker-atoms";
import type { Order } from "./product";

/** Axis by axis, products are small and numbers are moved in between: it pays from this share of the multiplications on. */
const kroneckerShare = 0.25;

/** Numbers of a U that is not formed where it takes more multiplications than axis by axis: 128 MB. */
const largeU = 2 ** 25;

/**
 * U as a constant: axis by axis where the dictionary has factors and that takes far fewer multiplications (fewer, of a U
 * above 128 MB), else formed.
 * @param order `weights-first` needs U formed
 */
export function makeAtoms(dictionary: Dictionary, sets: IndexSets, order: Order): Atoms {
  // On one axis the only factor is all atoms there are: more than U.
  const separable = order !== "weights-first" && dictionary.domain.length > 1;
  const plan = separable ? planKronecker(dictionary, sets) : undefined;
  const formed = sizeOf(dictionary.domain) * sets.length * sets[0]!.length;
  if (plan && plan.cost < (formed > largeU ? 1 : kroneckerShare) * formed)
    return kroneckerAtoms(plan, sets, dictionary);
  const u = formU(dictionary, sets);
  const tensor = tf.keep(tf.tensor2d(u.data, [u.rows, u.cols]));
  return formedAtoms(
    [u.rows, u.cols],
    measure(u, sets.length),
    () => tensor,
    () => tensor.dispose(),
  );
}
