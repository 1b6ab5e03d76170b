import { io } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { isFactorized } from "./factorized-layers";
import { leavesOf } from "./leaves";
import { LowRankDense } from "./low-rank-dense";

/** Where the weights of one layer, or of a model's factorized layers together, come from. All are counts of weights. */
export interface Account {
  /** Weights of the ordinary layer it stands for, without bias: n_v·n_h of a dense one, h·w·C·filters of a convolution. */
  readonly dense: number;
  /** Learned: V of a factorized layer, U and V of a low-rank one. */
  readonly dynamic: number;
  /** Fixed: U, once where channels share it. */
  readonly static: number;
  /** The part of `static` that a model file must hold, because it was learned from data. */
  readonly stored: number;
}

/** The account of one layer. */
export interface LayerAccount extends Account {
  readonly layer: string;
}

/** What a model learns, computes and stores. */
export interface ModelAccount extends Account {
  /** dynamic / dense over the factorized and low-rank layers; 1 where there are none (Denil et al. 2013, §4). */
  readonly proportion: number;
  /** Everything that training changes: `dynamic`, biases and ordinary layers. */
  readonly trainable: number;
  /** The factorized and low-rank layers. */
  readonly layers: readonly LayerAccount[];
}

/** Counts a model's weights. */
export function account(model: LayersModel): ModelAccount {
  const accounts = leavesOf(model).flatMap((layer) => accountOf(layer) ?? []);
  const sum = (key: keyof Account) => accounts.reduce((total, entry) => total + entry[key], 0);
  const dense = sum("dense");
  return {
    dense,
    dynamic: sum("dynamic"),
    static: sum("static"),
    stored: sum("stored"),
    proportion: dense === 0 ? 1 : sum("dynamic") / dense,
    trainable: model.trainableWeights.reduce(
      (total, { shape }) => total + shape.reduce<number>((a, b) => a * b!, 1),
      0,
    ),
    layers: accounts,
  };
}

function accountOf(layer: LayersModel["layers"][number]): LayerAccount | undefined {
  if (isFactorized(layer)) {
    const { inputs, count } = layer.fixed();
    const fixed = inputs * count;
    const dynamic = layer.coefficients().size;
    return {
      layer: layer.name,
      dense: (dynamic / layer.rank) * inputs,
      dynamic,
      static: fixed,
      stored: layer.recipe.learned ? fixed : 0,
    };
  }
  if (layer instanceof LowRankDense) {
    const inputs = layer.factors()[0].shape[0];
    return {
      layer: layer.name,
      dense: inputs * layer.units,
      dynamic: layer.rank * (inputs + layer.units),
      static: 0,
      stored: 0,
    };
  }
  return undefined;
}

/** Bytes of the model's file: topology as JSON, and the weights it stores. */
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
