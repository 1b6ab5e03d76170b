import * as tf from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";
import type { Atoms } from "./atoms";
import { glorotVariance, layerArguments, onlyInput } from "./basics";
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
import { type Order, orderOf, weightsOf } from "./product";
import type { Recipe } from "./recipe";
import { slide, slidePays } from "./slide";
import {
  imageOf,
  outputSize,
  type Pair,
  patchSquare,
  placesOf,
  type Window,
  type WindowOptions,
  windowConfig,
  windowOf,
} from "./window";

const who = "factorizedDepthwiseConv2d";

/** Options of {@link factorizedDepthwiseConv2d}. The dictionary's domain is [height, width] of the window. */
export interface FactorizedDepthwiseConv2dOptions
  extends Omit<FactorizedBasics, "columns">,
    WindowOptions<number | Pair> {
  /** m, outputs of each channel. @default 1 */
  readonly depthMultiplier?: number;
}

/**
 * A depthwise convolution, every channel with filters of its own, that learns only part of them:
 *
 *   W[h, w, C, m] = Σ_a U[(h, w), a] V[a, (C, m)]
 *
 * Input [batch, height, width, C], output [batch, height′, width′, C·m], of each channel its m outputs together.
 *
 * Of the order of the product, inputs first slides the atoms over every channel; weights first forms W and takes
 * TensorFlow.js' depthwise convolution. `auto` takes the one with fewer multiplications, but in training inputs first
 * wherever the engine lacks the gradients of a depthwise convolution, as wasm does. Saved and loaded as a `factorizedDense`.
 *
 * @throws RangeError if the rank is not in [1, dictionary.size], the selection does not fit the dictionary, or `columns` are
 *   asked for; when built, if the dictionary's domain is not the window, or its atoms have no such basis
 */
export const factorizedDepthwiseConv2d = (options: FactorizedDepthwiseConv2dOptions): FactorizedDepthwiseConv2D =>
  new FactorizedDepthwiseConv2D(made(who, options));

/** The layer that {@link factorizedDepthwiseConv2d} makes. */
export class FactorizedDepthwiseConv2D extends layers.Layer {
  /** @nocollapse */
  static readonly className = "FactorizedDepthwiseConv2D";
  /** m, outputs of each channel. */
  readonly depthMultiplier: number;
  /** J: one column. */
  readonly columns = 1;
  /** n_α */
  readonly rank: number;
  readonly gain: number;
  readonly recipe: Recipe;
  private readonly made: Made<FactorizedDepthwiseConv2dOptions>;
  private readonly own: Factorization;
  private readonly window: Window;
  private held: Weights | undefined;

  constructor(made: Made<FactorizedDepthwiseConv2dOptions>) {
    super(layerArguments(made));
    const { depthMultiplier = 1 } = made;
    checkOneColumn(made);
    this.made = made;
    this.own = factorization(who, made, ["depthMultiplier", depthMultiplier], "orthonormal");
    this.window = windowOf(who, made);
    this.depthMultiplier = depthMultiplier;
    this.recipe = made.recipe;
    this.rank = this.own.rank;
    this.gain = this.own.gain;
  }

