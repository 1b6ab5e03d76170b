import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Dictionary } from "@weightcast/dictionary";
import type { DictionaryFor } from "../factorize/choice";
import {
  channelsOf,
  columnsFor,
  columnsOf,
  dictionaryFor,
  fitLayer,
  recipeNumbers,
} from "../factorize/factorize-layer";
import { type FitSite, type Sampling, siteOf } from "../factorize/fit-site";
import { writeWeights } from "../factorize/replacement";
import { mostFitted, pursuit } from "../factorize/select";
import { countOf, type Samples } from "../factorize/watch";
import { type ConvertibleLayer, layersOf } from "../layers/layers-of";
import { freeLayer, freeModel } from "../model/free";
import { type Layer, placedIn } from "../model/parts";
import { rebuild } from "../model/rebuild";
import { allOutputs, errorOf } from "./measure";

/** What one layer can become, and what that costs. */
export interface SensitivityPoint {
  /** Name under which the dictionary was offered. */
  readonly dictionary: string;
  readonly rank: number;
  /** Numbers of V. */
  readonly learned: number;
  /** Numbers that a file holds for the layer's weights: V, U if it is learned, and the dictionary's recipe. */
  readonly stored: number;
  /** Part of the mean square of the layer's own outputs that is left over. */
  readonly left: number;
  /** Relative error of the model's outputs if only this layer is changed, on samples that the fit has not seen. */
  readonly error: number;
  /** Whether the error was measured; else it is interpolated by `left` between measured ones. */
  readonly measured: boolean;
}

/** Sensitivity curve of a layer. */
export interface LayerSensitivity {
  readonly path: string;
  /** Numbers of W. */
  readonly weights: number;
  /** Points of each dictionary, from few numbers to many. */
  readonly points: readonly SensitivityPoint[];
}

/** Sensitivity of a model to each of its layers. */
export interface Sensitivity {
  readonly layers: readonly LayerSensitivity[];
  /** Numbers of all other weights, biases included. */
  readonly others: number;
}

/** Options of {@link measureSensitivity}. */
export interface SensitivityOptions extends Sampling {
  /** Examples that layers are fitted to, and those on which errors are measured. */
  readonly samples: readonly [fit: Samples, held: Samples];
  readonly dictionaries: Readonly<Record<string, DictionaryFor>>;
  /** J, columns with their own atoms, of layers whose outputs it divides and whose dictionary is not learned. @default 1 */
  readonly columns?: number | undefined;
  /** Layers that may change. @default all that can */
  readonly layers?: ((layer: ConvertibleLayer) => boolean) | undefined;
  readonly onProgress?:
    | ((progress: { readonly done: number; readonly of: number; readonly path: string }) => void)
    | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Shares of a layer's weights that are learned, at which it is judged. */
const shares = [0.01, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.14, 0.2, 0.28, 0.4, 0.55, 0.75];
/** Parts of a layer's own outputs that are left over, near which the model is run. */
const measuredAt = [0.25, 0.08, 0.02];

/** Measures the curve of each layer: each dictionary at each share, one layer changed at a time. */
export async function measureSensitivity(model: LayersModel, options: SensitivityOptions): Promise<Sensitivity> {
  const { samples, layers: may = () => true, onProgress, signal } = options;
  const [, held] = samples;
  const all = layersOf(model).convertible;
  const wanted = all.filter(may);
  if (wanted.length === 0)
    throw new RangeError(
      `factorizeWithin: no layer may change; those that could are ${all.map(({ path }) => path).join(", ") || "none"}`,
    );
  const originals = allOutputs(model, held);
  const changed = rebuild(model, () => undefined);
  try {
    const copies = new Map(placedIn(changed).map(({ path, layer }) => [path, layer]));
    const layers: LayerSensitivity[] = [];
    for (const [done, layer] of wanted.entries()) {
      signal?.throwIfAborted();
      onProgress?.({ done, of: wanted.length, path: layer.path });
      const copy = copies.get(layer.path)!;
      const points = await curve(model, { model: changed, copy }, layer, originals, options);
      layers.push({ path: layer.path, weights: layer.weights, points });
    }
    const numbers = model.weights.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]), 0);
    return { layers, others: numbers - wanted.reduce((sum, { weights }) => sum + weights, 0) };
  } finally {
    freeModel(changed);
  }
}

/** A dictionary on offer for a layer, and how well each number of its atoms does. */
interface Offer {
  readonly name: string;
  readonly dictionary: Dictionary;
  readonly columns: number;
  readonly left: readonly number[];
  /** Numbers of V and of a stored U for each atom. */
  readonly each: { readonly learned: number; readonly stored: number };
  /** Numbers of the dictionary's recipe. */
  readonly recipe: number;
}

