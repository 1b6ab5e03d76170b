import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Dictionary } from "@weightcast/dictionary";
import {
  interpolated,
  type LayerSensitivity,
  largestShare,
  pointsToMeasure,
  ranksAt,
  type Sensitivity,
  type SensitivityPoint,
} from "../allocation/curve";
import { errorOf } from "../allocation/error-of";
import type { DictionaryFor } from "../factorize/choice";
import {
  channelsOf,
  columnsFor,
  columnsOf,
  dictionaryFor,
  fitLayer,
  recipeNumbers,
  selectionFrom,
} from "../factorize/factorize-layer";
import { type FitSite, type Sampling, siteOf } from "../factorize/fit-site";
import { writeWeights } from "../factorize/replacement";
import { mostFitted, pursuit } from "../factorize/select";
import { countOf, type Samples } from "../factorize/watch";
import { type ConvertibleLayer, layersOf } from "../layers/layers-of";
import { freeLayer, freeModel } from "../model/free";
import { type Layer, placedIn } from "../model/parts";
import { rebuild } from "../model/rebuild";
import { allOutputs } from "./measure";

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
  /** Its atoms in the order in which a fit takes them, for each column. */
  readonly order: readonly (readonly number[])[];
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
  for (const point of pointsToMeasure(points)) {
    const { dictionary, columns: J, order } = point.offer;
    const { rank } = point;
    const fitted = await fitLayer(site, {
      dictionary,
      rank,
      columns: J,
      selection: selectionFrom(order, rank, dictionary),
    });
    writeWeights(copy, layer.kernel, fitted.weights, fitted.bias);
    freeLayer(fitted.layer);
    measured.set(point, errorOf("outputs", allOutputs(changed, held), originals, countOf(held)));
    copy.setWeights(layer.layer.getWeights());
  }
  const known = [...measured].map(([{ left }, error]) => ({ left, error }));
  const errorAt = interpolated(known);
  return points.map((point) => {
    const { offer, ...costs } = point;
    const error = measured.get(point);
    return {
      dictionary: offer.name,
      ...costs,
      error: error ?? errorAt(costs.left),
      measured: error !== undefined,
    };
  });
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
    const most = Math.min(dictionary.size, Math.ceil((largestShare * site.weights.length) / learned));
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
    const order = pursuits.map(({ indices }) => indices);
    const recipe = recipeNumbers(dictionary.options);
    offers.push({ name, dictionary, columns: J, left, order, each: { learned, stored }, recipe });
  }
  return offers;
}

/** Points of an offer. Those whose stored numbers would be as many as the layer's weights are left out. */
function pointsOf(offer: Offer, weights: number) {
  const { left, each, recipe } = offer;
  return ranksAt(weights, each.learned, left.length)
    .map((rank) => ({
      offer,
      rank,
      learned: rank * each.learned,
      stored: rank * each.stored + recipe,
      left: left[rank - 1]!,
    }))
    .filter(({ stored }) => stored < weights);
}