  override build(inputShape: Parameters<layers.Layer["build"]>[0]): void {
    const { own, window, depthMultiplier } = this;
    const { domain } = this.recipe;
    const whoHere = `${who} (layer ${this.name})`;
    const [height, width, channels] = imageOf(whoHere, inputShape as (number | null)[], window, "height, width");
    if (domain.length !== 2 || domain.some((length, axis) => length !== window.kernel[axis]))
      throw new RangeError(
        `${whoHere}: the dictionary's domain must be [${window.kernel.join(", ")}], the window; got [${domain.join(", ")}]`,
      );
    const [rows, cols] = window.kernel;
    this.held = makeWeights(
      this.name,
      (name, shape, initial, trains) => this.addWeight(name, shape, "float32", initial, undefined, trains),
      own,
      { channels: 1, outputs: channels * depthMultiplier, variance: rows * cols * this.glorot(channels) },
      slidePays(own.order, window, [height, width]),
    );
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor {
    return tf.tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      return this.own.activation(this.preactivation(onlyInput(inputs) as tf.Tensor4D, kwargs.training === true));
    });
  }

  /**
   * What the activation function is given.
   * @param x [batch, height, width, C]
   * @param training counts the gradients' products when the order is chosen, and what the engine lacks @default false
   */
  preactivation(x: tf.Tensor4D, training = false): tf.Tensor4D {
    return tf.tidy(() => {
      const weights = this.weightsHeld();
      const [batch, height, width, channels] = x.shape;
      const places = placesOf(this.window, [batch, height, width, channels]);
      const sizes = { batch: batch * places[0] * places[1], inputs: weights.u.inputs, rank: this.rank, columns: 1 };
      const order = orderOf(
        weights.u,
        orderIn(this.own, training),
        { ...sizes, units: this.depthMultiplier },
        training,
      );
      return biased(weights, order === "inputs-first" ? this.atomsFirst(x, places) : this.weightsFirst(x));
    });
  }

  /** U [h·w, n_α]. A fresh tensor, the caller's. */
  atoms(): tf.Tensor2D {
    return this.fixed().matrix();
  }

  /** What can be done with U. */
  fixed(): Atoms {
    return this.weightsHeld().u;
  }

  /** V [1, n_α, C·m]. The layer's own: clone it to keep it. */
  coefficients(): tf.Tensor3D {
    return coefficientsOf(this.weightsHeld());
  }

  /** α: the indices of the atoms in their dictionary, as the only column's. */
  indices(): number[][] {
    return this.own.sets.map((indices) => [...indices]);
  }

  /** W = U V, [height, width, C, m]: of the depthwise convolution this one stands for. A fresh tensor, the caller's. */
  weightMatrix(): tf.Tensor4D {
    return tf.tidy(() => {
      const w = weightsOf(this.atoms(), this.coefficients());
      return tf.reshape(w, [...this.window.kernel, w.shape[1] / this.depthMultiplier, this.depthMultiplier]);
    });
  }

  /**
   * Multiplies V by a factor.
   * @param factors the factor alone
   */
  rescale(factors: readonly number[]): void {
    rescaleColumns(this.weightsHeld(), factors);
  }

  /**
   * Mean square of the pre-activations that a Glorot-initialized depthwise convolution of tf.layers would have, times gain²:
   * gain² E‖patch of a channel‖² · 2 / (h·w·C + h·w·m).
   * @param x [batch, height, width, C]
   */
  glorotSquare(x: tf.Tensor4D): tf.Scalar {
    const channels = x.shape[3];
    return tf.tidy(() => tf.mul(patchSquare(x, this.window), (this.gain ** 2 * this.glorot(channels)) / channels));
  }

  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    const [batch = null, height = null, width = null, channels] = inputShape;
    return [batch, ...outputSize(this.window, [height, width]), channels! * this.depthMultiplier];
  }

  override getConfig() {
    const { depthMultiplier, made, own, held } = this;
    return { ...super.getConfig(), depthMultiplier, ...windowConfig(made), ...configOf(own, held) };
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

  /** Every channel's maps of the atoms, then a small product a channel. */
  private atomsFirst(x: tf.Tensor4D, [rows, cols]: Pair): tf.Tensor4D {
    const [batch, height, width, channels] = x.shape;
    const { rank, depthMultiplier } = this;
    const apart = tf.reshape<tf.Rank.R4>(tf.transpose(x, [3, 0, 1, 2]), [channels * batch, height, width, 1]);
    const maps = tf.reshape(slide(this.fixed(), apart, this.window), [channels, batch * rows * cols, rank]);
    const v = tf.transpose(tf.reshape(this.coefficients(), [rank, channels, depthMultiplier]), [1, 0, 2]);
    return tf.reshape(tf.transpose(tf.matMul(maps, v), [1, 0, 2]), [batch, rows, cols, channels * depthMultiplier]);
  }

  private weightsFirst(x: tf.Tensor4D): tf.Tensor4D {
    const { strides, padding, dilations } = this.window;
    return tf.depthwiseConv2d(x, this.weightMatrix(), [...strides], padding, "NHWC", [...dilations]);
  }

  private glorot(channels: number): number {
    const [rows, cols] = this.window.kernel;
    return glorotVariance(rows * cols * channels, rows * cols * this.depthMultiplier);
  }

  private weightsHeld(): Weights {
    return built(this.own, this.name, this.held);
  }
}

/** Its options have no columns; callers without types may give them all the same. */
function checkOneColumn(options: object): void {
  const { columns = 1 } = options as { readonly columns?: unknown };
  if (columns !== 1)
    throw new RangeError(
      `${who}: columns must be 1, as every channel has filters of its own; got ${JSON.stringify(columns)}; leave columns out`,
    );
}

function orderIn({ order }: Factorization, training: boolean): Order {
  if (order !== "auto" || !training) return order;
  const trains = tf.getKernel("DepthwiseConv2dNativeBackpropFilter", tf.getBackend()) !== undefined;
  return trains ? "auto" : "inputs-first";
}
