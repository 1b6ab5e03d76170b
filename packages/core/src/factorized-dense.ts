import * as tf from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";
import { sizeOf } from "@weightcast/dictionary";
import type { Atoms } from "./atoms";
import { type DenseBasics, glorotVariance, inputsOf, layerArguments, onlyInput } from "./basics";
import {
  biased,
  built,
  coefficientsOf,
  configOf,
  type Factorization,
  type FactorizedBasics,
  factorization,
  type Made,
  made,
  makeWeights,
  rescaleColumns,
  restored,
  type Weights,
} from "./factorization";
import { densePays } from "./make-atoms";
import { product, weightsOf } from "./product";
import type { Recipe } from "./recipe";

const who = "factorizedDense";

/** Options of {@link factorizedDense}; the dictionary's domain has as many coordinates as the layer has inputs. */
export interface FactorizedDenseOptions extends FactorizedBasics, DenseBasics {}

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
export const factorizedDense = (options: FactorizedDenseOptions): FactorizedDense =>
  new FactorizedDense(made(who, options));

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
  private readonly own: Factorization;
  private held: Weights | undefined;

  constructor(made: Made<FactorizedDenseOptions>) {
    super(layerArguments(made));
    this.own = factorization(who, made, ["units", made.units], "atoms");
    this.units = made.units;
    this.recipe = made.recipe;
    this.columns = this.own.columns;
    this.rank = this.own.rank;
    this.gain = this.own.gain;
  }

  override build(inputShape: Parameters<layers.Layer["build"]>[0]): void {
    const { units, recipe, own } = this;
    const inputs = inputsOf(`${who} (layer ${this.name})`, inputShape, sizeOf(recipe.domain));
    this.held = makeWeights(
      this.name,
      (name, shape, initial, trains) => this.addWeight(name, shape, "float32", initial, undefined, trains),
      own,
      { channels: 1, outputs: units, variance: inputs * glorotVariance(inputs, units) },
      densePays(own.order, recipe),
    );
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor {
    return tf.tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      return this.own.activation(this.preactivation(onlyInput(inputs) as tf.Tensor2D, kwargs.training === true));
    });
  }

  /**
   * x U V + b: what the activation function is given.
   * @param x [batch, n_v]
   * @param training counts the gradients' products when the order is chosen @default false
   */
  preactivation(x: tf.Tensor2D, training = false): tf.Tensor2D {
    return tf.tidy(() => {
      const weights = this.weightsHeld();
      return biased(weights, product(x, weights.u, coefficientsOf(weights), this.own.order, training));
    });
  }

  /** U [n_v, J·n_α], the columns' atoms side by side. A fresh tensor, the caller's. */
  atoms(): tf.Tensor2D {
    return this.fixed().matrix();
  }

  /** What can be done with U. */
  fixed(): Atoms {
    return this.weightsHeld().u;
  }

  /** V [J, n_α, n_h / J]. The layer's own: clone it to keep it. */
  coefficients(): tf.Tensor3D {
    return coefficientsOf(this.weightsHeld());
  }

  /** α_1 … α_J: the indices of each column's atoms in its dictionary. */
  indices(): number[][] {
    return this.own.sets.map((indices) => [...indices]);
  }

  /** W = U V, [n_v, n_h]: the weights of the dense layer this one stands for. A fresh tensor, the caller's. */
  weightMatrix(): tf.Tensor2D {
    return tf.tidy(() => weightsOf(this.atoms(), this.coefficients()));
  }

  /**
   * Multiplies each column's V by a factor of its own.
   * @param factors J numbers
   */
  rescale(factors: readonly number[]): void {
    rescaleColumns(this.weightsHeld(), factors);
  }

  /**
   * Mean square of the pre-activations that a Glorot-initialized dense layer would have, times gain²:
   * gain² E‖x‖² · 2 / (n_v + n_h).
   * @param x [batch, n_v]
   */
  glorotSquare(x: tf.Tensor2D): tf.Scalar {
    return tf.tidy(() =>
      tf.mul(tf.mean(tf.sum(tf.square(x), 1)), this.gain ** 2 * glorotVariance(x.shape[1], this.units)),
    );
  }

  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    return [inputShape[0] ?? null, this.units];
  }

  override getConfig() {
    return { ...super.getConfig(), units: this.units, ...configOf(this.own, this.held) };
  }

  /** @nocollapse */
  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    return new cls(restored(config));
  }

  protected override disposeWeights(): number {
    this.held?.u.dispose();
    return super.disposeWeights();
  }

  private weightsHeld(): Weights {
    return built(this.own, this.name, this.held);
  }
}
