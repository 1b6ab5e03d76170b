import * as tf from "@tensorflow/tfjs-core";
import { initializers, type LayerVariable, layers } from "@tensorflow/tfjs-layers";
import { type Dictionary, type Fingerprint, type Selection, sameFingerprint, sizeOf } from "@weightcast/dictionary";
import type { Atoms } from "./atoms";
import { activationOf, checkUnits, type DenseBasics, given, inputsOf, layerArguments } from "./basics";
import { formU, type IndexSets, indexSets, type Rank, rankOf } from "./columns";
import { formedAtoms, measure } from "./formed-atoms";
import { initialCoefficients } from "./initialize";
import { makeAtoms } from "./make-atoms";
import { type Order, product, weightsOf } from "./product";
import { dictionaryOf, type Recipe, recipeOf } from "./recipe";

/** Options of {@link factorizedDense}. */
export interface FactorizedDenseOptions extends DenseBasics {
  /** Where U comes from; its domain has as many coordinates as the layer has inputs. */
  readonly dictionary: Dictionary;
  /** n_α, atoms in each column: a count, or `{ proportion }` of the inputs, which is then the share of W learned. */
  readonly rank: Rank;
  /** J, columns with index sets of their own; `units` is divided equally between them. @default 1 */
  readonly columns?: number;
  /**
   * How each column chooses its atoms, or the indices themselves, J lists of n_α. Columns with the same atoms, as
   * `leading` gives them, share one U: the layer then counts as one of a single column. @default "uniform"
   */
  readonly selection?: Selection | IndexSets;
  /** Multiplies the deviation that V starts with, > 0. Sigmoid units learn faster from 4. @default 1 */
  readonly gain?: number;
  /** Order of the product x U V. @default "auto" */
  readonly order?: Order;
}

/**
 * A dense layer that learns only part of its weights: y = g(x U V + b), with U [n_v, J·n_α] fixed atoms of a
 * dictionary, and V [J, n_α, n_h / J] and b [n_h] learned. The weights of column j are W_j = U_j V_j
 * (Denil et al. 2013, §2 and §3.2). Input [batch, n_v], output [batch, n_h].
 *
 * V is drawn normal, so that the pre-activations have the variance a Glorot-initialized dense layer would give
 * white inputs, times gain²; `calibrate` replaces that assumption by a batch of real inputs.
 *
 * `model.save` keeps V, b and the dictionary's recipe, not U: `loadLayersModel` makes U again and compares its
 * fingerprint (call `registerLayers()` and `dictionaries.register(…)` first). A dictionary learned from data is stored,
 * as a weight that is not trained.
 *
 * @throws RangeError if `columns` does not divide `units`, the rank is not in [1, dictionary.size], or the selection does not
 *   fit the dictionary
 */
export function factorizedDense({ dictionary, ...rest }: FactorizedDenseOptions): FactorizedDense {
  if (rest.selection === "leading" && !dictionary.traits.ordered)
    throw new RangeError(
      `factorizedDense: selection "leading" needs a dictionary ordered from coarse to fine; "${dictionary.name}" is not: choose "uniform", or give the indices`,
    );
  return new FactorizedDense({ ...rest, recipe: recipeOf(dictionary), dictionary });
}

interface FactorizedDenseArgs extends Omit<FactorizedDenseOptions, "dictionary"> {
  readonly recipe: Recipe;
  /** Absent in a layer that is being loaded. */
  readonly dictionary?: Dictionary;
  /** Of the U this layer was saved with. */
  readonly fingerprint?: readonly Fingerprint[];
}

/** The layer that {@link factorizedDense} makes. */
export class FactorizedDense extends layers.Layer {
  /** @nocollapse */
  static readonly className = "FactorizedDense";
  readonly units: number;
  /** J, columns with atoms of their own: 1 where all would take the same. */
  readonly columns: number;
  /** n_α, atoms in each column. */
  readonly rank: number;
  readonly gain: number;
  readonly recipe: Recipe;
  private readonly args: FactorizedDenseArgs;
  private readonly sets: IndexSets;
  private readonly activation: (x: tf.Tensor) => tf.Tensor;
  /** Constant where its recipe gives it again, a weight that is saved but not trained where it was learned. */
  private u: Atoms | undefined;
  private coefficients: LayerVariable | undefined;
  private bias: LayerVariable | undefined;

  constructor(args: FactorizedDenseArgs) {
    super(layerArguments(args));
    const { units, columns = 1, rank, gain = 1, recipe, activation, selection = "uniform", seed = 0 } = args;
    checkUnits("factorizedDense", units);
    if (!Number.isInteger(columns) || columns < 1 || units % columns !== 0)
      throw new RangeError(`factorizedDense: columns must divide units, ${units}, equally; got ${columns}`);
    if (!(gain > 0 && gain < Infinity))
      throw new RangeError(`factorizedDense: gain must be a number above 0; got ${gain}`);
    this.args = args;
    this.gain = gain;
    this.units = units;
    this.recipe = recipe;
    this.rank = rankOf(rank, sizeOf(recipe.domain), recipe.size);
    this.sets = indexSets({ size: recipe.size, rank: this.rank, columns, selection, seed });
    this.columns = this.sets.length;
    this.activation = activationOf(activation);
  }

