import * as tf from "@tensorflow/tfjs-core";
import { type LayerVariable, layers } from "@tensorflow/tfjs-layers";

/** Last activation of an autoencoder's decoder: `sigmoid` for inputs in [0, 1], `linear` for any. */
export type Decoder = "sigmoid" | "linear";

/** Layer that computes its weight matrix W [n_v, n_h] from other variables, as those of @weightcast/core do. */
interface Weighted {
  /** W as a fresh tensor. */
  weightMatrix(): tf.Tensor2D;
}

/**
 * Weight matrix W [n_v, n_h] of a layer y = g(x W + b), as a function that computes it from the current values of the
 * layer's variables; undefined for other layers.
 */
export function weightMatrixOf(layer: layers.Layer): (() => tf.Tensor2D) | undefined {
  const { weightMatrix } = layer as Partial<Weighted>;
  if (typeof weightMatrix === "function") return () => weightMatrix.call(layer);
  if (layer.getClassName() !== "Dense") return undefined;
  const kernel = layer.weights.find(({ originalName }) => originalName.endsWith("/kernel"));
  return kernel && (() => tf.clone(kernel.read() as tf.Tensor2D));
}

/**
 * Autoencoder around a layer, with the decoder tied to the encoder: x̂ = s(g(x W + b) Wᵀ), x and x̂ [batch, n_v]. Its
 * weights are those of the layer, which it neither copies nor owns.
 */
export class TiedAutoencoder extends layers.Layer {
  /** @nocollapse */
  static readonly className = "TiedAutoencoder";
  /** The encoder. Called `layer` as in tf.layers' wrappers. */
  readonly layer: layers.Layer;
  private readonly encoderWeights: () => tf.Tensor2D;
  private readonly decoder: Decoder;
  private readonly uncorrupted: number;

  /** @param corruption share of the inputs that a dropout layer before this one masks in training */
  constructor(layer: layers.Layer, encoderWeights: () => tf.Tensor2D, decoder: Decoder, corruption: number) {
    super({});
    this.layer = layer;
    this.encoderWeights = encoderWeights;
    this.decoder = decoder;
    this.uncorrupted = 1 - corruption;
  }

  override build(): void {
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor {
    return tf.tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      const visible = (Array.isArray(inputs) ? inputs[0]! : inputs) as tf.Tensor2D;
      // Dropout scales up the inputs it keeps; corruption only masks, so the scale is undone.
      const x = kwargs.training === true && this.uncorrupted < 1 ? tf.mul(visible, this.uncorrupted) : visible;
      const hidden = this.layer.call(x, kwargs) as tf.Tensor2D;
      const decoded = tf.matMul(hidden, this.encoderWeights(), false, true);
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

  override getConfig(): tf.serialization.ConfigDict {
    const { layer } = this;
    return { ...super.getConfig(), layer: { className: layer.getClassName(), config: layer.getConfig() } };
  }

  /** Disposes nothing: the weights belong to the encoder. */
  protected override disposeWeights(): number {
    return 0;
  }
}
