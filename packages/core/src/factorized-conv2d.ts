import * as tf from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";
import type { Atoms } from "./atoms";
import { layerArguments, onlyInput } from "./basics";
import { buildConvolution, type ConvolutionWeights, convolved, filtersOf, glorotPatches } from "./convolution-weights";
import {
  built,
  coefficientsOf,
  configOf,
  type Factorization,
  type FactorizedBasics,
  factorization,
  type Made,
  made,
  rescaleColumns,
  restored,
} from "./factorization";
import type { Recipe } from "./recipe";
import { outputSize, type Pair, type Window, type WindowOptions, windowConfig, windowOf } from "./window";

const who = "factorizedConv2d";

/**
 * Options of {@link factorizedConv2d}. The dictionary's domain is [height, width] of the window, and all channels share
 * U; or [height, width, channels], and U is over whole patches.
 */
export interface FactorizedConv2dOptions extends FactorizedBasics, WindowOptions<number | Pair> {
  /** n_h, channels of the output: a multiple of `columns`. */
  readonly filters: number;
}

/**
 * A two-dimensional convolution that learns only part of its filters: y = g(x ∗ (U V) + b), U fixed atoms of a
 * dictionary, V and b learned. Input [batch, height, width, C], output [batch, height′, width′, filters].
 *
 *   W[(r, c, ch), o] = Σ_a U[(r, c), a] V[(a, ch), o]
 *
 * where the channels share U [h·w, J·n_α]: U ⊗ I_C, as in the paper (Denil et al. 2013, Figure 3); V is
 * [J, n_α·C, filters / J]. Where the dictionary is over whole patches U is [h·w·C, J·n_α] and V [J, n_α, filters / J].
 *
 * Of the order of the product, inputs first (atoms slid over the image, their maps mixed by V) needs no gradient of a
 * filter; weights first forms W and convolves once. `auto` takes the one with fewer multiplications.
 *
 * V starts such that the pre-activations have, for white inputs, the variance that a Glorot-initialized convolution gives
 * them, times gain²; `calibrate` takes real inputs in their place. Saved and loaded as a `factorizedDense`.
 *
 * @throws RangeError if `columns` does not divide `filters`, the rank is not in [1, dictionary.size], or the selection does
 *   not fit the dictionary; when built, if the dictionary does not fit the window, or its atoms have no such basis
 */
export const factorizedConv2d = (options: FactorizedConv2dOptions): FactorizedConv2D =>
  new FactorizedConv2D(made(who, options));

/** The layer that {@link factorizedConv2d} makes. */
export class FactorizedConv2D extends layers.Layer {
  /** @nocollapse */
  static readonly className = "FactorizedConv2D";
  readonly filters: number;
  /** J, columns with atoms of their own: 1 where all would take the same. */
  readonly columns: number;
  /** n_α, atoms in each column. */
  readonly rank: number;
  readonly gain: number;
  readonly recipe: Recipe;
  private readonly made: Made<FactorizedConv2dOptions>;
  private readonly own: Factorization;
  private readonly window: Window;
  private held: ConvolutionWeights | undefined;

  constructor(made: Made<FactorizedConv2dOptions>) {
    super(layerArguments(made));
    this.made = made;
    this.own = factorization(who, made, ["filters", made.filters], "orthonormal");
    this.window = windowOf(who, made);
    this.filters = made.filters;
    this.recipe = made.recipe;
    this.columns = this.own.columns;
    this.rank = this.own.rank;
    this.gain = this.own.gain;
  }

  override build(inputShape: Parameters<layers.Layer["build"]>[0]): void {
    const site = {
      layer: this.name,
      add: (name, shape, initial, trains) => this.addWeight(name, shape, "float32", initial, undefined, trains),
      axes: "height, width",
      grid: this.window.kernel,
    } satisfies Parameters<typeof buildConvolution>[0];
    this.held = buildConvolution(site, this.own, this.window, inputShape as (number | null)[], this.filters);
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor {
    return tf.tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      return this.own.activation(this.preactivation(onlyInput(inputs) as tf.Tensor4D, kwargs.training === true));
    });
  }

  /**
   * x ∗ (U V) + b: what the activation function is given.
   * @param x [batch, height, width, C]
   * @param training counts the gradients' products when the order is chosen @default false
   */
  preactivation(x: tf.Tensor4D, training = false): tf.Tensor4D {
    return convolved(this.weightsHeld(), x, this.own, training);
  }

  /** U [h·w, J·n_α], or of whole patches [h·w·C, J·n_α], the columns' atoms side by side. A fresh tensor, the caller's. */
  atoms(): tf.Tensor2D {
    return this.fixed().matrix();
  }

  /** What can be done with U. */
  fixed(): Atoms {
    return this.weightsHeld().u;
  }

  /** V [J, n_α·C, filters / J], or of whole patches [J, n_α, filters / J]. The layer's own: clone it to keep it. */
  coefficients(): tf.Tensor3D {
    return coefficientsOf(this.weightsHeld());
  }

  /** α_1 … α_J: the indices of each column's atoms in its dictionary. */
  indices(): number[][] {
    return this.own.sets.map((indices) => [...indices]);
  }

  /** W = U V, [height, width, C, filters]: of the convolution this one stands for. A fresh tensor, the caller's. */
  weightMatrix(): tf.Tensor4D {
    return filtersOf(this.weightsHeld());
  }

  /**
   * Multiplies each column's V by a factor of its own.
   * @param factors J numbers
   */
  rescale(factors: readonly number[]): void {
    rescaleColumns(this.weightsHeld(), factors);
  }

  /**
   * Mean square of the pre-activations that a Glorot-initialized convolution would have, times gain²:
   * gain² E‖patch‖² · 2 / (h·w·C + h·w·filters).
   * @param x [batch, height, width, C]
   */
  glorotSquare(x: tf.Tensor4D): tf.Scalar {
    return glorotPatches(this.weightsHeld(), x, this.gain);
  }

  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    const [batch = null, height = null, width = null] = inputShape;
    return [batch, ...outputSize(this.window, [height, width]), this.filters];
  }

  override getConfig() {
    const { filters, made, own, held } = this;
    return { ...super.getConfig(), filters, ...windowConfig(made), ...configOf(own, held) };
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

  private weightsHeld(): ConvolutionWeights {
    return built(this.own, this.name, this.held);
  }
}
