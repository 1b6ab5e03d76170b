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
import { outputSize, type Window, type WindowOptions, windowConfig, windowOf } from "./window";

const who = "factorizedConv1d";

/**
 * Options of {@link factorizedConv1d}. The dictionary's domain is [length] of the window, and all channels share U; or
 * [length, channels], and U is over whole patches.
 */
export interface FactorizedConv1dOptions extends FactorizedBasics, WindowOptions<number> {
  /** n_h, channels of the output: a multiple of `columns`. */
  readonly filters: number;
}

/**
 * A convolution over time that learns only part of its filters, as `factorizedConv2d` over images. Input [batch, T, C],
 * output [batch, T′, filters]; U is [k, J·n_α] or, over whole patches, [k·C, J·n_α].
 * @throws RangeError as `factorizedConv2d`
 */
export const factorizedConv1d = (options: FactorizedConv1dOptions): FactorizedConv1D =>
  new FactorizedConv1D(made(who, options));

/** The layer that {@link factorizedConv1d} makes. */
export class FactorizedConv1D extends layers.Layer {
  /** @nocollapse */
  static readonly className = "FactorizedConv1D";
  readonly filters: number;
  /** J, columns with atoms of their own: 1 where all would take the same. */
  readonly columns: number;
  /** n_α, atoms in each column. */
  readonly rank: number;
  readonly gain: number;
  readonly recipe: Recipe;
  private readonly made: Made<FactorizedConv1dOptions>;
  private readonly own: Factorization;
  private readonly window: Window;
  private held: ConvolutionWeights | undefined;

  constructor(made: Made<FactorizedConv1dOptions>) {
    super(layerArguments(made));
    this.made = made;
    this.own = factorization(who, made, ["filters", made.filters], "orthonormal");
    this.window = windowOf(who, onOneLine(made));
    this.filters = made.filters;
    this.recipe = made.recipe;
    this.columns = this.own.columns;
    this.rank = this.own.rank;
    this.gain = this.own.gain;
  }

  override build(inputShape: Parameters<layers.Layer["build"]>[0]): void {
    const shape = inputShape as (number | null)[];
    const image = shape.length === 3 ? [shape[0]!, 1, ...shape.slice(1)] : shape;
    const site = {
      layer: this.name,
      add: (name, shape, initial, trains) => this.addWeight(name, shape, "float32", initial, undefined, trains),
      axes: "time",
      grid: [this.window.kernel[1]],
    } satisfies Parameters<typeof buildConvolution>[0];
    this.held = buildConvolution(site, this.own, this.window, image, this.filters);
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor {
    return tf.tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      return this.own.activation(this.preactivation(onlyInput(inputs) as tf.Tensor3D, kwargs.training === true));
    });
  }

  /**
   * x ∗ (U V) + b: what the activation function is given.
   * @param x [batch, T, C]
   * @param training counts the gradients' products when the order is chosen @default false
   */
  preactivation(x: tf.Tensor3D, training = false): tf.Tensor3D {
    return tf.tidy(() => tf.squeeze(convolved(this.weightsHeld(), lineOf(x), this.own, training), [1]));
  }

  /** U [k, J·n_α], or of whole patches [k·C, J·n_α], the columns' atoms side by side. A fresh tensor, the caller's. */
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

  /** W = U V, [k, C, filters]: of the convolution this one stands for. A fresh tensor, the caller's. */
  weightMatrix(): tf.Tensor3D {
    return tf.tidy(() => tf.squeeze(filtersOf(this.weightsHeld()), [0]));
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
   * gain² E‖patch‖² · 2 / (k·C + k·filters).
   * @param x [batch, T, C]
   */
  glorotSquare(x: tf.Tensor3D): tf.Scalar {
    return tf.tidy(() => glorotPatches(this.weightsHeld(), lineOf(x), this.gain));
  }

  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    const [batch = null, length = null] = inputShape;
    return [batch, outputSize(this.window, [1, length])[1], this.filters];
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

/** [batch, T, C] → [batch, 1, T, C] */
const lineOf = (x: tf.Tensor3D): tf.Tensor4D => tf.expandDims(x, 1);

/** A window over time as one over images of height 1. */
function onOneLine({ kernelSize, strides = 1, dilationRate = 1, ...others }: WindowOptions<number>) {
  for (const [name, size] of Object.entries({ kernelSize, strides, dilationRate }))
    if (typeof size !== "number") throw new RangeError(`${who}: ${name} must be a number; got ${JSON.stringify(size)}`);
  const pair = (size: number) => [1, size] as const;
  const sizes = { kernelSize: pair(kernelSize), strides: pair(strides), dilationRate: pair(dilationRate) };
  return { ...others, ...sizes };
}
