import * as tf from "@tensorflow/tfjs-core";
import { type Dictionary, sizeOf } from "@weightcast/dictionary";
import type { Atoms } from "./atoms";
import { type Basis, isBasis } from "./basis";
import { formU, type IndexSets } from "./columns";
import { formedAtoms, measure } from "./formed-atoms";
import { type KroneckerPlan, kroneckerAtoms, planKronecker } from "./kronecker-atoms";
import type { Order } from "./product";

/** Axis by axis, products are small and numbers are moved in between: it pays from this share of the multiplications on. */
export const kroneckerShare = 0.25;

/** Numbers of a U that is not formed where it takes more multiplications than axis by axis: 128 MB. */
const largeU = 2 ** 25;

/** Whether a dense layer's x U is to be taken axis by axis. */
export const densePays =
  (order: Order, { domain }: Pick<Dictionary, "domain">): Pays =>
  ({ cost }, count) => {
    const formed = sizeOf(domain) * count;
    // On one axis the only factor is all atoms there are: more than U.
    return order !== "weights-first" && domain.length > 1 && cost < (formed > largeU ? 1 : kroneckerShare) * formed;
  };

/**
 * Whether axis by axis pays, by what it would take, for J·n_α atoms. A layer that needs U formed says no.
 */
export type Pays = (plan: KroneckerPlan, count: number) => boolean;

/**
 * U as a constant: axis by axis where the dictionary has factors, its atoms are the basis asked for, and that pays; else
 * formed.
 */
export function makeAtoms(dictionary: Dictionary, sets: IndexSets, basis: Basis, pays: Pays): Atoms {
  const plan = isBasis(dictionary, basis) ? planKronecker(dictionary, sets) : undefined;
  if (plan && pays(plan, plan.places.length)) return kroneckerAtoms(plan, sets, dictionary);
  const u = formU(dictionary, sets, basis);
  const tensor = tf.keep(tf.tensor2d(u.data, [u.rows, u.cols]));
  return formedAtoms(
    [u.rows, u.cols],
    measure(u, sets.length),
    () => tensor,
    () => tensor.dispose(),
  );
}
