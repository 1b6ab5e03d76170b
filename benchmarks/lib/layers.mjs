// Description of a tf.layers model for the peers.

import { padsOf } from "./pads.mjs";

/**
 * Layers of a model, as plain data for peers in any language, in an order in which they can be computed. `reads` names the
 * layers whose outputs a layer takes, or `input`; the last layer gives the model's output. `weights`, `fixed` and `buffers`
 * name a layer's arrays: the trained ones, the ones that never change, and the ones that a step updates without a gradient.
 * An array's file is `${layer}.${array}`. `first` layers take the model's input, which needs no gradient.
 *
 * @param model a tf.layers model with one input and one output
 * @param prepared whether the part of the first layer that uses only fixed weights has been computed in advance
 * @throws Error for a layer that no peer supports
 */
export const describe = (model, prepared) =>
  model.layers
    .filter((layer) => layer.getClassName() !== "InputLayer")
    .map((layer, i) => {
      const reads = readsOf(layer);
      return {
        name: layer.name,
        reads,
        activation: "linear",
        weights: [],
        fixed: [],
        buffers: [],
        ...kindOf(layer),
        first: reads.includes("input"),
        prepared: Boolean(prepared) && i === 0,
      };
    });

/** Fixed arrays of a layer, by name. */
export const fixedArrays = (layer) => (layer.getClassName().startsWith("Factorized") ? { atoms: layer.atoms() } : {});

/** Arrays of a layer that a step updates without a gradient, by name. */
export function bufferArrays(layer) {
  if (layer.getClassName() !== "BatchNormalization") return {};
  const [mean, variance] = layer.nonTrainableWeights.map((weight) => weight.read());
  return { mean, variance };
}

/** Names of the layers that a layer takes the outputs of. */
function readsOf(layer) {
  const [node, ...more] = layer.inboundNodes;
  if (more.length > 0) return unknown(layer, "that is used more than once");
  return node.inboundLayers.map((from) => (from.getClassName() === "InputLayer" ? "input" : from.name));
}

function kindOf(layer) {
  const config = layer.getConfig();
  const { activation } = config;
  const inputs = layer.input.shape?.at(-1);
  const bias = config.useBias === false ? [] : ["bias"];
  const learned = { weights: ["kernel", ...bias], activation };
  const factorized = {
    columns: layer.columns,
    rank: layer.rank,
    fixed: ["atoms"],
    weights: ["coefficients", ...bias],
    activation: activation ?? "linear",
  };
  switch (layer.getClassName()) {
    case "Dense":
      if (bias.length === 0) return unknown(layer, "without a bias");
      return { kind: "dense", inputs, units: layer.units, ...learned };
    case "FactorizedDense":
      if (bias.length === 0) return unknown(layer, "without a bias");
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
    case "DepthwiseConv2D":
      return { kind: "depthwise", ...depthwiseOf(layer, config), ...learned };
    case "FactorizedDepthwiseConv2D":
      return { kind: "factorized-depthwise", ...depthwiseOf(layer, config), ...factorized };
    case "BatchNormalization":
      return normalizationOf(layer, config);
    case "LSTM":
      return lstmOf(layer, config);
    case "MaxPooling2D":
      if (config.padding !== "valid") return unknown(layer, "with padding");
      return { kind: "max-pool", ...windowOf(layer, config.poolSize) };
    case "AveragePooling2D":
      if (config.poolSize.some((size) => size !== 1)) return unknown(layer, "of more than one pixel");
      return { kind: "sampling", strides: pair(config.strides) };
    case "ZeroPadding2D":
      return paddingOf(layer, config);
    case "GlobalAveragePooling2D":
      return { kind: "average" };
    case "Add":
      return { kind: "sum" };
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

const pair = (value) => (typeof value === "number" ? [value, value] : [...value]);

/** Geometry of a window: `input` is [height, width, channels], `output` the number of its places, [rows, columns]. */
function windowOf(layer, size) {
  const { strides = 1, padding = "valid", dilationRate = 1 } = layer.getConfig();
  if (pair(dilationRate).some((rate) => rate !== 1)) return unknown(layer, "with dilation");
  const [, ...input] = layer.input.shape;
  const [, ...output] = layer.output.shape;
  const window = { window: pair(size), strides: pair(strides), padding, input, output: output.slice(0, 2) };
  return { ...window, pads: padsOf(window) };
}

/** Geometry of a convolution in which every channel has one filter of its own. */
function depthwiseOf(layer, { kernelSize, depthMultiplier }) {
  if (depthMultiplier !== 1) return unknown(layer, "with several outputs of each channel");
  return windowOf(layer, kernelSize);
}

/** Normalization over the batch and the places of each channel. New moving averages are momentum · old + (1 − momentum) · batch. */
function normalizationOf(layer, { axis, epsilon, momentum, center, scale }) {
  if (!center || !scale) return unknown(layer, "without scale and offset");
  const { rank } = layer.input;
  if (![-1, rank - 1].includes(axis)) return unknown(layer, "of an axis other than the last");
  const arrays = { weights: ["scale", "offset"], buffers: ["mean", "variance"] };
  return { kind: "batch-normalization", epsilon, momentum, ...arrays };
}

/**
 * LSTM that reads a sequence of `steps` from a state of zeros, and outputs its last output. Columns of both kernels and of the
 * bias are in the order of the input gate, the forget gate, the candidate, and the output gate.
 */
function lstmOf(layer, config) {
  const { activation, recurrentActivation, useBias, units } = config;
  if (activation !== "tanh" || recurrentActivation !== "sigmoid") return unknown(layer, "without tanh and sigmoids");
  if (!useBias) return unknown(layer, "without a bias");
  if (config.returnSequences || config.returnState) return unknown(layer, "with more outputs than the last");
  if (config.goBackwards || config.stateful) return unknown(layer, "that goes backwards or keeps its state");
  if (config.dropout || config.recurrentDropout) return unknown(layer, "with dropout");
  const [, steps, inputs] = layer.input.shape;
  return { kind: "lstm", steps, inputs, units, weights: ["kernel", "recurrent", "bias"] };
}

/**
 * Channels of zeros after the last. tf.layers pads the last two axes of maps that it takes to have channels first: here,
 * columns and channels.
 */
function paddingOf(layer, { padding, dataFormat }) {
  const [columns, [before, after]] = padding;
  if (dataFormat !== "channelsFirst" || columns.some((zeros) => zeros !== 0) || before !== 0)
    return unknown(layer, "except for channels after the last");
  return { kind: "more-channels", more: after };
}
