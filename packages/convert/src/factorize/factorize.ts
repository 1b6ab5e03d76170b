import type { LayersModel } from "@tensorflow/tfjs-layers";
import { checkOptions } from "@weightcast/dictionary";
import { type Choose, chosenOf } from "../layers/choose";
import { type ConvertibleLayer, layersOf } from "../layers/layers-of";
import { freeLayer, freeModel } from "../model/free";
import { type Layer, placedIn } from "../model/parts";
import { rebuild } from "../model/rebuild";
import type { FactorizeChoice } from "./choice";
import { type FittedLayer, fitLayer, recipeNumbers } from "./factorize-layer";
import { siteOf } from "./fit-site";
import { factorizedFrom, writeWeights } from "./replacement";
import { checkSamples, type Samples } from "./watch";

/** Options of {@link factorize}. */
export interface FactorizeOptions {
  /**
   * Typical inputs of the model, a few hundred: a tensor, or one for each input. With them, each layer's outputs are fitted rather than
   * its weights, the error of the layers before it is taken into account, and biases are corrected. @default none
   */
  readonly samples?: Samples;
  /** Rows of inputs (examples, or patches of a convolution) taken for each input of a row; more are more accurate, and slower. @default 8 */
  readonly rowsPerInput?: number;
  /** Part of the mean second moment that is added to each input's own, ≥ 0: how much the weights themselves count. @default 1e-3 */
  readonly ridge?: number;
  /** Called before each layer: how many of them are done. */
  readonly onProgress?: (progress: { readonly done: number; readonly of: number; readonly path: string }) => void;
  /** Signal that stops with an `AbortError`. */
  readonly signal?: AbortSignal;
}

/** Layer that was factorized. */
export interface FactorizedReport {
  readonly path: string;
  /** Name of the dictionary. */
  readonly dictionary: string;
  /** Atoms in each column. */
  readonly rank: number;
  /** Numbers of W. */
  readonly weights: number;
  /** Numbers of V. */
  readonly learned: number;
  /** Numbers that a file holds for it: V, U if it is learned, and the dictionary's recipe. */
  readonly stored: number;
  /** Part of the mean square of its outputs that is left over, in [0, 1]; of its weights, if there were no samples. */
  readonly left: number;
  /** Whether the fit was weighted by the layer's inputs. */
  readonly weighted: boolean;
}

/** Model with factorized layers. */
export interface Factorized {
  readonly model: LayersModel;
  readonly layers: readonly FactorizedReport[];
}

/**
 * Model in which chosen layers predict their weights: W ≈ U V, with U of a dictionary and V fitted to the trained W by least squares.
 * With samples of the inputs, V is the best fit of the layer's outputs, min E‖x̃ U V − x W‖², where x̃ is what the layer gets in the new
 * model, whose layers before it are factorized already; biases make up for the rest of the mean. Any topology: branches, shared layers,
 * nested models, timeDistributed. Dense layers and convolutions can be chosen; {@link layersOf} lists them.
 *
 * @param model built and trained; it stays as it is
 * @param choose function of a layer, or patterns of paths: see {@link Choose}
 * @returns a new model with weights of its own, which shares no tensor with the given one
 * @throws RangeError if nothing is chosen, a pattern fits no layer, a dictionary does not fit one, or the samples don't fit the model; nothing
 *   is left behind
 */
export async function factorize(
  model: LayersModel,
  choose: Choose<FactorizeChoice>,
  options: FactorizeOptions = {},
): Promise<Factorized> {
  const {
    samples,
    rowsPerInput = 8,
    ridge = 1e-3,
    onProgress,
    signal,
  } = checkOptions<FactorizeOptions>("factorize", options, [
    "samples",
    "rowsPerInput",
    "ridge",
    "onProgress",
    "signal",
  ]);
  if (!(rowsPerInput > 0)) throw new RangeError(`factorize: rowsPerInput must be above 0; got ${rowsPerInput}`);
  if (!(ridge >= 0)) throw new RangeError(`factorize: ridge must be at least 0; got ${ridge}`);
  const chosen = chosenOf("factorize", layersOf(model).convertible, choose);
  if (samples) checkSamples("factorize", model, samples);
  const changed = rebuild(model, () => undefined);
  const fitted = new Map<Layer, FittedLayer>();
  const reports: FactorizedReport[] = [];
  try {
    const copies = new Map(placedIn(changed).map(({ path, layer }) => [path, layer]));
    for (const [done, { layer, choice }] of chosen.entries()) {
      signal?.throwIfAborted();
      onProgress?.({ done, of: chosen.length, path: layer.path });
      const copy = copies.get(layer.path)!;
      const site = siteOf({ layer, copy, model: changed, original: model }, samples, { rowsPerInput, ridge });
      const fit = await fitLayer(site, choice);
      fitted.set(layer.layer, fit);
      writeWeights(copy, layer.kernel, fit.weights, fit.bias);
      reports.push(reportOf(layer, fit, site.secondMoments !== undefined));
    }
    const places = new Map(chosen.map(({ layer }) => [layer.layer, layer]));
    const small = rebuild(model, (layer) => {
      const fit = fitted.get(layer);
      return (
        fit && {
          layer: factorizedFrom(places.get(layer)!, fit.predicted),
          fill: (built) => built.setWeights(fit.layer.getWeights()),
        }
      );
    });
    return { model: small, layers: reports };
  } finally {
    for (const { layer } of fitted.values()) freeLayer(layer);
    freeModel(changed);
  }
}

function reportOf(
  { path, weights }: ConvertibleLayer,
  { layer, left }: FittedLayer,
  weighted: boolean,
): FactorizedReport {
  const { size: learned } = layer.coefficients();
  const { count, inputs } = layer.fixed();
  return {
    path,
    dictionary: layer.recipe.name,
    rank: layer.rank,
    weights,
    learned,
    stored: learned + (layer.recipe.learned ? count * inputs : recipeNumbers(layer.recipe.options)),
    left,
    weighted,
  };
}