async function curve(
  model: LayersModel,
  { model: changed, copy }: { readonly model: LayersModel; readonly copy: Layer },
  layer: ConvertibleLayer,
  originals: readonly Float32Array[],
  { samples: [fit, held], dictionaries, columns, rowsPerInput, ridge }: SensitivityOptions,
): Promise<SensitivityPoint[]> {
  const site = siteOf({ layer, copy: layer.layer, model, original: model }, fit, { rowsPerInput, ridge });
  const offers = await offersFor(site, dictionaries, columns);
  const points = offers.flatMap((offer) => pointsOf(offer, layer.weights));
  const measured = new Map<(typeof points)[number], number>();
  for (const left of measuredAt) {
    const point = nearest(points, left);
    if (!point || measured.has(point)) continue;
    const { dictionary, columns: J } = point.offer;
    const fitted = await fitLayer(site, { dictionary, rank: point.rank, columns: J });
    writeWeights(copy, layer.kernel, fitted.weights, fitted.bias);
    freeLayer(fitted.layer);
    measured.set(point, errorOf("outputs", allOutputs(changed, held), originals, countOf(held)));
    copy.setWeights(layer.layer.getWeights());
  }
  const known = [...measured].map(([{ left }, error]) => ({ left, error })).sort((a, b) => a.left - b.left);
  return points.map((point) => {
    const { offer, ...costs } = point;
    const error = measured.get(point);
    return {
      dictionary: offer.name,
      ...costs,
      error: error ?? interpolated(known, costs.left),
      measured: error !== undefined,
    };
  });
}

/** Point whose part left over is nearest to another, by its logarithm. */
function nearest<Point extends { readonly left: number }>(points: readonly Point[], left: number): Point | undefined {
  const apart = (point: Point) => Math.abs(Math.log(Math.max(point.left, 1e-12) / left));
  return points.toSorted((a, b) => apart(a) - apart(b))[0];
}

/** Dictionaries with the fit's error after each atom. Those that are too large, or have nothing for the layer, are left out. */
async function offersFor(
  site: FitSite,
  dictionaries: SensitivityOptions["dictionaries"],
  columns = 1,
): Promise<Offer[]> {
  const offers: Offer[] = [];
  for (const [name, source] of Object.entries(dictionaries)) {
    const dictionary = await dictionaryFor(site, source);
    if (!dictionary || dictionary.size > mostFitted) continue;
    const channels = channelsOf(site, dictionary);
    const J = columnsFor(site.layer, dictionary, { upTo: columns });
    const learned = (channels * site.weights.length) / site.inputs;
    const stored = learned + (dictionary.traits.learned ? site.inputs / channels : 0);
    const most = Math.min(dictionary.size, Math.ceil((shares.at(-1)! * site.weights.length) / learned));
    if (most < 1) continue;
    const { secondMoments } = site;
    const pursuits = columnsOf(site, J).map((weights) =>
      pursuit(dictionary, most, { weights, channels, secondMoments }),
    );
    const count = Math.min(...pursuits.map(({ left }) => left.length));
    const total = pursuits.reduce((sum, one) => sum + one.total, 0) || 1;
    const left = Array.from({ length: count }, (_, k) =>
      pursuits.reduce((sum, one) => sum + (one.left[k]! * one.total) / total, 0),
    );
    const recipe = recipeNumbers(dictionary.options);
    offers.push({ name, dictionary, columns: J, left, each: { learned, stored }, recipe });
  }
  return offers;
}

/** Ranks of an offer at the shares, each once. Those whose stored numbers would be as many as the layer's weights are left out. */
function pointsOf(offer: Offer, weights: number) {
  const { left, each, recipe } = offer;
  const ranks = shares.map((share) => Math.min(Math.floor((share * weights) / each.learned), left.length));
  const different = [...new Set(ranks)].filter((rank) => rank > 0);
  return different
    .map((rank) => ({
      offer,
      rank,
      learned: rank * each.learned,
      stored: rank * each.stored + recipe,
      left: left[rank - 1]!,
    }))
    .filter(({ stored }) => stored < weights);
}

/** Error at a layer's own error, by straight lines between logarithms; beyond the measured ones, in proportion to it. */
function interpolated(known: readonly { readonly left: number; readonly error: number }[], left: number): number {
  const positive = known.filter((point) => point.left > 0 && point.error > 0);
  if (left <= 0 || positive.length === 0) return positive.length === 0 ? (known[0]?.error ?? 0) : 0;
  const after = positive.findIndex((point) => point.left >= left);
  if (after <= 0) {
    const edge = positive[after < 0 ? positive.length - 1 : 0]!;
    return (edge.error * left) / edge.left;
  }
  const [a, b] = [positive[after - 1]!, positive[after]!];
  const along = (Math.log(left) - Math.log(a.left)) / (Math.log(b.left) - Math.log(a.left));
  return Math.exp(Math.log(a.error) + along * (Math.log(b.error) - Math.log(a.error)));
}
