import { io } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { sizeOf } from "@weightcast/types";
import { leavesOf } from "./calibrate/leaves";
import { isFactorized } from "./layers/factorized-layer";
import { LowRankDense } from "./layers/low-rank-dense";
import type { Account } from "./parametrization/parametrization";

/** Account of one layer. */
export interface LayerAccount extends Account {
  /** Name of the layer. */
  readonly layer: string;
}

/** Account of a model: counts of the weights it learns, computes and stores. */
export interface ModelAccount extends Account {
  /** dynamic / dense over the factorized and low-rank layers; 1 if there are none (Denil et al. 2013, §4). */
  readonly proportion: number;
  /** Everything that training changes: `dynamic`, biases and ordinary layers. */
  readonly trainable: number;
  /** Factorized and low-rank layers, each once, those in nested models and wrappers included. */
  readonly layers: readonly LayerAccount[];
}

/**
 * Counts a model's weights. `dynamic` follows what is trained: a layer with `trainable: false` learns nothing, so its V
 * counts as fixed and stored. In every case the model file holds `dynamic` + `stored` numbers of these layers, and their
 * biases.
 */
export function account(model: LayersModel): ModelAccount {
  const trained = model.trainableWeights;
  const accounts = leavesOf(model).flatMap((layer): LayerAccount[] =>
    isFactorized(layer) || layer instanceof LowRankDense ? [{ layer: layer.name, ...layer.account(trained) }] : [],
  );
  const sum = (key: keyof Account) => accounts.reduce((total, entry) => total + entry[key], 0);
  const dense = sum("dense");
  return {
    dense,
    dynamic: sum("dynamic"),
    static: sum("static"),
    stored: sum("stored"),
    proportion: dense === 0 ? 1 : sum("dynamic") / dense,
    trainable: model.trainableWeights.reduce((total, { shape }) => total + sizeOf(shape as number[]), 0),
    layers: accounts,
  };
}

/** Size of the model's file in bytes: its topology as JSON, and the weights it stores. */
export async function bytesOnDisk(model: LayersModel): Promise<number> {
  let bytes = 0;
  await model.save(
    io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      const text = JSON.stringify({ modelTopology, weightSpecs });
      const buffers = Array.isArray(weightData) ? weightData : weightData ? [weightData] : [];
      bytes = new TextEncoder().encode(text).length + buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
    }),
  );
  return bytes;
}
