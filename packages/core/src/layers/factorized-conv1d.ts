import * as tf from "@tensorflow/tfjs-core";
import { quoted } from "@weightcast/dictionary";
import type { InputShape } from "./basics";
import type { LayerSizes } from "./build";
import { convolutionSizes, glorotOf } from "./convolution-sizes";
import { convolve } from "./convolve";
import { type FactorizedBasics, factorization, type LayerOptions, layerOptions } from "./factorization";
import { FactorizedLayer } from "./factorized-layer";
import { checkKnown, factorizedNames, windowNames } from "./known-options";
import type { OrdinaryConv1D } from "./ordinary";
import { outputSize, patchSquare, type Window, type WindowOptions, windowConfig, windowOf } from "./window";

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
 * Convolution over time that learns only part of its filters, as `factorizedConv2d` does over images. Input [batch, T, C],
 * output [batch, T′, filters]; U is [k, J·n_α] or, over whole patches, [k·C, J·n_α].
 * @throws RangeError as `factorizedConv2d`
 */
export function factorizedConv1d(options: FactorizedConv1dOptions): FactorizedConv1D {
  checkKnown(who, options, { filters: true, ...windowNames, ...factorizedNames }, ["dataFormat"]);
  return new FactorizedConv1D(layerOptions(who, options));
}

/** Layer returned by {@link factorizedConv1d}. */
export class FactorizedConv1D extends FactorizedLayer<tf.Tensor3D, tf.Tensor3D> {
  /** @nocollapse */
  static readonly className = "FactorizedConv1D";
  readonly filters: number;
  private readonly options: WindowOptions<number>;
  /** The window over an image of height 1. */
  private readonly window: Window;

  constructor(options: LayerOptions<FactorizedConv1dOptions>) {
    super(factorization(who, options, ["filters", options.filters], "orthonormal"));
    this.options = options;
    this.window = windowOf(who, onOneLine(options));
    this.filters = options.filters;
  }

  /**
   * x ∗ W + b: the input of the activation function.
   * @param x [batch, T, C]
   * @param training counts the gradients' products when the order is chosen @default false
   */
  override preactivation(x: tf.Tensor3D, training = false): tf.Tensor3D {
    return tf.tidy(() => {
      const y = this.biased(convolve(lineOf(x), this.parametrization, this.window, training));
      return tf.squeeze(y, [1]);
    });
  }

  /**
   * Mean square of the pre-activations that a Glorot-initialized convolution would have, times gain²:
   * gain² E‖patch‖² · 2 / (k·C + k·filters).
   * @param x [batch, T, C]
   */
  override glorotSquare(x: tf.Tensor3D): tf.Scalar {
    const { window, gain, filters } = this;
    return tf.tidy(() => tf.mul(patchSquare(lineOf(x), window), gain ** 2 * glorotOf(window, x.shape[2], filters)));
  }

  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    const [batch = null, length = null] = inputShape;
    return [batch, outputSize(this.window, [1, length])[1], this.filters];
  }

  override standsFor(): OrdinaryConv1D {
    const { kernelSize, strides = 1, padding = "valid", dilationRate = 1 } = this.options;
    const config = { ...this.ordinaryBasics(), filters: this.filters, kernelSize, strides, padding, dilationRate };
    return { className: "Conv1D", config };
  }

  protected override sizesFor(inputShape: InputShape, whoHere: string): LayerSizes {
    const { factorization, window, filters } = this;
    const shape = inputShape as (number | null)[];
    const image = shape.length === 3 ? [shape[0]!, 1, ...shape.slice(1)] : shape;
    const grid = [window.kernel[1]];
    return convolutionSizes({ who: whoHere, factorization, window, filters, axes: "time", grid }, image);
  }

  protected override kindConfig() {
    return { filters: this.filters, ...windowConfig(this.options) };
  }
}

/** [batch, T, C] → [batch, 1, T, C] */
const lineOf = (x: tf.Tensor3D): tf.Tensor4D => tf.expandDims(x, 1);

/** Window over time as a window over images of height 1. */
function onOneLine({ kernelSize, strides = 1, dilationRate = 1, ...others }: WindowOptions<number>) {
  for (const [name, size] of Object.entries({ kernelSize, strides, dilationRate }))
    if (typeof size !== "number") throw new RangeError(`${who}: ${name} must be a number; got ${quoted(size)}`);
  const pair = (size: number) => [1, size] as const;
  const sizes = { kernelSize: pair(kernelSize), strides: pair(strides), dilationRate: pair(dilationRate) };
  return { ...others, ...sizes };
}
