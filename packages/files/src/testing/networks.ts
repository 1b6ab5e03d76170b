import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import { factorizedConv2d, factorizedDense } from "@weightcast/core";
import { fourier } from "@weightcast/dictionary-fourier";
import { covariance, kernel } from "@weightcast/dictionary-kernel";
import { stream } from "@weightcast/random";

/** Small network with dictionaries that recipes recompute and one learned from data, and ordinary layers. */
export function network(): LayersModel {
  const random = stream(1, "samples");
  const samples = { rows: 40, cols: 12, data: Float32Array.from({ length: 480 }, () => random.normal()) };
  const learned = covariance({ domain: [12], batches: () => [samples] });
  const model = sequential({
    layers: [
      factorizedConv2d({ filters: 4, kernelSize: 5, dictionary: kernel([5, 5]), rank: 8, inputShape: [9, 9, 2] }),
      layers.batchNormalization(),
      layers.flatten(),
      factorizedDense({ units: 12, dictionary: fourier([100]), rank: 20, columns: 2, activation: "relu", seed: 5 }),
      factorizedDense({ units: 6, dictionary: learned, rank: 5, columns: 3, activation: "sigmoid", seed: 2 }),
      layers.dense({ units: 3 }),
    ],
  });
  fill(model);
  return model;
}

/** Seeded values in every weight that is trained, so that none is zero. */
function fill(model: LayersModel): void {
  const random = stream(2, "weights");
  for (const weight of model.trainableWeights) {
    const values = Float32Array.from({ length: weight.shape.reduce<number>((a, b) => a * b!, 1) }, () =>
      random.normal(),
    );
    tf.tidy(() => {
      weight.write(tf.tensor(values, weight.shape as number[]));
    });
  }
}

/** Outputs of a model for fixed inputs. */
export const outputs = (model: LayersModel): Float32Array =>
  tf.tidy(() => {
    const shape = [2, ...(model.inputs[0]!.shape.slice(1) as number[])];
    const x = tf.reshape(
      tf.sin(
        tf.range(
          0,
          shape.reduce((a, b) => a * b),
          1,
        ),
      ),
      shape,
    );
    return (model.predict(x) as tf.Tensor).dataSync<"float32">().slice();
  });
