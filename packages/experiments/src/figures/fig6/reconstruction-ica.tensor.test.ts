import * as tf from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";
import { factorizedDense } from "@weightcast/core";
import { kernel } from "@weightcast/dictionary-kernel";
import { stream } from "@weightcast/random";
import { expect, test } from "vitest";
import { icaModel, matrixOf, reconstructionIca } from "./reconstruction-ica";

const [inputs, features, count, lambda] = [4, 6, 3, 0.7];
const { normal } = stream(5, "ica");
const x = Array.from({ length: count }, () => Array.from({ length: inputs }, () => Math.fround(2 * normal())));

/** L in float64, by its definition. */
function lossOf(w: readonly number[]): number {
  let total = 0;
  for (const row of x) {
    const z = Array.from({ length: features }, (_, j) => row.reduce((sum, v, i) => sum + v * w[i * features + j]!, 0));
    for (const [i, v] of row.entries())
      total += lambda * (z.reduce((sum, value, j) => sum + value * w[i * features + j]!, 0) - v) ** 2;
    for (const value of z) total += Math.log(Math.cosh(value));
  }
  return total / count;
}

test("the loss and its gradient are those of the definition (float64, differences; 1e-4)", () => {
  const w = Array.from({ length: inputs * features }, () => Math.fround(0.4 * normal()));
  const layer = layers.dense({ units: features, useBias: false });
  const model = icaModel(layer, inputs);
  layer.setWeights([tf.tensor2d(w, [inputs, features])]);
  const task = reconstructionIca(lambda);
  const { value, grads } = tf.variableGrads(
    () => task.loss([model.apply(tf.tensor2d(x)) as tf.Tensor], { inputs: [tf.tensor2d(x)], targets: [] }),
    layer.trainableWeights.map((weight) => weight.read() as tf.Variable),
  );
  expect(value.dataSync()[0]).toBeCloseTo(lossOf(w), 4);
  const [gradient] = Object.values(grads).map((tensor) => [...tensor.dataSync()]);
  for (const [k, slope] of gradient!.entries()) {
    const moved = (by: number) => lossOf(w.map((v, i) => (i === k ? v + by : v)));
    expect(slope).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 3);
  }
  model.dispose();
});

test("a factorized layer reconstructs by its product U V, and learns V alone; the metrics are the loss's parts", () => {
  const layer = factorizedDense({
    ...{ units: features, useBias: false, seed: 2, rank: 2, columns: 2 },
    dictionary: kernel([2, 2]),
  });
  const model = icaModel(layer, inputs);
  const matrix = matrixOf(layer);
  const w = [...matrix.dataSync()];
  const outputs = model.predict(tf.tensor2d(x)) as tf.Tensor;
  expect(outputs.shape).toEqual([count, inputs + features]);
  const { value } = { value: reconstructionIca(lambda).loss([outputs], { inputs: [tf.tensor2d(x)], targets: [] }) };
  expect(value.dataSync()[0]).toBeCloseTo(lossOf(w), 4);
  expect(layer.trainableWeights.map(({ shape }) => shape)).toEqual([[2, 2, 3]]);

  const measure = reconstructionIca(lambda).measure();
  measure.add([outputs.dataSync<"float32">()], { inputs: [Float32Array.from(x.flat())], targets: [] }, count);
  const { reconstruction, sparsity } = measure.result() as { reconstruction: number; sparsity: number };
  const length = x.flat().reduce((sum, v) => sum + v * v, 0) / count;
  expect(lambda * reconstruction * length + sparsity).toBeCloseTo(lossOf(w), 4);
  model.dispose();
});
