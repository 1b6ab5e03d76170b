import * as tf from "@tensorflow/tfjs-core";
import { type LayerVariable, layers } from "@tensorflow/tfjs-layers";

/** What an autoencoder's decoder ends in: `sigmoid` for inputs in [0, 1], `linear` for any. */
export type Decoder = "sigmoid" | "linear";

/** A layer with a weight matrix W [n_v, n_h] of its own making: those of @weightcast/core. */
interface Weighted {
  /** A fresh tensor. */
  weightMatrix(): tf.Tensor2D;
}

/** W [n_v, n_h] of a layer y = g(x W + b), as a function of what its variables hold now; undefined for other layers. */
export function weightsOfLayer(layer: layers.Layer): (() => tf.Tensor2D) | undefined {
  const { weightMatrix } = layer as Partial<Weighted>;
  if (typeof weightMatrix === "function") return () => weightMatrix.call(layer);
  if (layer.getClassName() !== "Dense") return undefined;
  const kernel = layer.weights.find(({ originalName }) => originalName.endsWith("/kernel"));
  return kernel && (() => tf.clone(kernel.read() as tf.Tensor2D));
}

/**
 * The autoencoder around a layer, decoder tied to encoder: x̂ = s(g(x W + b) Wᵀ), x and x̂ [batch, n_v]. Its weights are
 * the layer's own, which it neither copies nor owns.
 */
export class TiedAutoencoder extends layers.Layer {
  /** @nocollapse */
  static readonly className = "TiedAutoencoder";
  /** The encoder. Called `layer` as in tf.layers' wrappers. */
  readonly layer: layers.Layer;
  private readonly weightsNow: () => tf.Tensor2D;
  private readonly decoder: Decoder;
  private readonly kept: number;

  /** @param corruption share of the inputs that a dropout layer before this one masks in training */
  constructor(layer: layers.Layer, weightsNow: () => tf.Tensor2D, decoder: Decoder, corruption: number) {
    super({});
    this.layer = layer;
    this.weightsNow = weightsNow;
    this.decoder = decoder;
    this.kept = 1 - corruption;
  }

  override build(): void {
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor {
    return tf.tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      const given = (Array.isArray(inputs) ? inputs[0]! : inputs) as tf.Tensor2D;
      // Dropout scales what it keeps up; corrupted inputs are masked, and no more.
      const x = kwargs.training === true && this.kept < 1 ? tf.mul(given, this.kept) : given;
      const hidden = this.layer.call(x, kwargs) as tf.Tensor2D;
      const decoded = tf.matMul(hidden, this.weightsNow(), false, true);
      return this.decoder === "sigmoid" ? tf.sigmoid(decoded) : decoded;
    });
  }

  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    return inputShape;
  }

  override get trainableWeights(): LayerVariable[] {
    return this.layer.trainableWeights;
  }

  override get nonTrainableWeights(): LayerVariable[] {
    return this.layer.nonTrainableWeights;
  }

  /** They are the encoder's. */
  protected override disposeWeights(): number {
    return 0;
  }
}
