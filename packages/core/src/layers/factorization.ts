import type * as tf from "@tensorflow/tfjs-core";
import {
  type Dictionary,
  type Fingerprint,
  quoted,
  type Rank,
  rankOf,
  type Selection,
  shown,
} from "@weightcast/dictionary";
import { jsonIn, sizeOf } from "@weightcast/types";
import { type Basis, checkBasis } from "../atoms/basis";
import { type IndexSets, indexSets } from "../atoms/columns";
import { checkedRecipe, dictionaryOf, type Recipe, recipeOf } from "../atoms/recipe";
import { checkOrder, type Order } from "../parametrization/product";
import { activationOf, checkCount, checkGain, checkSeed, defined, type LayerBasics } from "./basics";
import { checkChoice } from "./limits";

/** Options of every layer whose weights are W = U V, or W = W₀ + U V. */
export interface FactorizedBasics extends LayerBasics {
  /** Source of U. */
  readonly dictionary: Dictionary;
  /** n_α, atoms in each column: a count, or `{ proportion }` of the dictionary's domain, which is then the share of W learned. */
  readonly rank: Rank;
  /** J, columns with their own index sets; the outputs are divided equally between them. @default 1 */
  readonly columns?: number;
  /**
   * How each column chooses its atoms, or the indices themselves, J lists of n_α. Columns with the same atoms, as with
   * `leading`, share one U: the layer then counts as one of a single column. @default "uniform"
   */
  readonly selection?: Selection | IndexSets;
  /** Basis of each column's atoms that U holds. @default "atoms" for a dense layer, "orthonormal" for a convolution */
  readonly basis?: Basis;
  /** Factor on the standard deviation that V starts with, > 0. Sigmoid units learn faster with 4. @default 1 */
  readonly gain?: number;
  /** Order of the product x U V. @default "auto" */
  readonly order?: Order;
  /**
   * Base W₀ of W = W₀ + U V, in the shape of the ordinary layer's kernel: frozen, and saved with the model as a weight
   * named `base`. V then starts at zero, so that the layer at first equals the ordinary layer with weights W₀. The layer
   * keeps its own copy from when it is built; until then the tensor must not be disposed.
   * @default none, which is W₀ = 0
   */
  readonly base?: tf.Tensor;
}

/** Value of `base` in a saved configuration: the base is among the model's weights. */
export const storedBase = "stored";

/**
 * Options that a layer's constructor takes: its factory's, with the dictionary's recipe added; or those of a saved
 * configuration, which has only the recipe.
 */
export type LayerOptions<Options extends FactorizedBasics = FactorizedBasics> = Omit<Options, "dictionary" | "base"> & {
  readonly recipe: Recipe;
  /** Absent in a layer that is being loaded. */
  readonly dictionary?: Dictionary;
  /** Fingerprint of the U that the layer was saved with. */
  readonly fingerprint?: readonly Fingerprint[];
  readonly base?: tf.Tensor | typeof storedBase;
};

/**
 * Options of a layer's factory as the constructor takes them.
 * @throws RangeError for `leading` atoms of a dictionary that isn't ordered
 */
export function layerOptions<Options extends FactorizedBasics>(who: string, options: Options): LayerOptions<Options> {
  const { dictionary, selection } = options;
  checkDictionary(who, dictionary);
  if (selection === "leading" && !dictionary.traits.ordered)
    throw new RangeError(
      `${who}: selection "leading" needs a dictionary ordered from coarse to fine; "${dictionary.name}" is not: choose "uniform", or give the indices`,
    );
  return { ...options, recipe: recipeOf(dictionary) };
}

/** @throws TypeError unless it is a dictionary, saying how to make one */
function checkDictionary(who: string, dictionary: unknown): void {
  const { domain, traits, name } = Object(dictionary) as Partial<Dictionary>;
  if (typeof dictionary === "object" && Array.isArray(domain) && traits && typeof name === "string") return;
  const example = typeof dictionary === "string" && /^[a-z]\w*$/.test(dictionary) ? dictionary : "kernel";
  const got =
    typeof dictionary === "string"
      ? `the name "${dictionary}"`
      : typeof dictionary === "function"
        ? "a function; call it"
        : dictionary === undefined
          ? "none"
          : typeof dictionary;
  throw new TypeError(
    `${who}: dictionary must be a dictionary, such as ${example}([28, 28]) of a package @weightcast/dictionary-…, which you import; got ${got}`,
  );
}

