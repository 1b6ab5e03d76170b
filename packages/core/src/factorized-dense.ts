import * as tf from "@tensorflow/tfjs-core";
import { initializers, type LayerVariable, layers } from "@tensorflow/tfjs-layers";
import {
  type Dictionary,
  type Fingerprint,
  fingerprint,
  type Matrix,
  type Selection,
  sameFingerprint,
  sizeOf,
} from "@weightcast/dictionary";
import { activationOf, checkUnits, type DenseBasics, given, inputsOf, layerArguments } from "./basics";
import { indexSets, type Rank, rankOf, sideBySide } from "./columns";
import { initialCoefficients } from "./initialize";
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
  /** How each column chooses its atoms. @default "uniform" */
  readonly selection?: Selection;
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
 * @throws RangeError if `columns` does not divide `units`, or the rank is not in [1, dictionary.size]
 */
export const factorizedDense = ({ dictionary, ...rest }: FactorizedDenseOptions): FactorizedDense =>
  new FactorizedDense({ ...rest, recipe: recipeOf(dictionary), dictionary });

interface FactorizedDenseArgs extends Omit<FactorizedDenseOptions, "dictionary"> {
  readonly recipe: Recipe;
  /** Absent in a layer that is being loaded. */
  readonly dictionary?: Dictionary;
  /** Of the U this layer was saved with. */
  readonly fingerprint?: Fingerprint;
}

/** The layer that {@link factorizedDense} makes. */
export class FactorizedDense extends layers.Layer {
  /** @nocollapse */
  static readonly className = "FactorizedDense";
  readonly units: number;
  readonly columns: number;
  /** n_α, atoms in each column. */
  readonly rank: number;
  readonly gain: number;
  readonly recipe: Recipe;
  private readonly args: FactorizedDenseArgs;
  private readonly activation: (x: tf.Tensor) => tf.Tensor;
  /** U: a constant where its recipe gives it again, a weight that is saved but not trained where it was learned. */
  private fixed: tf.Tensor2D | LayerVariable | undefined;
  private coefficients: LayerVariable | undefined;
  private bias: LayerVariable | undefined;
  private print: Fingerprint | undefined;

  constructor(args: FactorizedDenseArgs) {
    super(layerArguments(args));
    const { units, columns = 1, rank, gain = 1, recipe, activation } = args;
    checkUnits("factorizedDense", units);
    if (!Number.isInteger(columns) || columns < 1 || units % columns !== 0)
      throw new RangeError(`factorizedDense: columns must divide units, ${units}, equally; got ${columns}`);
    if (!(gain > 0 && gain < Infinity))
      throw new RangeError(`factorizedDense: gain must be a number above 0; got ${gain}`);
    this.args = args;
    this.gain = gain;
    this.units = units;
    this.columns = columns;
    this.recipe = recipe;
    this.rank = rankOf(rank, sizeOf(recipe.domain), recipe.size);
    this.activation = activationOf(activation);
  }

  override build(inputShape: Parameters<layers.Layer["build"]>[0]): void {
    const { recipe, columns, rank, units, gain } = this;
    const { seed = 0, useBias = true } = this.args;
    const inputs = inputsOf(`factorizedDense (layer ${this.name})`, inputShape, sizeOf(recipe.domain));
    const zeros = initializers.zeros();

    const u = this.makeAtoms();
    if (u) this.print = this.checkedPrint(u);
    this.coefficients = this.addWeight("coefficients", [columns, rank, units / columns], "float32", zeros);
    if (useBias) this.bias = this.addWeight("bias", [units], "float32", zeros);
    if (recipe.learned) {
      // Until its weights are loaded, a layer that is made again answers NaN, not zeros that look like an answer.
      const absent = initializers.constant({ value: Number.NaN });
      this.fixed = this.addWeight("atoms", [inputs, columns * rank], "float32", absent, undefined, false);
    } else if (u) this.fixed = tf.keep(tf.tensor2d(u.data, [u.rows, u.cols]));
    if (u) {
      const v = initialCoefficients(u, { columns, units, gain, seed });
      tf.tidy(() => {
        if (recipe.learned) (this.fixed as LayerVariable).write(tf.tensor2d(u.data, [u.rows, u.cols]));
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
      const y = product(x, this.atoms(), v, this.args.order ?? "auto", training);
      return this.bias ? tf.add(y, this.bias.read()) : y;
    });
  }

  /** U [n_v, J·n_α], the columns' atoms side by side. The layer's own: clone it to keep it. */
  atoms(): tf.Tensor2D {
    if (!this.fixed) throw new Error(`factorizedDense (layer ${this.name}): not built yet; give it an input first`);
    return this.fixed instanceof tf.Tensor ? this.fixed : (this.fixed.read() as tf.Tensor2D);
  }

  /** α_1 … α_J: the indices of each column's atoms in its dictionary. */
  indices(): number[][] {
    const { selection = "uniform", seed = 0 } = this.args;
    return indexSets(this.recipe.size, this.rank, this.columns, selection, seed);
  }

  /** W = U V, [n_v, n_h]: the dense layer this one stands for. A fresh tensor, the caller's. */
  weightMatrix(): tf.Tensor2D {
    return weightsOf(this.atoms(), this.coefficients!.read() as tf.Tensor3D);
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
    const { units, columns, rank, selection, gain, order, activation, useBias, seed } = {
      ...this.args,
      rank: this.rank,
    };
    const recipe = unrenamed(JSON.stringify({ ...this.recipe, fingerprint: this.print }));
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
    if (this.fixed instanceof tf.Tensor) this.fixed.dispose();
    return super.disposeWeights();
  }

  /** U, or nothing where it comes with the weights that are being loaded. */
  private makeAtoms(): Matrix | undefined {
    const { recipe } = this;
    if (recipe.learned && !this.args.dictionary) return undefined;
    const dictionary = this.args.dictionary ?? dictionaryOf(recipe);
    return sideBySide(this.indices().map((indices) => dictionary.atoms(indices)));
  }

  private checkedPrint(u: Matrix): Fingerprint {
    const { fingerprint: saved } = this.args;
    const print = fingerprint(u);
    if (saved && !sameFingerprint(saved, print))
      throw new RangeError(
        `factorizedDense (layer ${this.name}): dictionary "${this.recipe.name}" no longer makes the atoms the model was saved with; install the version it was saved with`,
      );
    return print;
  }
}

/**
 * JSON that survives tf.layers: saving a model turns camelCase into snake_case, in strings too, and loading turns it back,
 * so that MyAtoms_V2 becomes MyAtomsV2. Written as \u escapes, what it would rename is out of its sight.
 */
const unrenamed = (json: string): string =>
  json.replace(/[A-Z_\u0080-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
