import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { DictionaryFor } from "../factorize/choice";
import { channelsOf, dictionaryFor, fitLayer } from "../factorize/factorize-layer";
import { type FitSite, type Sampling, siteOf } from "../factorize/fit-site";
import { writeWeights } from "../factorize/replacement";
import { mostFitted, pursuit } from "../factorize/select";
import { countOf, type Samples } from "../factorize/watch";
import { type ConvertibleLayer, layersOf } from "../layers/layers-of";
import { freeLayer } from "../model/free";
import { type Layer, placedIn } from "../model/parts";
import { rebuild } from "../model/rebuild";
import { allOutputs, errorOf } from "./measure";

/** What one layer can become, and what that costs. */
export interface SensitivityPoint {
  /** Name under which the dictionary was offered. */
  readonly dictionary: string;
  readonly rank: number;
  /** Numbers that a file holds for the layer's weights: V, and U if it is learned. */
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
  /** From few numbers to many. */
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
  /** Layers that may change. @default all that can */
  readonly layers?: ((layer: ConvertibleLayer) => boolean) | undefined;
  readonly onProgress?:
    | ((progress: { readonly done: number; readonly of: number; readonly path: string }) => void)
    | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Shares of a layer's weights for which it is judged. */
const shares = [0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.14, 0.2, 0.28, 0.4, 0.55, 0.75];
/** Those of them at which the model is run. */
const measuredShares = [0.05, 0.2, 0.55];

/** Measures the curve of each layer: each dictionary at each share, one layer changed at a time. */
export async function measureSensitivity(model: LayersModel, options: SensitivityOptions): Promise<Sensitivity> {
  const { samples, layers: may = () => true, onProgress, signal } = options;
  const [, held] = samples;
  const wanted = layersOf(model).convertible.filter(may);
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
    const all = model.weights.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]), 0);
    return { layers, others: all - wanted.reduce((sum, { weights }) => sum + weights, 0) };
  } finally {
    for (const weight of changed.weights) weight.dispose();
  }
}

/** A dictionary on offer for a layer, and how well each number of its atoms does. */
interface Offer {
  readonly name: string;
  readonly dictionary: Awaited<ReturnType<typeof dictionaryFor>>;
  readonly left: readonly number[];
  /** Stored numbers of an atom. */
  readonly each: number;
}

async function curve(
  model: LayersModel,
  { model: changed, copy }: { readonly model: LayersModel; readonly copy: Layer },
  layer: ConvertibleLayer,
  originals: readonly Float32Array[],
  { samples: [fit, held], dictionaries, rowsPerInput, ridge }: SensitivityOptions,
): Promise<SensitivityPoint[]> {
  const site = siteOf({ layer, copy: layer.layer, model, original: model }, fit, { rowsPerInput, ridge });
  const offers = await offersFor(site, dictionaries);
  const points = shares.flatMap((share) => bestAt(offers, share * layer.weights));
  const unique = points.filter((point, i) => i === 0 || point.stored > points[i - 1]!.stored);
  const measured = new Map<(typeof unique)[number], number>();
  for (const share of measuredShares) {
    const point = unique.findLast(({ stored }) => stored <= share * layer.weights) ?? unique[0];
    if (!point || measured.has(point)) continue;
    const fitted = await fitLayer(site, { dictionary: point.offer.dictionary, rank: point.rank });
    writeWeights(copy, layer.kernel, fitted.weights, fitted.bias);
    freeLayer(fitted.layer);
    measured.set(point, errorOf("outputs", allOutputs(changed, held), originals, countOf(held)));
    copy.setWeights(layer.layer.getWeights());
  }
  const known = [...measured].map(([{ left }, error]) => ({ left, error })).sort((a, b) => a.left - b.left);
  return unique.map((point) => {
    const { offer, rank, stored, left } = point;
    const error = measured.get(point);
    return {
      dictionary: offer.name,
      rank,
      stored,
      left,
      error: error ?? interpolated(known, left),
      measured: error !== undefined,
    };
  });
}

/** Dictionaries with the fit's error after each atom. Those that do not fit the layer are left out. */
async function offersFor(site: FitSite, dictionaries: SensitivityOptions["dictionaries"]): Promise<Offer[]> {
  const offers: Offer[] = [];
  for (const [name, source] of Object.entries(dictionaries)) {
    const dictionary = await dictionaryFor(site, source);
    if (dictionary.size > mostFitted) continue;
    const channels = channelsOf(site, dictionary);
    const stored = dictionary.traits.learned ? site.inputs / channels : 0; // numbers of U
    const each = (channels * site.weights.length) / site.inputs + stored;
    const most = Math.min(dictionary.size, Math.ceil((shares.at(-1)! * site.weights.length) / each));
    if (most < 1) continue;
    const { left } = pursuit(dictionary, most, { weights: site.weights, channels, secondMoments: site.secondMoments });
    offers.push({ name, dictionary, left, each });
  }
  return offers;
}

/** Dictionary that leaves least over with so many stored numbers; none, if not even one atom fits. */
function bestAt(offers: readonly Offer[], budget: number) {
  const possible = offers.flatMap((offer) => {
    const rank = Math.min(Math.floor(budget / offer.each), offer.left.length);
    return rank < 1 ? [] : [{ offer, rank, stored: rank * offer.each, left: offer.left[rank - 1]! }];
  });
  return possible.length === 0 ? [] : [possible.reduce((best, one) => (one.left < best.left ? one : best))];
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
