import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, type LayerVariable, layers, sequential } from "@tensorflow/tfjs-layers";
import { FactorizedDense } from "@weightcast/core";
import type { Measure, Task } from "@weightcast/training";

/** Layer x ↦ x W of a reconstruction ICA, without a bias: dense, or factorized. */
export type FeatureLayer = layers.Layer;

/**
 * Model of reconstruction ICA around a layer of features: x [batch, n_v] ↦ (z Wᵀ, z) [batch, n_v + n_h] with z = x W. Its weights are those of
 * the layer.
 */
export const icaModel = (features: FeatureLayer, inputs: number): LayersModel =>
  sequential({ layers: [new Reconstruction(features, inputs)] });

/** Weight matrix W [n_v, n_h] of a layer of features, as a new tensor. */
export const matrixOf = (features: FeatureLayer): tf.Tensor2D =>
  features instanceof FactorizedDense ? features.weightMatrix() : tf.clone(features.weights[0]!.read() as tf.Tensor2D);

/** Layer of {@link icaModel}. */
class Reconstruction extends layers.Layer {
  /** @nocollapse */
  static readonly className = "ReconstructionIca";
  /** Called `layer` as in tf.layers' wrappers. */
  readonly layer: FeatureLayer;

  constructor(features: FeatureLayer, inputs: number) {
    super({ inputShape: [inputs] });
    this.layer = features;
  }

  override build(inputShape: (number | null)[]): void {
    if (!this.layer.built) this.layer.build(inputShape);
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = (Array.isArray(inputs) ? inputs[0]! : inputs) as tf.Tensor2D;
      const matrix = matrixOf(this.layer);
      const z = tf.matMul(x, matrix);
      return tf.concat([tf.matMul(z, matrix, false, true), z], 1);
    });
  }

  override computeOutputShape([batch, inputs]: (number | null)[]): (number | null)[] {
    return [batch!, inputs! + (this.layer.computeOutputShape([batch!, inputs!]) as number[])[1]!];
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
}

/**
 * Task of reconstruction ICA (Le et al. 2011):
 *
 *     L = 1/n Σ_i ( λ ‖W Wᵀ x_i − x_i‖² + Σ_j log cosh(w_jᵀ x_i) )
 *
 * with the examples x_i as targets. Metrics: `reconstruction`, Σ‖W Wᵀ x_i − x_i‖² / Σ‖x_i‖², and `sparsity`, the mean of the second sum.
 * @param lambda λ, > 0
 */
export const reconstructionIca = (lambda: number): Task => ({
  name: "reconstruction-ica",
  options: { lambda },
  logits: [false],
  loss: ([outputs], { inputs: [inputs] }) =>
    tf.tidy(() => {
      const [count, size] = inputs!.shape as [number, number];
      const [rebuilt, z] = [
        tf.slice(outputs!, [0, 0], [count, size]),
        tf.slice(outputs!, [0, size], [count, outputs!.shape[1]! - size]),
      ];
      const distance = tf.sum(tf.square(tf.sub(rebuilt, inputs!)));
      return tf.div(tf.add(tf.mul(distance, lambda), tf.sum(logCosh(z))), count) as tf.Scalar;
    }),
  fault: () => undefined,
  measure: measureIca,
});

/** log cosh z = |z| + log(1 + e^(−2|z|)) − log 2. */
const logCosh = (z: tf.Tensor): tf.Tensor =>
  tf.tidy(() => {
    const size = tf.abs(z);
    return tf.sub(tf.add(size, tf.softplus(tf.mul(size, -2))), Math.LN2);
  });

function measureIca(): Measure {
  let [distance, length, sparsity, examples] = [0, 0, 0, 0];
  return {
    add([outputs], { inputs: [inputs] }, count) {
      const size = inputs!.length / count;
      const width = outputs!.length / count;
      examples += count;
      for (let i = 0; i < count; i++)
        for (let k = 0; k < width; k++) {
          const value = outputs![i * width + k]!;
          if (k < size) {
            const x = inputs![i * size + k]!;
            distance += (value - x) ** 2;
            length += x * x;
          } else sparsity += Math.abs(value) + Math.log1p(Math.exp(-2 * Math.abs(value))) - Math.LN2;
        }
    },
    result: () => ({ reconstruction: distance / length, sparsity: sparsity / examples }),
  };
}