/** Options of a factorized layer, resolved and checked, before its inputs are known. */
export interface Factorization {
  /** Factory of such layers, for messages. */
  readonly who: string;
  readonly options: LayerOptions;
  readonly sets: IndexSets;
  /** J: 1 if all columns would take the same atoms. */
  readonly columns: number;
  readonly rank: number;
  readonly gain: number;
  readonly basis: Basis;
  readonly order: Order;
  readonly activation: (x: tf.Tensor) => tf.Tensor;
}

/**
 * Resolves and checks a factorized layer's options.
 * @param outputs the layer's name for its outputs, and their number
 * @param defaultBasis for this kind of layer
 * @throws RangeError for invalid options
 */
export function factorization(
  who: string,
  given: LayerOptions,
  [name, count]: readonly [string, number],
  defaultBasis: Basis,
): Factorization {
  // The dictionary of a file first: it says whether the recipe's size is true, before atoms are drawn from it.
  const known = given.dictionary !== undefined || given.recipe.learned;
  const options = known ? given : { ...given, dictionary: dictionaryOf(given.recipe) };
  const { columns = 1, gain = 1, order = "auto", basis = defaultBasis, selection = "uniform" } = options;
  const { seed = 0, recipe } = options;
  checkCount(who, name, count);
  if (!Number.isInteger(columns) || columns < 1 || count % columns !== 0)
    throw new RangeError(`${who}: columns must divide ${name}, ${count}, equally; got ${shown(columns)}`);
  checkGain(who, gain);
  checkSeed(who, seed);
  checkBasis(who, basis);
  checkOrder(who, order);
  const rank = rankOf(options.rank, sizeOf(recipe.domain), recipe.size);
  checkChoice(who, { size: recipe.size, rank, columns, shuffled: selection === "uniform" && rank < recipe.size });
  const sets = indexSets({ size: recipe.size, rank, columns, selection, seed });
  const activation = activationOf(options.activation);
  return { who, options, sets, columns: sets.length, rank, gain, basis, order, activation };
}

/**
 * Configuration of a layer's options.
 * @param fingerprint of the layer's U, if it is built
 */
export function configOf({ options, rank }: Factorization, fingerprint: readonly Fingerprint[] | undefined) {
  const { columns, basis, gain, order, activation, useBias, seed, base } = options;
  const selection =
    typeof options.selection === "object" ? options.selection.map((indices) => [...indices]) : options.selection;
  const recipe = protectedJson(JSON.stringify({ ...options.recipe, fingerprint }));
  const entries = { columns, rank, selection, basis, gain, order, activation, useBias, seed };
  return { ...defined({ ...entries, base: base && storedBase }), recipe };
}

/**
 * Options of a layer's constructor from its saved configuration.
 * @throws RangeError if the recipe in it is missing, not JSON, or not one; the constructor checks the other entries
 */
export function restored(who: string, config: tf.serialization.ConfigDict): tf.serialization.ConfigDict {
  const { fingerprint, ...recipe } = recipeIn(who, config);
  if (fingerprint !== undefined && !isFingerprints(fingerprint))
    throw new RangeError(`${who}: the recipe's fingerprint in the model file is damaged; save the model again`);
  const { name, domain, size, options = {}, learned } = checkedRecipe(who, recipe);
  return {
    ...config,
    recipe: { name, domain: [...domain], size, options, learned },
    fingerprint,
  } as unknown as tf.serialization.ConfigDict;
}

function recipeIn(who: string, { recipe }: tf.serialization.ConfigDict): { readonly fingerprint?: unknown } {
  const parsed = typeof recipe === "string" ? jsonIn(recipe) : undefined;
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    throw new RangeError(`${who}: the configuration must hold a dictionary's recipe as JSON; got ${quoted(recipe)}`);
  return parsed;
}

export function isFingerprints(value: unknown): value is readonly Fingerprint[] {
  const isPrint = (print: Partial<Fingerprint> | null) =>
    typeof print === "object" &&
    print !== null &&
    Array.isArray(print.projections) &&
    [print.norm, ...print.projections].every(Number.isFinite);
  return Array.isArray(value) && value.every(isPrint);
}

/**
 * JSON that survives tf.layers: saving a model turns camelCase into snake_case, in strings too, and loading turns it back,
 * so that MyAtoms_V2 becomes MyAtomsV2. The letters that it would rename are written as \u escapes.
 */
export const protectedJson = (json: string): string =>
  json.replace(/[A-Z_\u0080-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
