import * as tf from "@tensorflow/tfjs-core";
import { initializers, type LayerVariable } from "@tensorflow/tfjs-layers";
import {
  type Dictionary,
  type Fingerprint,
  type Rank,
  rankOf,
  type Selection,
  sameFingerprint,
  sizeOf,
} from "@weightcast/dictionary";
import type { Atoms } from "./atoms";
import { activationOf, checkCount, checkGain, given, type LayerBasics } from "./basics";
import { type Basis, checkBasis } from "./basis";
import { formU, type IndexSets, indexSets } from "./columns";
import { formedAtoms, measure } from "./formed-atoms";
import { initialCoefficients } from "./initialize";
import { makeAtoms, type Pays } from "./make-atoms";
import { checkOrder, type Order } from "./product";
import { dictionaryOf, type Recipe, recipeOf } from "./recipe";

/** Options of every layer whose weights are W = U V. */
export interface FactorizedBasics extends LayerBasics {
  /** Where U comes from. */
  readonly dictionary: Dictionary;
  /** n_α, atoms in each column: a count, or `{ proportion }` of the dictionary's domain, which is then the share of W learned. */
  readonly rank: Rank;
  /** J, columns with index sets of their own; the outputs are divided equally between them. @default 1 */
  readonly columns?: number;
  /**
   * How each column chooses its atoms, or the indices themselves, J lists of n_α. Columns with the same atoms, as
   * `leading` gives them, share one U: the layer then counts as one of a single column. @default "uniform"
   */
  readonly selection?: Selection | IndexSets;
  /** Which basis of each column's atoms U is. @default "atoms" of a dense layer, "orthonormal" of a convolution */
  readonly basis?: Basis;
  /** Multiplies the deviation that V starts with, > 0. Sigmoid units learn faster from 4. @default 1 */
  readonly gain?: number;
  /** Order of the product x U V. @default "auto" */
  readonly order?: Order;
}

/** What a layer is made from: by its factory with a dictionary, by loading with what the file kept of it. */
export type Made<Options extends FactorizedBasics> = Omit<Options, "dictionary"> & {
  readonly recipe: Recipe;
  /** Absent in a layer that is being loaded. */
  readonly dictionary?: Dictionary;
  /** Of the U this layer was saved with. */
  readonly fingerprint?: readonly Fingerprint[];
};

/** @throws RangeError for `leading` atoms of a dictionary that isn't ordered */
export function made<Options extends FactorizedBasics>(who: string, options: Options): Made<Options> {
  const { dictionary, selection } = options;
  if (selection === "leading" && !dictionary.traits.ordered)
    throw new RangeError(
      `${who}: selection "leading" needs a dictionary ordered from coarse to fine; "${dictionary.name}" is not: choose "uniform", or give the indices`,
    );
  return { ...options, recipe: recipeOf(dictionary) };
}

/** A layer's options, resolved and checked, before it knows its inputs. */
export interface Factorization {
  /** The function that makes such layers, for messages. */
  readonly who: string;
  readonly made: Made<FactorizedBasics>;
  readonly sets: IndexSets;
  /** J: 1 where all columns would take the same atoms. */
  readonly columns: number;
  readonly rank: number;
  readonly gain: number;
  readonly basis: Basis;
  readonly order: Order;
  readonly activation: (x: tf.Tensor) => tf.Tensor;
}

/**
 * @param outputs what the layer calls its outputs, and how many there are
 * @param defaultBasis of this kind of layer
 * @throws RangeError for options that make no layer
 */
export function factorization(
  who: string,
  made: Made<FactorizedBasics>,
  [name, count]: readonly [string, number],
  defaultBasis: Basis,
): Factorization {
  const { columns = 1, gain = 1, order = "auto", basis = defaultBasis, selection = "uniform", seed = 0, recipe } = made;
  checkCount(who, name, count);
  if (!Number.isInteger(columns) || columns < 1 || count % columns !== 0)
    throw new RangeError(`${who}: columns must divide ${name}, ${count}, equally; got ${columns}`);
  checkGain(who, gain);
  checkBasis(who, basis);
  checkOrder(who, order);
  const rank = rankOf(made.rank, sizeOf(recipe.domain), recipe.size);
  const sets = indexSets({ size: recipe.size, rank, columns, selection, seed });
  const activation = activationOf(made.activation);
  return { who, made, sets, columns: sets.length, rank, gain, basis, order, activation };
}

/** What a built layer holds. */
export interface Weights {
  /** Constant where its recipe gives it again, a weight that is saved but not trained where it was learned. */
  readonly u: Atoms;
  /** V: [J, n_α·C', n_h / J] */
  readonly v: LayerVariable;
  readonly bias: LayerVariable | undefined;
}

/** Sizes that a layer knows when it is built. */
export interface Sizes {
  /** C', channels that share U and have rows of V of their own: rows are ordered (atom, channel). */
  readonly channels: number;
  /** n_h */
  readonly outputs: number;
  /** As in {@link initialCoefficients}. */
  readonly variance: number;
}

