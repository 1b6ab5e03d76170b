import * as tf from "@tensorflow/tfjs-core";
import type { FactorizedLayer, IndexSets } from "@weightcast/core";
import { type Dictionary, rankOf } from "@weightcast/dictionary";
import { sizeOf } from "@weightcast/types";
import type { ConvertibleLayer } from "../layers/layers-of";
import { freeLayer } from "../model/free";
import type { DictionaryFor, FactorizeChoice } from "./choice";
import type { FitSite } from "./fit-site";
import { builtFrom, type Predicted } from "./replacement";
import { mostFitted, pursuit } from "./select";

/** Layer that is fitted. */
export interface FittedLayer {
  /** Built outside of a model, with V and b set. */
  readonly layer: FactorizedLayer;
  /** Options that make such a layer. */
  readonly predicted: Predicted;
  /** Part of the mean square of the layer's outputs that is left over, in [0, 1]; without samples, of its weights. */
  readonly left: number;
  /** W̃ and its bias. */
  readonly weights: Float64Array;
  readonly bias: Float64Array | undefined;
}

/** Fits a factorized layer to the weights of a site. */
export async function fitLayer(site: FitSite, choice: FactorizeChoice): Promise<FittedLayer> {
  const dictionary = await dictionaryFor(site, choice.dictionary);
  if (!dictionary)
    throw new RangeError(
      `factorize (layer ${site.layer.path}): the chosen dictionary has no atoms for this layer; choose another one, or leave the layer out`,
    );
  const { basis = "orthonormal", order, seed } = choice;
  const columns = columnsFor(site.layer, dictionary, choice.columns);
  const rank = rankOf(choice.rank, sizeOf(dictionary.domain), dictionary.size);
  const sets = selectionOf(site, dictionary, { selection: choice.selection, columns }, rank);
  const taken = typeof sets === "object" ? sets[0]!.length : rank;
  const predicted: Predicted = {
    dictionary,
    rank: taken,
    selection: sets,
    columns,
    basis,
    ...(order && { order }),
    ...(seed !== undefined && { seed }),
  };
  const layer = builtFrom(site.layer, predicted);
  try {
    const left = tf.tidy(() => {
      const target = tf.tensor(Float32Array.from(site.weights), [...site.layer.kernel]);
      return layer.fit(target, site.secondMoments && { secondMoments: site.secondMoments });
    });
    const matrix = layer.weightMatrix();
    const weights = Float64Array.from(matrix.dataSync<"float32">());
    matrix.dispose();
    const old = site.layer.layer.weights[1]?.read().dataSync<"float32">();
    const bias = site.biasFor?.(weights) ?? (old && Float64Array.from(old));
    if (bias)
      tf.tidy(() => {
        const [last] = layer.weights.filter(({ shape }) => shape.length === 1);
        last!.write(tf.tensor1d(Float32Array.from(bias)));
      });
    return { layer, predicted, left, weights, bias };
  } catch (error) {
    freeLayer(layer);
    throw error;
  }
}

/** Dictionary of a choice, made for the layer; undefined if it has none for it. */
export const dictionaryFor = async (site: FitSite, dictionary: DictionaryFor): Promise<Dictionary | undefined> =>
  typeof dictionary === "function" ? await dictionary(site) : dictionary;

/** Numbers of float32 that a recipe's options take as text: few, except those of a dictionary that holds its atoms in them. */
export const recipeNumbers = (options: Dictionary["options"]): number => Math.floor(JSON.stringify(options).length / 4);

/** J of a layer, as asked, or as far as it divides the outputs and a file need not hold atoms for each column. */
export function columnsFor(
  { className, outputs }: ConvertibleLayer,
  { traits }: Dictionary,
  columns: FactorizeChoice["columns"] = 1,
): number {
  if (typeof columns === "number") return columns;
  return className === "DepthwiseConv2D" || traits.learned || outputs % columns.upTo !== 0 ? 1 : columns.upTo;
}

/** Whether all channels of a convolution share a dictionary. */
export const channelsOf = ({ layer }: FitSite, { domain }: Dictionary): number =>
  domain.length === layer.domain.length && layer.className !== "Dense" ? layer.channels : 1;

function selectionOf(
  site: FitSite,
  dictionary: Dictionary,
  { selection, columns }: { readonly selection: FactorizeChoice["selection"] | undefined; readonly columns: number },
  rank: number,
): "uniform" | "leading" | IndexSets {
  const few = dictionary.size <= mostFitted;
  const { ordered } = dictionary.traits;
  const how = selection ?? (few ? "fitted" : ordered ? "leading" : "uniform");
  if (rank === dictionary.size && typeof how === "string") return "uniform";
  if (how !== "fitted") return how;
  if (!few)
    throw new RangeError(
      `factorize (layer ${site.layer.path}): selection "fitted" needs a dictionary of at most ${mostFitted} atoms; got ${dictionary.size}; choose "leading" or "uniform"`,
    );
  const channels = channelsOf(site, dictionary);
  const sets = columnsOf(site, columns).map(
    (weights) => pursuit(dictionary, rank, { weights, channels, secondMoments: site.secondMoments }).indices,
  );
  return selectionFrom(sets, rank, dictionary);
}

/** The first atoms of those that each column's fit takes, equally many of each; all of them are a selection of their own. */
export function selectionFrom(
  order: readonly (readonly number[])[],
  rank: number,
  { size }: Dictionary,
): "uniform" | IndexSets {
  if (rank === size) return "uniform";
  const taken = Math.min(rank, ...order.map(({ length }) => length));
  return order.map((indices) => indices.slice(0, taken).sort((a, b) => a - b));
}

/** W of each column: [n_v·C′, n_h / J]. */
export function columnsOf({ weights, layer }: FitSite, columns: number): Float64Array[] {
  if (columns === 1) return [weights];
  const { outputs } = layer;
  const width = outputs / columns;
  return Array.from({ length: columns }, (_, column) => {
    const part = new Float64Array(weights.length / columns);
    for (let row = 0; row * outputs < weights.length; row++)
      part.set(weights.subarray(row * outputs + column * width, row * outputs + (column + 1) * width), row * width);
    return part;
  });
}
