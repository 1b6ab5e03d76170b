import { stream } from "@weightcast/random";
import type { DictionaryModule } from "./contract";
import { quoted } from "./shown";

/** How a layer chooses atoms: `uniform` without replacement (the paper), or the `leading` ones of an ordered dictionary. */
export type Selection = "uniform" | "leading";

/**
 * `count` distinct indices in [0, size), drawn uniformly without replacement, ascending.
 * The paper's α (Denil et al. 2013, §3.1 and the authors' code).
 * @param seed any safe integer
 * @param name name of the random stream: with one per column, the columns of a layer draw different atoms @default "atoms"
 * @throws RangeError unless `count` is an integer in [1, size]
 */
export function uniform(size: number, count: number, seed: number, name = "atoms"): number[] {
  checkCount("uniform", count, size);
  return [...stream(seed, name).permutation(size).subarray(0, count)].sort((a, b) => a - b);
}

/**
 * The first `count` indices: the coarsest atoms of an ordered dictionary.
 * @throws RangeError unless `count` is an integer in [1, size]
 */
export function leading(size: number, count: number): number[] {
  checkCount("leading", count, size);
  return Array.from({ length: count }, (_, i) => i);
}

/**
 * Returns `count` if a dictionary of `size` atoms has that many to choose from.
 * @param who the caller's name, for the message
 * @throws RangeError unless `count` is an integer in [1, size]
 */
export function checkCount(who: string, count: number, size: number): number {
  if (!Number.isInteger(count) || count < 1 || count > size)
    throw new RangeError(`${who}: count must be an integer in [1, ${size}], the atoms on offer; got ${count}`);
  return count;
}

/** Selections that the contract itself defines, and the trait that each one needs. */
const builtIn = {
  uniform: undefined,
  leading: { trait: "ordered", rule: 'a dictionary ordered from coarse to fine, such as "fourier" or "wavelet"' },
  energy: { trait: "independent", rule: 'a dictionary of independent atoms, such as "fourier" or "wavelet"' },
} as const;

const isBuiltIn = (selection: string): selection is keyof typeof builtIn => Object.hasOwn(builtIn, selection);

/** Names that a module's own selections may not have. */
export const builtInSelections: readonly string[] = Object.keys(builtIn);

/**
 * Checks that a dictionary's atoms can be chosen in a given way: `leading` needs an ordered dictionary, `energy` one of
 * independent atoms, and a name beyond those and `uniform` must be among the module's own selections.
 *
 * It takes a module, before any dictionary is created, or a dictionary. Traits that are not known yet are not judged, so a
 * selection that passes for a module may still be refused for the dictionary. A dictionary has no selections of its own:
 * for those pass `{ ...dictionary, selections: module.selections }`.
 *
 * @param who the caller's name, for the message
 * @param selection `uniform`, `leading`, `energy`, or the name of one of the module's selections
 * @throws RangeError if the dictionary cannot give it
 */
export function checkSelection(
  who: string,
  selection: string,
  offer: Pick<DictionaryModule, "name" | "traits" | "selections">,
): void {
  const { name, traits = {}, selections = {} } = offer;
  if (!isBuiltIn(selection)) {
    if (Object.hasOwn(selections, selection)) return;
    const possible = builtInSelections.filter((other) => !lacks(other, traits)).concat(Object.keys(selections));
    throw new RangeError(
      `${who}: selection must be one of ${possible.join(", ")} for the dictionary "${name}"; got ${quoted(selection)}`,
    );
  }
  if (lacks(selection, traits))
    throw new RangeError(
      `${who}: selection "${selection}" needs ${builtIn[selection]?.rule}; got "${name}": choose "uniform"`,
    );
}

/** Whether a trait that a built-in selection needs is known to be false. */
function lacks(selection: string, traits: NonNullable<DictionaryModule["traits"]>): boolean {
  const need = isBuiltIn(selection) ? builtIn[selection] : undefined;
  return need !== undefined && traits[need.trait] === false;
}

/** Rank of a layer: a number of atoms in each column, or a proportion of the layer's inputs. */
export type Rank = number | { readonly proportion: number };

/**
 * Number of atoms n_α in each column: `rank` itself, or round(proportion · inputs), but at least 1 and at most as many as
 * the dictionary offers (which may be fewer than the inputs: the covariance of images has no atoms at constant pixels).
 * @param inputs n_v, number of coordinates of the dictionary's domain
 * @param size number of atoms that the dictionary offers @default inputs
 * @throws RangeError unless the result is an integer in [1, size] and the proportion is in (0, 1]
 */
export function rankOf(rank: Rank, inputs: number, size = inputs): number {
  if (typeof rank !== "number") {
    const proportion: unknown = (rank as { readonly proportion?: unknown } | null | undefined)?.proportion;
    if (typeof proportion !== "number")
      throw new RangeError(`rank must be a number of atoms, or { proportion: number }; got ${quoted(rank)}`);
    if (!(proportion > 0 && proportion <= 1))
      throw new RangeError(`rank.proportion must be in (0, 1]; got ${proportion}`);
  }
  const count = typeof rank === "number" ? rank : Math.min(size, Math.max(1, Math.round(rank.proportion * inputs)));
  if (!Number.isInteger(count) || count < 1 || count > size)
    throw new RangeError(
      `rank must be an integer in [1, ${size}], the atoms the dictionary offers; got ${count}` +
        (count > 0 && count < 1 ? `; for a proportion write { proportion: ${count} }` : ""),
    );
  return count;
}