  override build(inputShape: Parameters<layers.Layer["build"]>[0]): void {
    const { recipe, columns, rank, units, gain } = this;
    const { seed = 0, useBias = true } = this.args;
    const inputs = inputsOf(`factorizedDense (layer ${this.name})`, inputShape, sizeOf(recipe.domain));
    const zeros = initializers.zeros();

    const { dictionary, order = "auto" } = this.args;
    const constant = recipe.learned
      ? undefined
      : this.checked(makeAtoms(dictionary ?? dictionaryOf(recipe), this.sets, order));
    this.coefficients = this.addWeight("coefficients", [columns, rank, units / columns], "float32", zeros);
    if (useBias) this.bias = this.addWeight("bias", [units], "float32", zeros);
    this.u = constant ?? this.storedAtoms(inputs);
    const { squares } = this.u;
    if (squares.length > 0) {
      const v = initialCoefficients({ inputs, rank, units, squares, gain, seed });
      tf.tidy(() => {
        this.coefficients!.write(tf.tensor3d(v, [columns, rank, units / columns]));
      });
    }
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor {
    return tf.tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      const x = (Array.isArray(inputs) ? inputs[0]! : inputs) as tf.Tensor2D;
      return this.activation(this.preactivation(x, kwargs.training === true));
    });
  }

  /**
   * x U V + b: what the activation function is given.
   * @param x [batch, n_v]
   * @param training counts the gradients' products when the order is chosen @default false
   */
  preactivation(x: tf.Tensor2D, training = false): tf.Tensor2D {
    return tf.tidy(() => {
      const v = this.coefficients!.read() as tf.Tensor3D;
      const y = product(x, this.fixed(), v, this.args.order ?? "auto", training);
      return this.bias ? tf.add(y, this.bias.read()) : y;
    });
  }

  /** U [n_v, J·n_α], the columns' atoms side by side. A fresh tensor, the caller's. */
  atoms(): tf.Tensor2D {
    return this.fixed().matrix();
  }

  /** What can be done with U. */
  fixed(): Atoms {
    if (!this.u) throw new Error(`factorizedDense (layer ${this.name}): not built yet; give it an input first`);
    return this.u;
  }

  /** α_1 … α_J: the indices of each column's atoms in its dictionary. */
  indices(): number[][] {
    return this.sets.map((indices) => [...indices]);
  }

  /** W = U V, [n_v, n_h]: the dense layer this one stands for. A fresh tensor, the caller's. */
  weightMatrix(): tf.Tensor2D {
    return tf.tidy(() => weightsOf(this.atoms(), this.coefficients!.read() as tf.Tensor3D));
  }

  /**
   * Multiplies each column's V by a factor of its own.
   * @param factors J numbers
   */
  rescale(factors: readonly number[]): void {
    tf.tidy(() => {
      const v = this.coefficients!;
      v.write(tf.mul(v.read(), tf.tensor3d([...factors], [this.columns, 1, 1])));
    });
  }

  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    return [inputShape[0] ?? null, this.units];
  }

  override getConfig() {
    const { units, columns, selection: chosen, gain, order, activation, useBias, seed } = this.args;
    const { rank } = this;
    const selection = typeof chosen === "object" ? chosen.map((indices) => [...indices]) : chosen;
    const recipe = unrenamed(JSON.stringify({ ...this.recipe, fingerprint: this.u?.prints }));
    return {
      ...super.getConfig(),
      ...given({ units, columns, rank, selection, gain, order, activation, useBias, seed }),
      recipe,
    };
  }

  /** @nocollapse */
  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    const { fingerprint: print, ...recipe } = JSON.parse(config.recipe as string);
    return new cls({ ...config, recipe, fingerprint: print } as never);
  }

  protected override disposeWeights(): number {
    this.u?.dispose();
    return super.disposeWeights();
  }

  /** U as a weight: of the dictionary, or of the weights that are being loaded. */
  private storedAtoms(inputs: number): Atoms {
    const { columns, sets } = this;
    const { dictionary, fingerprint: prints = [] } = this.args;
    const count = columns * this.rank;
    // Until its weights are loaded, a layer that is made again answers NaN, not zeros that look like an answer.
    const absent = initializers.constant({ value: Number.NaN });
    const weight = this.addWeight("atoms", [inputs, count], "float32", absent, undefined, false);
    const read = () => weight.read() as tf.Tensor2D;
    if (!dictionary) return formedAtoms([inputs, count], { squares: [], prints }, read);
    const u = formU(dictionary, sets);
    tf.tidy(() => {
      weight.write(tf.tensor2d(u.data, [u.rows, u.cols]));
    });
    return formedAtoms([inputs, count], measure(u, columns), read);
  }

  private checked(atoms: Atoms): Atoms {
    const { fingerprint: saved } = this.args;
    const { prints } = atoms;
    const same = prints.every((print, i) => saved?.[i] && sameFingerprint(saved[i], print));
    if (!saved || (same && saved.length === prints.length)) return atoms;
    atoms.dispose();
    throw new RangeError(
      `factorizedDense (layer ${this.name}): dictionary "${this.recipe.name}" no longer makes the atoms the model was saved with; install the version it was saved with`,
    );
  }
}

/**
 * JSON that survives tf.layers: saving a model turns camelCase into snake_case, in strings too, and loading turns it back,
 * so that MyAtoms_V2 becomes MyAtomsV2. Written as \u escapes, what it would rename is out of its sight.
 */
const unrenamed = (json: string): string =>
  json.replace(/[A-Z_\u0080-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
