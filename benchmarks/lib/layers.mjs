// Description of a tf.layers model for the peers.

import { padsOf } from "./pads.mjs";

/**
 * Layers of a model, as plain data for peers in any language. `weights` and `fixed` name a layer's trained and fixed arrays;
 * an array's file is `${layer}.${array}`.
 *
 * @param model a sequential tf.layers model
 * @param prepared whether the part of the first layer that uses only fixed weights has been computed in advance
 * @throws Error for a layer that no peer supports
 */
export const describe = (model, prepared) =>
  model.layers
    .filter((layer) => layer.getClassName() !== "InputLayer")
    .map((layer, i) => ({
      name: layer.name,
      activation: "linear",
      weights: [],
      fixed: [],
      ...kindOf(layer),
      first: i === 0,
      prepared: Boolean(prepared) && i === 0,
    }));

/** Fixed arrays of a layer, by name. */
export const fixedArrays = (layer) =>
  ["FactorizedDense", "FactorizedConv2D"].includes(layer.getClassName()) ? { atoms: layer.atoms() } : {};

function kindOf(layer) {
  const config = layer.getConfig();
  const { activation } = config;
  if (config.useBias === false) return unknown(layer, "without a bias");
  const inputs = layer.input.shape.at(-1);
  const learned = { weights: ["kernel", "bias"], activation };
  const factorized = {
    columns: layer.columns,
    rank: layer.rank,
    fixed: ["atoms"],
    weights: ["coefficients", "bias"],
    activation: activation ?? "linear",
  };
  switch (layer.getClassName()) {
    case "Dense":
      return { kind: "dense", inputs, units: layer.units, ...learned };
    case "FactorizedDense":
      return { kind: "factorized", inputs, units: layer.units, ...factorized };
    case "Conv2D":
      return { kind: "convolution", filters: config.filters, ...windowOf(layer, config.kernelSize), ...learned };
    case "FactorizedConv2D":
      if (layer.recipe.domain.length !== 2) return unknown(layer, "with atoms over whole patches");
      return {
        kind: "factorized-convolution",
        filters: layer.filters,
        ...windowOf(layer, config.kernelSize),
        ...factorized,
      };
    case "MaxPooling2D":
      if (config.padding !== "valid") return unknown(layer, "with padding");
      return { kind: "max-pool", ...windowOf(layer, config.poolSize) };
    case "Activation":
      return { kind: "activation", activation };
    case "Flatten":
      return { kind: "flatten" };
    default:
      return unknown(layer);
  }
}

function unknown(layer, how = "") {
  const what = `${layer.getClassName()} ${how}`.trim();
  throw new Error(`describe: no peer supports a ${what}; add it to lib/layers.mjs and the peers`);
}

/** Geometry of a window: `input` is [height, width, channels], `output` the number of its places, [rows, columns]. */
function windowOf(layer, size) {
  const { strides = 1, padding = "valid", dilationRate = 1 } = layer.getConfig();
  const pair = (value) => (typeof value === "number" ? [value, value] : [...value]);
  if (pair(dilationRate).some((rate) => rate !== 1)) return unknown(layer, "with dilation");
  const [, ...input] = layer.input.shape;
  const [, ...output] = layer.output.shape;
  const window = { window: pair(size), strides: pair(strides), padding, input, output: output.slice(0, 2) };
  return { ...window, pads: padsOf(window) };
}
