import type * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { layersOf } from "@weightcast/convert";
import { type Json, pathPattern } from "@weightcast/types";
import { digestOf } from "../tune/digest";
import type { Examples } from "../tune/examples";
import { offersVersion } from "./offers";
import type { CompressFileOptions } from "./options";

/** Fewest weights of a layer that may change. */
const fewest = 256;

/** What a model is fitted by. */
export interface Fitting {
  /** Typical inputs, owned by the caller. */
  readonly samples: tf.Tensor;
  /** Paths of the layers that may change. */
  readonly paths: readonly string[];
  /** Everything that decides the sensitivity curves: the same for the same model, inputs and options. */
  readonly identity: { readonly [name: string]: Json };
}

/**
 * What a model is fitted by, before anything is computed.
 * @throws RangeError if a pattern fits no layer
 */
export function fittingOf(model: LayersModel, examples: Examples, options: CompressFileOptions): Fitting {
  const { dictionaries, columns, seed } = options;
  const paths = layersFitting(model, options.layers);
  const samples = examples.samples(options.samples);
  const identity = {
    ...{ weights: digestOf(model), input: digestOf(samples), samples: options.samples },
    ...{ paths: [...paths], dictionaries: [...dictionaries], offers: offersVersion, columns, seed },
  };
  return { samples, paths, identity };
}

/** Paths of the layers that may change: those that fit a pattern, and are not too small. */
function layersFitting(model: LayersModel, patterns: readonly string[] = ["*"]): readonly string[] {
  const { convertible } = layersOf(model);
  const rules = patterns.map((pattern) => ({ pattern, fits: pathPattern(pattern) }));
  const lost = rules.find(({ fits }) => !convertible.some(({ path }) => fits(path)));
  if (lost && convertible.length > 0)
    throw new RangeError(
      `compress: no layer that can change fits ${JSON.stringify(lost.pattern)}; those of the model are ${convertible.map(({ path }) => path).join(", ")}`,
    );
  return convertible
    .filter(({ path, weights }) => weights >= fewest && rules.some(({ fits }) => fits(path)))
    .map(({ path }) => path);
}