/** `addWeight` of a layer, which is protected there. */
export type AddWeight = (
  name: string,
  shape: number[],
  initializer: ReturnType<typeof initializers.zeros>,
  trainable?: boolean,
) => LayerVariable;

/**
 * Makes U, V and b of the layer of that name.
 * @throws RangeError where the dictionary no longer makes the atoms the layer was saved with
 */
export function makeWeights(layer: string, add: AddWeight, own: Factorization, sizes: Sizes, pays: Pays): Weights {
  const { made, sets, columns, rank, gain } = own;
  const { recipe, dictionary, seed = 0, useBias = true } = made;
  const { channels, outputs, variance } = sizes;
  const zeros = initializers.zeros();
  const constant = recipe.learned
    ? undefined
    : checked(layer, own, makeAtoms(dictionary ?? dictionaryOf(recipe), sets, own.basis, pays));
  const shape: [number, number, number] = [columns, rank * channels, outputs / columns];
  const v = add("coefficients", shape, zeros);
  const bias = useBias ? add("bias", [outputs], zeros) : undefined;
  const u = constant ?? storedAtoms(own, add);
  if (u.squares.length > 0) {
    const squares = u.squares.map((square) => square * channels);
    const values = initialCoefficients({ each: shape[1] * shape[2], squares, variance, gain, seed });
    tf.tidy(() => {
      v.write(tf.tensor3d(values, shape));
    });
  }
  return { u, v, bias };
}

/** U as a weight: of the dictionary, or of the weights that are being loaded. */
function storedAtoms({ made, sets, columns, rank, basis }: Factorization, add: AddWeight): Atoms {
  const { recipe, dictionary, fingerprint: prints = [] } = made;
  const shape = [sizeOf(recipe.domain), columns * rank] as const;
  // Until its weights are loaded, a layer that is made again answers NaN, not zeros that look like an answer.
  const absent = initializers.constant({ value: Number.NaN });
  const weight = add("atoms", [...shape], absent, false);
  const read = () => weight.read() as tf.Tensor2D;
  if (!dictionary) return formedAtoms(shape, { squares: [], prints }, read);
  const u = formU(dictionary, sets, basis);
  tf.tidy(() => {
    weight.write(tf.tensor2d(u.data, [u.rows, u.cols]));
  });
  return formedAtoms(shape, measure(u, columns), read);
}

function checked(layer: string, { who, made }: Factorization, atoms: Atoms): Atoms {
  const { fingerprint: saved, recipe } = made;
  const { prints } = atoms;
  const same = prints.every((print, i) => saved?.[i] && sameFingerprint(saved[i], print));
  if (!saved || (same && saved.length === prints.length)) return atoms;
  atoms.dispose();
  throw new RangeError(
    `${who} (layer ${layer}): dictionary "${recipe.name}" no longer makes the atoms the model was saved with; install the version it was saved with`,
  );
}

/** @throws Error before the layer is built */
export function built<W extends Weights>({ who }: Factorization, layer: string, weights: W | undefined): W {
  if (!weights) throw new Error(`${who} (layer ${layer}): not built yet; give it an input first`);
  return weights;
}

/** V of a layer. */
export const coefficientsOf = ({ v }: Weights): tf.Tensor3D => v.read() as tf.Tensor3D;

/** y + b, where there is a b. */
export const biased = <T extends tf.Tensor>({ bias }: Weights, y: T): T => (bias ? tf.add(y, bias.read()) : y);

/**
 * Multiplies each column's V by a factor of its own.
 * @param factors J numbers
 */
export function rescaleColumns({ v }: Weights, factors: readonly number[]): void {
  tf.tidy(() => {
    v.write(tf.mul(v.read(), tf.tensor3d([...factors], [factors.length, 1, 1])));
  });
}

/** What these options and U add to a layer's configuration. */
export function configOf({ made, rank }: Factorization, weights: Weights | undefined) {
  const { columns, selection: chosen, basis, gain, order, activation, useBias, seed } = made;
  const selection = typeof chosen === "object" ? chosen.map((indices) => [...indices]) : chosen;
  const recipe = unrenamed(JSON.stringify({ ...made.recipe, fingerprint: weights?.u.prints }));
  return { ...given({ columns, rank, selection, basis, gain, order, activation, useBias, seed }), recipe };
}

/** What a layer is made from again, of its configuration. */
export function restored(config: tf.serialization.ConfigDict): tf.serialization.ConfigDict {
  const { fingerprint, ...recipe } = JSON.parse(config.recipe as string);
  return { ...config, recipe, fingerprint };
}

/**
 * JSON that survives tf.layers: saving a model turns camelCase into snake_case, in strings too, and loading turns it back,
 * so that MyAtoms_V2 becomes MyAtomsV2. Written as \u escapes, what it would rename is out of its sight.
 */
const unrenamed = (json: string): string =>
  json.replace(/[A-Z_\u0080-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
