import * as tf from "@tensorflow/tfjs-core";
import { sizeOf } from "@weightcast/types";
import { kroneckerShare, type Pays } from "../atoms/make-atoms";
import type { Order } from "../parametrization/product";
import { type DenseBasics, glorotVariance, type InputShape, lastAxisOf } from "./basics";
import type { LayerSizes } from "./build";
import { type FactorizedBasics, factorization, type LayerOptions, layerOptions } from "./factorization";
import { FactorizedLayer } from "./factorized-layer";
import { checkKnown, factorizedNames } from "./known-options";
import type { OrdinaryDense } from "./ordinary";

const who = "factorizedDense";

/** Options of {@link factorizedDense}; the dictionary's domain has as many coordinates as the layer has inputs. */
export interface FactorizedDenseOptions extends FactorizedBasics, DenseBasics {}

/**
 * Dense layer that learns only part of its weights: y = g(x U V + b), with U [n_v, J·n_α] fixed atoms of a
 * dictionary, and V [J, n_α, n_h / J] and b [n_h] learned. The weights of column j are W_j = U_j V_j
 * (Denil et al. 2013, §2 and §3.2). Input [batch, …, n_v], output [batch, …, n_h]: of sequences, each step by itself, as tf.layers.dense does.
 *
 * V is drawn from a normal distribution such that the pre-activations have the variance that a Glorot-initialized dense
 * layer would give white inputs, times gain²; `calibrate` replaces that assumption by a batch of real inputs.
 *
 * `model.save` keeps V, b and the dictionary's recipe, not U: `loadLayersModel` recomputes U and compares its
 * fingerprint (call `registerLayers()` and `dictionaries.register(…)` first). A dictionary learned from data is stored,
 * as a weight that is not trained.
 *
 * @throws RangeError for an option that the layer does not have, if `columns` does not divide `units`, the rank is not in [1, dictionary.size], or the selection does not
 *   fit the dictionary
 */
export function factorizedDense(options: FactorizedDenseOptions): FactorizedDense {
  checkKnown(who, options, { units: true, ...factorizedNames });
  return new FactorizedDense(layerOptions(who, options));
}

/** Layer returned by {@link factorizedDense}. */
export class FactorizedDense extends FactorizedLayer<tf.Tensor, tf.Tensor2D> {
  /** @nocollapse */
  static readonly className = "FactorizedDense";
  readonly units: number;

  constructor(options: LayerOptions<FactorizedDenseOptions>) {
    super(factorization(who, options, ["units", options.units], "atoms"));
    this.units = options.units;
  }

  /**
   * x U V + b, plus x W₀ if there is a base: the input of the activation function.
   * @param x [batch, …, n_v]
   * @param training counts the gradients' products when the order is chosen @default false
   */
  override preactivation<X extends tf.Tensor>(x: X, training = false): X {
    return tf.tidy(() => {
      const y = this.biased(this.parametrization.apply(rowsOf(x), training));
      return (x.rank === 2 ? y : tf.reshape(y, [...x.shape.slice(0, -1), this.units])) as X;
    });
  }

  /**
   * Mean square of the pre-activations that a Glorot-initialized dense layer would have, times gain²:
   * gain² E‖x‖² · 2 / (n_v + n_h).
   * @param x [batch, …, n_v]
   */
  override glorotSquare(x: tf.Tensor): tf.Scalar {
    return tf.tidy(() =>
      tf.mul(tf.mean(tf.sum(tf.square(x), -1)), this.gain ** 2 * glorotVariance(x.shape.at(-1)!, this.units)),
    );
  }

  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    return [...inputShape.slice(0, -1), this.units];
  }

  override standsFor(): OrdinaryDense {
    return { className: "Dense", config: { ...this.ordinaryBasics(), units: this.units } };
  }

  protected override sizesFor(inputShape: InputShape, whoHere: string): LayerSizes {
    const { units, recipe, factorization } = this;
    const inputs = lastAxisOf(whoHere, inputShape, sizeOf(recipe.domain));
    const variance = inputs * glorotVariance(inputs, units);
    return {
      kernel: [inputs, units],
      channels: 1,
      outputs: units,
      variance,
      pays: densePays(factorization.order, recipe),
    };
  }

  protected override kindConfig() {
    return { units: this.units };
  }
}

/** [batch, …, n_v] → [rows, n_v] */
const rowsOf = (x: tf.Tensor): tf.Tensor2D =>
  x.rank === 2 ? (x as tf.Tensor2D) : tf.reshape(x, [-1, x.shape.at(-1)!]);

/** Numbers of a U above which it is not formed if axis by axis takes fewer multiplications: 128 MB. */
const largeU = 2 ** 25;

/** Rule that decides whether a dense layer's x U is computed axis by axis. */
const densePays =
  (order: Order, { domain }: { readonly domain: readonly number[] }): Pays =>
  ({ cost }, count) => {
    const formed = sizeOf(domain) * count;
    // With one axis, the only factor holds all atoms of the dictionary: more than U.
    return order !== "weights-first" && domain.length > 1 && cost < (formed > largeU ? 1 : kroneckerShare) * formed;
  };
