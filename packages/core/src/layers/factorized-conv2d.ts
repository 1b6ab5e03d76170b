import * as tf from "@tensorflow/tfjs-core";
import type { FitOptions } from "../parametrization/fit";
import type { ActivationName, InputShape } from "./basics";
import type { LayerSizes } from "./build";
import { convolutionSizes, glorotOf } from "./convolution-sizes";
import { convolve } from "./convolve";
import { type FactorizedBasics, factorization, type LayerOptions, layerOptions } from "./factorization";
import { FactorizedLayer } from "./factorized-layer";
import { checkKnown, factorizedNames, windowNames } from "./known-options";
import { type MapActivation, mixedMaps, noWeights, withMapActivation } from "./map-activation";
import type { OrdinaryConv2D } from "./ordinary";
import {
  ordinaryWindow,
  outputSize,
  type Pair,
  patchSquare,
  type Window,
  type WindowOptions,
  windowConfig,
  windowOf,
} from "./window";

const who = "factorizedConv2d";

/**
 * Options of {@link factorizedConv2d}. The dictionary's domain is [height, width] of the window, and all channels share
 * U; or [height, width, channels], and U is over whole patches.
 */
export interface FactorizedConv2dOptions extends FactorizedBasics, MapActivation, WindowOptions<number | Pair> {
  /** n_h, channels of the output: a multiple of `columns`. */
  readonly filters: number;
}

/**
 * Two-dimensional convolution that learns only part of its filters: y = g(x ∗ (U V) + b), with U fixed atoms of a
 * dictionary, V and b learned. Input [batch, height, width, C], output [batch, height′, width′, filters].
 *
 *   W[(r, c, ch), o] = Σ_a U[(r, c), a] V[(a, ch), o]
 *
 * if the channels share U [h·w, J·n_α]: U ⊗ I_C, as in the paper (Denil et al. 2013, Figure 3); V is
 * [J, n_α·C, filters / J]. If the dictionary is over whole patches, U is [h·w·C, J·n_α] and V [J, n_α, filters / J].
 *
 * Order of the product: inputs first (atoms slide over the image, V mixes their maps) needs no gradient of a filter;
 * weights first forms W and convolves once. `auto` takes the one with fewer multiplications.
 *
 * V starts such that the pre-activations have, for white inputs, the variance that a Glorot-initialized convolution gives
 * them, times gain²; `calibrate` uses real inputs instead. Saved and loaded as a `factorizedDense`.
 *
 * With `mapActivation` an activation function stands between the product's parts: y = g(h(x ∗ U) V + b), fixed filters with
 * learned mixing. `auto` is then inputs first, and there is no W.
 *
 * @throws RangeError for an option that the layer does not have, or not with `mapActivation`, if `columns` does not divide `filters`, the rank is not in [1, dictionary.size], or the selection does
 *   not fit the dictionary; when built, if the dictionary does not fit the window, or its atoms have no such basis
 */
export function factorizedConv2d(options: FactorizedConv2dOptions): FactorizedConv2D {
  checkKnown(who, options, { filters: true, mapActivation: true, ...windowNames, ...factorizedNames }, ["dataFormat"]);
  return new FactorizedConv2D(layerOptions(who, options));
}

/** Layer returned by {@link factorizedConv2d}. */
export class FactorizedConv2D extends FactorizedLayer<tf.Tensor4D, tf.Tensor4D> {
  /** @nocollapse */
  static readonly className = "FactorizedConv2D";
  readonly filters: number;
  /** h between the atoms' maps and V, if there is one: then the layer has no W. */
  readonly mapActivation: ActivationName | undefined;
  private readonly options: WindowOptions<number | Pair>;
  private readonly window: Window;

  constructor(options: LayerOptions<FactorizedConv2dOptions>) {
    super(factorization(who, withMapActivation(who, options), ["filters", options.filters], "orthonormal"));
    this.mapActivation = options.mapActivation;
    this.options = options;
    this.window = windowOf(who, options);
    this.filters = options.filters;
  }

  /**
   * x ∗ W + b, or h(x ∗ U) V + b: the input of the activation function.
   * @param x [batch, height, width, C]
   * @param training counts the gradients' products when the order is chosen @default false
   */
  override preactivation(x: tf.Tensor4D, training = false): tf.Tensor4D {
    const { mapActivation, parametrization, window } = this;
    return tf.tidy(() =>
      this.biased(
        mapActivation === undefined
          ? convolve(x, parametrization, window, training)
          : mixedMaps(x, parametrization, window, mapActivation),
      ),
    );
  }

  /** @throws RangeError for a layer with `mapActivation`, which has no W */
  override weightMatrix(): tf.Tensor4D {
    this.checkWeights();
    return super.weightMatrix();
  }

  /** @throws RangeError as without `mapActivation`, and with it */
  override fit(w: tf.Tensor4D, options?: FitOptions): number {
    this.checkWeights();
    return super.fit(w, options);
  }

  /**
   * Mean square of the pre-activations that a Glorot-initialized convolution would have, times gain²:
   * gain² E‖patch‖² · 2 / (h·w·C + h·w·filters).
   * @param x [batch, height, width, C]
   */
  override glorotSquare(x: tf.Tensor4D): tf.Scalar {
    const { window, gain, filters } = this;
    return tf.tidy(() => tf.mul(patchSquare(x, window), gain ** 2 * glorotOf(window, x.shape[3], filters)));
  }

  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    const [batch = null, height = null, width = null] = inputShape;
    return [batch, ...outputSize(this.window, [height, width]), this.filters];
  }

  /** @throws RangeError for a layer with `mapActivation` */
  override standsFor(): OrdinaryConv2D {
    this.checkWeights();
    const { filters, window } = this;
    return { className: "Conv2D", config: { ...this.ordinaryBasics(), filters, ...ordinaryWindow(window) } };
  }

  protected override sizesFor(inputShape: InputShape, whoHere: string): LayerSizes {
    const { factorization, window, filters } = this;
    const convolution = { who: whoHere, factorization, window, filters, axes: "height, width", grid: window.kernel };
    const sizes = convolutionSizes(convolution, inputShape as (number | null)[]);
    return this.mapActivation === undefined ? sizes : { ...sizes, pays: () => false };
  }

  protected override kindConfig(): tf.serialization.ConfigDict {
    const { filters, mapActivation } = this;
    return { filters, ...(mapActivation !== undefined && { mapActivation }), ...windowConfig(this.options) };
  }

  private checkWeights(): void {
    if (this.mapActivation !== undefined) throw noWeights(who, this.name);
  }
}
