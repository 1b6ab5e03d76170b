import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { compileFunction } from "@weightcast/compile";
import { calibrate } from "@weightcast/core";
import { type Dataset, samples } from "@weightcast/datasets";
import type { Dictionary } from "@weightcast/dictionary";
import { covariance, kernel } from "@weightcast/dictionary-kernel";
import { assemble, type LayerWeights } from "@weightcast/models";
import { plans } from "@weightcast/models/plans";
import type { Matrix } from "@weightcast/types";
import type * as ort from "onnxruntime-web/wasm";

/** Which weights of the hidden layers are learned: 5% of them (SE-Emp), or all. */
export type Kind = "predicted" | "dense";

/** Images that the covariance of the first layer's outputs is taken over, and images that the start is scaled by. */
const [covered, calibrated] = [2000, 200];
const seed = 1;

/**
 * The paper's network for MNIST, 784–500–500–10, before training. Predicted (SE-Emp): 39 of 784 pixels of each unit by a squared
 * exponential kernel on the pixel grid, 25 of 500 units by the covariance of the first layer's outputs, ten columns.
 */
export async function network(kind: Kind, { train }: Dataset, runtime: typeof ort): Promise<LayersModel> {
  const plan = plans.mlp({});
  if (kind === "dense") return assemble(plan, { seed });
  const hidden_1 = layer(kernel([28, 28]), 39);
  const below = assemble(plan, { weights: { hidden_1 }, seed, until: "hidden_2" });
  const [start] = samples(train, { limit: calibrated, seed })();
  scale(below, start!);
  const [images] = samples(train, { limit: covered, size: covered, seed })();
  const outputs = await outputsOf(below, images!, runtime);
  const hidden_2 = layer(covariance({ domain: [500], batches: () => [outputs] }), 25);
  below.dispose();
  const model = assemble(plan, { weights: { hidden_1, hidden_2 }, seed });
  scale(model, start!);
  return model;
}

/** Weights of a layer of 500 units in ten columns, each with its own uniform choice of atoms. */
const layer = (dictionary: Dictionary, rank: number): LayerWeights => ({
  kind: "factorized",
  dictionary,
  rank,
  columns: 10,
});

const scale = (model: LayersModel, { rows, cols, data }: Matrix) =>
  tf.tidy(() => void calibrate(model, tf.tensor2d(data as Float32Array, [rows, cols])));

/** Outputs of a model for images, computed by ONNX Runtime. */
async function outputsOf(model: LayersModel, { rows, cols, data }: Matrix, runtime: typeof ort): Promise<Matrix> {
  const compiled = await compileFunction(
    (x: tf.Tensor) => model.apply(x) as tf.Tensor,
    { shape: [rows, cols], dtype: "float32" },
    { runtime, layers: model.layers },
  );
  try {
    const values = await compiled.run(data as Float32Array);
    return { rows, cols: values.length / rows, data: values };
  } finally {
    await compiled.release();
  }
}
