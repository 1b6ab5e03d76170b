import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { withRidge } from "../allocation/ridge";
import { type ConvertibleLayer, kernelOf } from "../layers/layers-of";
import type { Layer } from "../model/parts";
import type { Site } from "./choice";
import { corrected, type Moments, momentSums } from "./moments";
import { rowsOf } from "./rows";
import { batches, countOf, type Samples, sliced, watch } from "./watch";

/** How a layer's inputs are sampled. */
export interface Sampling {
  /** Rows of inputs (examples, or patches of a convolution) from which second moments are computed, for each input of a row. */
  readonly rowsPerInput: number;
  /** λ, the part of the mean second moment that is added to each input's own. */
  readonly ridge: number;
}

/** Most inputs of an output for which second moments are computed: the equations then have as many unknowns. */
const mostInputs = 2048;

/** Where a layer stands in the model that is changed step by step, and in the original. */
export interface Place {
  readonly layer: ConvertibleLayer;
  /** Its copy in the changed model, whose weights may be overwritten. */
  readonly copy: Layer;
  readonly model: LayersModel;
  readonly original: LayersModel;
}

/** A layer with all that a fit needs. */
export interface FitSite extends Site {
  /** Bias that goes with weights W̃: b + E[x]ᵀ W − E[x̃]ᵀ W̃. Undefined if the layer has none, or there are no samples. */
  readonly biasFor?: (weights: Float64Array) => Float64Array;
}

/**
 * Measures the layer's inputs in both models and gives what is to be fitted. Without samples, or if the layer has too many inputs,
 * the weights themselves.
 */
export function siteOf(
  { layer, copy, model, original }: Place,
  samples: Samples | undefined,
  sampling: Sampling,
): FitSite {
  const weights = Float64Array.from(kernelOf(layer.layer).dataSync<"float32">());
  const inputs = layer.className === "Dense" ? layer.kernel[0]! : weights.length / layer.outputs;
  const size = layer.className === "DepthwiseConv2D" ? layer.kernel[0]! * layer.kernel[1]! : inputs;
  const site = { layer, weights, inputs: size };
  if (!samples || size > mostInputs) return site;
  const bias = layer.layer.weights[1]?.read().dataSync<"float32">();
  if (layer.className === "DepthwiseConv2D") {
    const { own } = measure({ layer, copy, model, original }, samples, size, sampling).moments(false);
    return { ...site, secondMoments: withRidge(own, size, sampling.ridge) };
  }
  const moments = measure({ layer, copy, model, original }, samples, size, sampling).moments(bias !== undefined);
  const own = withRidge(moments.own, size, sampling.ridge);
  const cross = ridgeOf(moments, own);
  const target = corrected(own, cross, weights, size);
  const [mean, originalMean] = moments.means;
  const biasFor = (fitted: Float64Array): Float64Array => {
    const before = timesMean(originalMean, weights, layer.outputs);
    const after = timesMean(mean, fitted, layer.outputs);
    return Float64Array.from(bias!, (value, o) => value + before[o]! - after[o]!);
  };
  return { ...site, weights: target, secondMoments: own, ...(bias && { biasFor }) };
}

/** E[x̃ xᵀ] with what the ridge added to E[x̃ x̃ᵀ]. */
const ridgeOf = ({ own, cross }: Moments, ridged: Float64Array): Float64Array =>
  cross.map((value, at) => value + (ridged[at]! - own[at]!));

/** mᵀ W: [outputs]. */
function timesMean(mean: Float64Array, weights: Float64Array, outputs: number): Float64Array {
  const sums = new Float64Array(outputs);
  for (let i = 0; i < mean.length; i++)
    for (let o = 0; o < outputs; o++) sums[o]! += mean[i]! * weights[i * outputs + o]!;
  return sums;
}

function measure({ layer, copy, model, original }: Place, samples: Samples, size: number, { rowsPerInput }: Sampling) {
  const sums = momentSums(size);
  const count = countOf(samples);
  for (const [from, to] of batches(count)) {
    const most = Math.max(64, Math.ceil((rowsPerInput * size * (to - from)) / count));
    const inputs = sliced(samples, from, to);
    const seed = (call: number) => `${layer.path}/${from}/${call}`;
    const rows = (of: LayersModel, at: Layer) => {
      const seen: ReturnType<typeof rowsOf>[] = [];
      watch(of, at, inputs, (x) => seen.push(rowsOf(layer, x, most, seed(seen.length))));
      return seen;
    };
    const own = rows(model, copy);
    const others = model === original ? own : rows(original, layer.layer);
    if (own.length === 0)
      throw new RangeError(`factorize (layer ${layer.path}): it gets no input when the model runs; leave it out`);
    for (const [call, one] of own.entries()) sums.add(one, others[call]!);
    tf.dispose(inputs);
  }
  return sums;
}
