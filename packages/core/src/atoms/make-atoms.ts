import * as tf from "@tensorflow/tfjs-core";
import type { Dictionary } from "@weightcast/dictionary";
import { checkWork, factorEntries, longestFactor } from "../layers/work";
import type { Atoms } from "./atoms";
import { type Basis, isBasis } from "./basis";
import { formU, type IndexSets } from "./columns";
import { formedAtoms, measure } from "./formed";
import { type KroneckerPlan, kroneckerAtoms, planKronecker } from "./kronecker";

/**
 * Share of a formed U's multiplications below which axis by axis is faster: its products are small, and numbers are
 * moved in between.
 */
export const kroneckerShare = 0.25;

/** Rule that decides whether J·n_α atoms are applied axis by axis, given the plan for it. Never, if a layer needs U formed. */
export type Pays = (plan: KroneckerPlan, count: number) => boolean;

/**
 * U as a constant: axis by axis if the dictionary has factors, its atoms already are the requested basis, and that pays;
 * otherwise formed.
 * @param who the layer's factory, for messages
 * @throws RangeError if U exceeds a limit
 */
export function makeAtoms(who: string, dictionary: Dictionary, sets: IndexSets, basis: Basis, pays: Pays): Atoms {
  // The factor of a single axis would hold all atoms. So would one of an axis of this length, and take longer than U.
  const separable = dictionary.domain.length > 1 && dictionary.domain.every((axis) => axis <= longestFactor);
  const byAxes = separable && isBasis(dictionary, basis);
  if (byAxes) checkWork(who, "U", { entry: factorEntries(dictionary), draw: sets.length * sets[0]!.length * 10 });
  const plan = byAxes ? planKronecker(dictionary, sets) : undefined;
  if (plan && pays(plan, plan.places.length)) return kroneckerAtoms(plan, sets, dictionary);
  const u = formU(who, dictionary, sets, basis);
  const tensor = tf.keep(tf.tensor2d(u.data, [u.rows, u.cols]));
  return formedAtoms(
    [u.rows, u.cols],
    measure(u, sets.length),
    () => tensor,
    () => tensor.dispose(),
  );
}
