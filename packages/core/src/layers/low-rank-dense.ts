import * as tf from "@tensorflow/tfjs-core";
import { initializers, type LayerVariable, layers } from "@tensorflow/tfjs-layers";
import { stream } from "@weightcast/random";
import type { Account } from "../parametrization/parametrization";
import {
  activationOf,
  checkCount,
  checkGain,
  checkSeed,
  type DenseBasics,
  defined,
  glorotVariance,
  type InputShape,
  inputsOf,
  layerArguments,
  onlyInput,
} from "./basics";
import { basicNames, checkKnown } from "./known-options";
import { checkLearned } from "./limits";
import { type OrdinaryDense, ordinaryBasics } from "./ordinary";

/** Options of {@link lowRankDense}. */
export interface LowRankDenseOptions extends DenseBasics {
  /** r, the inner dimension of W = U V. */
  readonly rank: number;
  /**
   * Bound of the uniform distribution on [−range, range] that U and V start from. The paper's is 0.1, from which deep
   * networks may never start to learn.
   * @default the range that gives W = U V the variance of a Glorot-initialized dense layer's weights, times gain²:
   *   √3 (gain² · 2 / (r (n_v + n_h)))^¼
   */
  readonly range?: number;
  /** Factor on the standard deviation that W starts with, > 0. Unused if `range` is given. @default 1 */
  readonly gain?: number;
}

/**
 * Dense layer of low rank, both factors learned: y = g(x U V + b), U [n_v, r], V [r, n_h] (LowRank of Denil et al. 2013, §4.1).
 * It is the baseline that factorized layers are compared with: it learns r·(n_v + n_h) weights. Input [batch, n_v], output
 * [batch, n_h].
 * @throws RangeError for an option that the layer does not have, unless `rank` and `units` are positive integers, and `gain` a number above 0;
 *   when built, if the rank is above both the inputs and the units
 */
export function lowRankDense(options: LowRankDenseOptions): LowRankDense {
  checkKnown("lowRankDense", options, { units: true, rank: true, range: true, gain: true, ...basicNames });
  return new LowRankDense(options);
}

/** Layer returned by {@link lowRankDense}. */
export class LowRankDense extends layers.Layer {
  /** @nocollapse */
  static readonly className = "LowRankDense";
  readonly units: number;
  /** r */
  readonly rank: number;
  private readonly options: LowRankDenseOptions;
  private readonly activation: (x: tf.Tensor) => tf.Tensor;
  private left: LayerVariable | undefined;
  private right: LayerVariable | undefined;
  private bias: LayerVariable | undefined;

  constructor(options: LowRankDenseOptions) {
    super(layerArguments(options));
    const { units, rank, activation, gain = 1, seed = 0 } = options;
    checkCount("lowRankDense", "units", units);
    checkCount("lowRankDense", "rank", rank);
    checkGain("lowRankDense", gain);
    checkSeed("lowRankDense", seed);
    this.options = options;
    this.units = units;
    this.rank = rank;
    this.activation = activationOf(activation);
  }

  override build(inputShape: InputShape): void {
    const { rank, units } = this;
    const { seed = 0, useBias = true, gain = 1 } = this.options;
    const inputs = inputsOf(`lowRankDense (layer ${this.name})`, inputShape);
    if (rank > Math.max(inputs, units))
      throw new RangeError(
        `lowRankDense (layer ${this.name}): rank must be at most ${Math.max(inputs, units)}, the larger of inputs and units; got ${rank}`,
      );
    checkLearned(`lowRankDense (layer ${this.name})`, "U and V", rank * (inputs + units));
    // An entry of W is a sum of r products of variance (range²/3)².
    const { range = Math.sqrt(3) * ((gain ** 2 * glorotVariance(inputs, units)) / rank) ** (1 / 4) } = this.options;
    const zeros = initializers.zeros();
    const factor = (name: string, rows: number, cols: number): LayerVariable => {
      const { uniform } = stream(seed, `low-rank/${name}`);
      const values = new Float32Array(rows * cols);
      for (let i = 0; i < values.length; i++) values[i] = range * (2 * uniform() - 1);
      const weight = this.addWeight(name, [rows, cols], "float32", zeros);
      tf.tidy(() => {
        weight.write(tf.tensor2d(values, [rows, cols]));
      });
      return weight;
    };
    this.left = factor("left", inputs, rank);
    this.right = factor("right", rank, units);
    if (useBias) this.bias = this.addWeight("bias", [units], "float32", zeros);
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor {
    return tf.tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      return this.activation(this.preactivation(onlyInput(inputs) as tf.Tensor2D));
    });
  }

  /**
   * x U V + b: the input of the activation function.
   * @param x [batch, n_v]
   */
  preactivation(x: tf.Tensor2D): tf.Tensor2D {
    return tf.tidy(() => {
      const [left, right] = this.factors();
      const y = tf.matMul<tf.Tensor2D>(tf.matMul(x, left), right);
      return this.bias ? tf.add(y, this.bias.read()) : y;
    });
  }

  /** Multiplies W by a factor above 0: U and V each by its square root. */
  rescale([factor]: readonly [number]): void {
    tf.tidy(() => {
      for (const weight of [this.left!, this.right!]) weight.write(tf.mul(weight.read(), Math.sqrt(factor)));
    });
  }

  /** W = U V, [n_v, n_h]: the weights of the dense layer this one stands for. A fresh tensor, owned by the caller. */
  weightMatrix(): tf.Tensor2D {
    const [left, right] = this.factors();
    return tf.matMul(left, right);
  }

  /** Weights of the ordinary layer this one {@link standsFor}, for its `setWeights`: W, and b if there is one. Fresh tensors. */
  merge(): tf.Tensor[] {
    return [this.weightMatrix(), ...(this.bias ? [tf.clone(this.bias.read())] : [])];
  }

  /** Ordinary layer of tf.layers that this one stands for: with the weights of {@link merge}, it gives the same outputs. */
  standsFor(): OrdinaryDense {
    return { className: "Dense", config: { ...ordinaryBasics(this, this.options), units: this.units } };
  }

  /**
   * Counts of the layer's weights, without bias: U and V are learned, unless the layer is not trained.
   * @param weights that training changes @default the layer's own `trainableWeights`
   */
  account(weights: readonly LayerVariable[] = this.trainableWeights): Account {
    const [left, right] = this.factors();
    const size = left.size + right.size;
    const trained = weights.includes(this.left!);
    const fixed = trained ? 0 : size;
    return { dense: left.shape[0] * this.units, dynamic: size - fixed, static: fixed, stored: fixed };
  }

  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    return [inputShape[0] ?? null, this.units];
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { units, rank, range, gain, activation, useBias, seed } = this.options;
    return { ...super.getConfig(), ...defined({ units, rank, range, gain, activation, useBias, seed }) };
  }

  /** U [n_v, r] and V [r, n_h]. Owned by the layer: clone them to keep them. */
  factors(): [tf.Tensor2D, tf.Tensor2D] {
    if (!this.left || !this.right)
      throw new Error(`lowRankDense (layer ${this.name}): not built yet; give it an input first`);
    return [this.left.read() as tf.Tensor2D, this.right.read() as tf.Tensor2D];
  }
}
