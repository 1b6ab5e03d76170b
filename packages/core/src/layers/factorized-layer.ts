import * as tf from "@tensorflow/tfjs-core";
import { type LayerVariable, layers } from "@tensorflow/tfjs-layers";
import type { Dictionary } from "@weightcast/dictionary";
import type { Atoms } from "../atoms/atoms";
import type { Basis } from "../atoms/basis";
import type { Recipe } from "../atoms/recipe";
import type { FitOptions } from "../parametrization/fit";
import type { Account, Parametrization } from "../parametrization/parametrization";
import { type InputShape, layerArguments, onlyInput } from "./basics";
import { type BuiltWeights, buildWeights, type LayerSizes } from "./build";
import { configOf, type Factorization, restored } from "./factorization";
import { type OrdinaryBasics, type OrdinaryLayer, ordinaryBasics } from "./ordinary";

/**
 * Layer with weights W = U V, or W = W₀ + U V, of which only V (and the bias b) is learned: y = g(x W + b). Its kinds
 * differ in how x is multiplied by W: at once, or under a window that moves over time or over an image.
 *
 * X is the type of its input, K the type of the ordinary layer's kernel W.
 */
export abstract class FactorizedLayer<
  X extends tf.Tensor = tf.Tensor,
  K extends tf.Tensor = tf.Tensor,
> extends layers.Layer {
  /** J, columns with their own atoms: 1 if all would take the same. */
  readonly columns: number;
  /** n_α, atoms in each column. */
  readonly rank: number;
  readonly gain: number;
  readonly recipe: Recipe;
  protected readonly factorization: Factorization;
  private builtWeights: BuiltWeights | undefined;

  constructor(factorization: Factorization) {
    super(layerArguments(factorization.options));
    this.factorization = factorization;
    this.recipe = factorization.options.recipe;
    this.columns = factorization.columns;
    this.rank = factorization.rank;
    this.gain = factorization.gain;
  }

  /**
   * Sizes of the layer's weights.
   * @param inputShape batch included
   * @param who factory and name of the layer, for messages
   */
  protected abstract sizesFor(inputShape: InputShape, who: string): LayerSizes;

  /** Entries of the layer's configuration that only its kind has. */
  protected abstract kindConfig(): tf.serialization.ConfigDict;

  /** Ordinary layer of tf.layers that this one stands for: with the weights of {@link merge}, it gives the same outputs. */
  abstract standsFor(): OrdinaryLayer;

  /**
   * x W + b: the input of the activation function.
   * @param training counts the gradients' products when the order is chosen @default false
   */
  abstract preactivation(x: X, training?: boolean): tf.Tensor;

  /** Mean square of the pre-activations that a Glorot-initialized ordinary layer would have on inputs x, times gain². */
  abstract glorotSquare(x: X): tf.Scalar;

  override build(inputShape: InputShape): void {
    const { factorization, name } = this;
    this.builtWeights = buildWeights(
      name,
      (weight, shape, initial, trains) => this.addWeight(weight, shape, "float32", initial, undefined, trains),
      factorization,
      this.sizesFor(inputShape, `${factorization.who} (layer ${name})`),
    );
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor {
    return tf.tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      return this.factorization.activation(this.preactivation(onlyInput(inputs) as X, kwargs.training === true));
    });
  }

  /**
   * Parametrization of the layer's weights: W = W₀ + U V.
   * @throws Error before the layer is built
   */
  get parametrization(): Parametrization {
    return this.weightsOrThrow().parametrization;
  }

  /** Dictionary of U. A layer whose U was learned, and loaded from a file, has only the {@link recipe} of its origin. */
  get dictionary(): Dictionary | undefined {
    return this.factorization.options.dictionary;
  }

  /** Basis of each column's atoms that U holds. */
  get basis(): Basis {
    return this.factorization.basis;
  }

  /** U, [n_v, J·n_α]: the columns' atoms side by side. A fresh tensor, owned by the caller. */
  atoms(): tf.Tensor2D {
    return this.parametrization.atoms.matrix();
  }

  /** U, formed or not. */
  fixed(): Atoms {
    return this.parametrization.atoms;
  }

  /**
   * V: [J, n_α·C', n_h / J], where C' is the number of channels that share U, otherwise 1. Owned by the layer: clone it to
   * keep it.
   */
  coefficients(): tf.Tensor3D {
    return this.parametrization.coefficients();
  }

  /** α_1 … α_J: the indices of each column's atoms in the dictionary. */
  indices(): number[][] {
    return this.factorization.sets.map((indices) => [...indices]);
  }

  /** W in the shape of the ordinary layer's kernel, base included. A fresh tensor, owned by the caller. */
  weightMatrix(): K {
    return this.parametrization.merge() as K;
  }

  /** Weights of the ordinary layer this one {@link standsFor}, for its `setWeights`: W, and b if there is one. Fresh tensors. */
  merge(): tf.Tensor[] {
    const { bias } = this.weightsOrThrow();
    return [this.weightMatrix(), ...(bias ? [tf.clone(bias.read())] : [])];
  }

  /**
   * Sets V to the least-squares fit of an ordinary layer's kernel W: min ‖U V − (W − W₀)‖², or weighted by the second
   * moments of the inputs. The bias stays as it is.
   * @param w [n_v, n_h] for a dense layer, [height, width, C, filters] and the like for a convolution
   * @returns the part of W − W₀ that is left over, in [0, 1]
   * @throws RangeError if `w` or `secondMoments` have another shape, or are not finite
   */
  fit(w: K, options?: FitOptions): number {
    return this.parametrization.fit(w, options);
  }

  /**
   * Multiplies each column's V by its own factor.
   * @param factors J numbers
   */
  rescale(factors: readonly number[]): void {
    this.parametrization.rescale(factors);
  }

  /**
   * Counts of the layer's weights by their origin, without bias.
   * @param trained the weights that training changes: a model around a frozen model has fewer than its layers say
   * @default the layer's own `trainableWeights`
   */
  account(trained: readonly LayerVariable[] = this.trainableWeights): Account {
    const { parametrization, coefficients } = this.weightsOrThrow();
    return parametrization.account({ trained: trained.includes(coefficients) });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {
      ...super.getConfig(),
      ...this.kindConfig(),
      ...configOf(this.factorization, this.builtWeights?.parametrization.atoms.prints),
    };
  }

  /** @nocollapse */
  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    return new cls(restored(cls.className, config));
  }

  /** Configuration that every ordinary layer has. */
  protected ordinaryBasics(): OrdinaryBasics {
    return ordinaryBasics(this, this.factorization.options);
  }

  /** y + b, or y if the layer has no bias. */
  protected biased<T extends tf.Tensor>(y: T): T {
    const { bias } = this.weightsOrThrow();
    return bias ? tf.add(y, bias.read()) : y;
  }

  protected override disposeWeights(): number {
    this.builtWeights?.parametrization.atoms.dispose();
    return super.disposeWeights();
  }

  private weightsOrThrow(): BuiltWeights {
    const { who } = this.factorization;
    if (!this.builtWeights) throw new Error(`${who} (layer ${this.name}): not built yet; give it an input first`);
    return this.builtWeights;
  }
}

/** Whether a layer is one of this package's with fixed U. */
export const isFactorized = (layer: layers.Layer): layer is FactorizedLayer => layer instanceof FactorizedLayer;
