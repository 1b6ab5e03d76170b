import * as tf from "@tensorflow/tfjs-core";
import { quoted } from "@weightcast/dictionary";
import type { Atoms } from "../atoms/atoms";
import { formedAtoms } from "../atoms/formed";
import { type Order, orderOf } from "../parametrization/product";
import type { InputShape } from "./basics";
import type { LayerSizes } from "./build";
import { glorotOf } from "./convolution-sizes";
import { type FactorizedBasics, factorization, type LayerOptions, layerOptions } from "./factorization";
import { FactorizedLayer } from "./factorized-layer";
import { checkKnown, factorizedNames, windowNames } from "./known-options";
import type { OrdinaryDepthwiseConv2D } from "./ordinary";
import { slide, slidePays } from "./slide";
import {
  areaOf,
  imageOf,
  ordinaryWindow,
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

/** Every channel has its own filters, so there are no columns. */
const { columns: _, ...ofEveryChannel } = factorizedNames;

/** Options of {@link factorizedDepthwiseConv2d}. The dictionary's domain is [height, width] of the window. */
export interface FactorizedDepthwiseConv2dOptions
  extends Omit<FactorizedBasics, "columns">,
    WindowOptions<number | Pair> {
  /** m, outputs of each channel. @default 1 */
  readonly depthMultiplier?: number;
}

/**
 * Depthwise convolution, in which every channel has its own filters, that learns only part of them:
 *
 *   W[h, w, C, m] = Σ_a U[(h, w), a] V[a, (C, m)]
 *
 * Input [batch, height, width, C], output [batch, height′, width′, C·m], the m outputs of each channel together.
 *
 * Order of the product: inputs first slides the atoms over every channel; weights first forms W and uses TensorFlow.js's
 * depthwise convolution. `auto` takes the one with fewer multiplications, but in training inputs first if the engine lacks
 * the gradients of a depthwise convolution, as wasm does. Saved and loaded as a `factorizedDense`.
 *
 * @throws RangeError for an option that the layer does not have, if the rank is not in [1, dictionary.size], the selection does not fit the dictionary, or `columns` are
 *   requested; when built, if the dictionary's domain is not the window, or its atoms have no such basis
 */
export function factorizedDepthwiseConv2d(options: FactorizedDepthwiseConv2dOptions): FactorizedDepthwiseConv2D {
  checkKnown(who, options, { depthMultiplier: true, ...windowNames, ...ofEveryChannel }, ["dataFormat", "columns"]);
  return new FactorizedDepthwiseConv2D(layerOptions(who, options));
}

/** Layer returned by {@link factorizedDepthwiseConv2d}. */
export class FactorizedDepthwiseConv2D extends FactorizedLayer<tf.Tensor4D, tf.Tensor4D> {
  /** @nocollapse */
  static readonly className = "FactorizedDepthwiseConv2D";
  /** m, outputs of each channel. */
  readonly depthMultiplier: number;
  private readonly options: WindowOptions<number | Pair>;
  private readonly window: Window;

  constructor(options: LayerOptions<FactorizedDepthwiseConv2dOptions>) {
    const { depthMultiplier = 1 } = options;
    checkOneColumn(options);
    super(factorization(who, options, ["depthMultiplier", depthMultiplier], "orthonormal"));
    this.options = options;
    this.window = windowOf(who, options);
    this.depthMultiplier = depthMultiplier;
  }

  /**
   * x ∗ W + b, channel by channel: the input of the activation function.
   * @param x [batch, height, width, C]
   * @param training counts the gradients' products when the order is chosen, and what the engine lacks @default false
   */
  override preactivation(x: tf.Tensor4D, training = false): tf.Tensor4D {
    return tf.tidy(() => {
      const { parametrization, window, rank, depthMultiplier: units } = this;
      const { atoms } = parametrization;
      const places = placesOf(window, x.shape);
      const base = parametrization.base();
      const batch = x.shape[0] * places[0] * places[1];
      const sizes = { batch, inputs: atoms.inputs, rank, columns: 1, units, base: base !== undefined };
      if (orderOf(atoms, orderIn(parametrization.order, training), sizes, training) === "weights-first")
        return this.biased(this.weightsFirst(x));
      const y = this.atomsFirst(x, atoms, parametrization.coefficients(), places);
      // Every entry of the window is an atom of the base: so it has gradients on every engine, too.
      return this.biased(base ? tf.add(y, this.atomsFirst(x, everyEntry(atoms.inputs), base, places)) : y);
    });
  }

  /**
   * Mean square of the pre-activations that a Glorot-initialized depthwise convolution of tf.layers would have, times gain²:
   * gain² E‖patch of a channel‖² · 2 / (h·w·C + h·w·m).
   * @param x [batch, height, width, C]
   */
  override glorotSquare(x: tf.Tensor4D): tf.Scalar {
    const { window, gain, depthMultiplier } = this;
    const channels = x.shape[3];
    const share = (gain ** 2 * glorotOf(window, channels, depthMultiplier)) / channels;
    return tf.tidy(() => tf.mul(patchSquare(x, window), share));
  }

  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    const [batch = null, height = null, width = null, channels] = inputShape;
    return [batch, ...outputSize(this.window, [height, width]), channels! * this.depthMultiplier];
  }

  /** @throws RangeError for a dilated window: the depthwise convolution of tf.layers ignores its `dilationRate` */
  override standsFor(): OrdinaryDepthwiseConv2D {
    const { depthMultiplier, window } = this;
    if (window.dilations.some((rate) => rate > 1))
      throw new RangeError(
        `${who} (layer ${this.name}): dilationRate must be 1 for a layer of tf.layers, whose depthwise convolution ignores it; got ${window.dilations}`,
      );
    const config = { ...this.ordinaryBasics(), depthMultiplier, ...ordinaryWindow(window) };
    return { className: "DepthwiseConv2D", config };
  }

  protected override sizesFor(inputShape: InputShape, whoHere: string): LayerSizes {
    const { factorization, window, depthMultiplier } = this;
    const { domain } = this.recipe;
    const [height, width, channels] = imageOf(whoHere, inputShape as (number | null)[], window, "height, width");
    if (domain.length !== 2 || domain.some((length, axis) => length !== window.kernel[axis]))
      throw new RangeError(
        `${whoHere}: the dictionary's domain must be [${window.kernel.join(", ")}], the window; got [${domain.join(", ")}]`,
      );
    return {
      kernel: [...window.kernel, channels, depthMultiplier],
      channels: 1,
      outputs: channels * depthMultiplier,
      variance: areaOf(window) * glorotOf(window, channels, depthMultiplier),
      pays: slidePays(factorization.order, window, [height, width]),
    };
  }

  protected override kindConfig() {
    return { depthMultiplier: this.depthMultiplier, ...windowConfig(this.options) };
  }

  /**
   * Every channel's maps of the atoms, then one small product per channel.
   * @param v rank·C·m numbers, ordered (atom, channel, output)
   */
  private atomsFirst(x: tf.Tensor4D, atoms: Atoms, v: tf.Tensor, [rows, cols]: Pair): tf.Tensor4D {
    const [batch, height, width, channels] = x.shape;
    const { depthMultiplier } = this;
    const apart = tf.reshape<tf.Rank.R4>(tf.transpose(x, [3, 0, 1, 2]), [channels * batch, height, width, 1]);
    const maps = tf.reshape(slide(atoms, apart, this.window), [channels, batch * rows * cols, atoms.count]);
    const mixing = tf.transpose(tf.reshape(v, [atoms.count, channels, depthMultiplier]), [1, 0, 2]);
    const y = tf.transpose(tf.matMul(maps, mixing), [1, 0, 2]);
    return tf.reshape(y, [batch, rows, cols, channels * depthMultiplier]);
  }

  private weightsFirst(x: tf.Tensor4D): tf.Tensor4D {
    const { strides, padding, dilations } = this.window;
    return tf.depthwiseConv2d(x, this.weightMatrix(), [...strides], padding, "NHWC", [...dilations]);
  }
}

/** Unit vectors of a window's entries as atoms. */
const everyEntry = (size: number): Atoms => formedAtoms([size, size], { squares: [], prints: [] }, () => tf.eye(size));

/** The options have no columns, but callers without types may give them. */
function checkOneColumn(options: object): void {
  const { columns = 1 } = options as { readonly columns?: unknown };
  if (columns !== 1)
    throw new RangeError(
      `${who}: columns must be 1, because every channel has its own filters; got ${quoted(columns)}; leave columns out`,
    );
}

function orderIn(order: Order, training: boolean): Order {
  if (order !== "auto" || !training) return order;
  const trains = tf.getKernel("DepthwiseConv2dNativeBackpropFilter", tf.getBackend()) !== undefined;
  return trains ? "auto" : "inputs-first";
}
