import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import { AdaptedLayer, type AdapterForm, full, lora, oneSided, sparse, twoSided } from "@weightcast/core";
import { type Dictionary, kroneckerColumns } from "@weightcast/dictionary";
import { gaussian } from "@weightcast/dictionary-random";
import { stream } from "@weightcast/random";
import { classes, features } from "./blobs";
import { seeded } from "./networks";

/** Products of random vectors over the inputs and over the outputs, with their factors. */
function products(domain: readonly number[]): Dictionary {
  const factors = domain.map((rows, axis) => {
    const { normal } = stream(axis, "products");
    return { rows, cols: rows, data: Float32Array.from({ length: rows * rows }, () => normal() / Math.sqrt(rows)) };
  });
  const columns = factors.map(({ rows, cols, data }) => ({
    rows,
    cols,
    column: (k: number) => Float64Array.from({ length: rows }, (_, i) => data[i * cols + k]!),
  }));
  return {
    contract: 1,
    name: "products",
    domain,
    size: domain.reduce((size, length) => size * length, 1),
    options: {},
    traits: { orthonormal: false, independent: true, ordered: false, learned: false },
    factors,
    atoms: (indices) => kroneckerColumns(columns, indices),
  };
}

/** Frozen layer with an active adapter. */
function adapted(layer: layers.Layer, form?: AdapterForm): (model: LayersModel) => AdaptedLayer {
  return (model) => {
    const one = new AdaptedLayer({ layer: { className: layer.getClassName(), config: layer.getConfig() } });
    (model as ReturnType<typeof sequential>).add(one);
    if (form) one.add("default", form, { bias: true });
    one.use("default");
    return one;
  };
}

/** Network of frozen layers with adapters of every form, and a frozen batch normalization. */
export function adaptedNetwork(): LayersModel {
  const model = sequential({ layers: [layers.inputLayer({ inputShape: [features] })] });
  const both = { dictionary: gaussian, rank: 3 };
  adapted(
    layers.dense({ units: 12, activation: "tanh" }),
    sparse({ dictionary: products, entries: 9, scale: 2 }),
  )(model);
  adapted(layers.batchNormalization())(model);
  model.add(layers.reshape({ targetShape: [3, 4, 1] }));
  adapted(layers.conv2d({ filters: 4, kernelSize: 2, padding: "same" }), lora({ rank: 2 }))(model);
  adapted(layers.depthwiseConv2d({ kernelSize: 3 }), oneSided({ dictionary: gaussian, rank: 4 }))(model);
  model.add(layers.flatten());
  adapted(layers.dense({ units: 5, activation: "relu" }), twoSided({ inputs: both, outputs: both }))(model);
  adapted(layers.dense({ units: classes }), full())(model);
  return seeded(model, 6);
}
