import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { type FactorizedWithin, factorizeWithin, layersOf, pathPattern, type Sensitivity } from "@weightcast/convert";
import { writeWhole } from "@weightcast/disk";
import type { Json } from "@weightcast/types";
import { InterruptedError } from "../interrupted";
import { canonical } from "../spec/canonical";
import type { Examples } from "./examples";
import { offersOf } from "./offers";
import type { CompressFileOptions } from "./options";

/** Fewest weights of a layer that may change. */
const fewest = 256;

/**
 * Factorizes a model within the budget, from sensitivity curves that were measured before if there are some for the same weights, examples and
 * dictionaries; else they are measured and kept.
 * @throws RangeError if a pattern fits no layer, or the budget can't be met
 */
export async function fitted(
  model: LayersModel,
  examples: Examples,
  options: CompressFileOptions,
): Promise<FactorizedWithin> {
  const { budget, dictionaries, columns, layers, curves, seed, signal, onProgress } = options;
  const paths = layersFitting(model, layers);
  const samples = examples.samples(options.samples);
  try {
    const made = { weights: digestOf(model), paths, dictionaries, columns, samples: options.samples, seed };
    const identity = digest(canonical({ ...made, input: digestOf(samples) } as unknown as Json));
    const known = await curvesIn(curves, identity);
    const small = await factorizeWithin(model, budget, {
      samples,
      dictionaries: offersOf(dictionaries, examples.grid),
      columns,
      layers: ({ path }) => paths.includes(path),
      measure: examples.task?.name === "regression" ? "outputs" : "classes",
      seed,
      ...(known && { sensitivity: known }),
      ...(signal && { signal }),
      ...(onProgress && { onProgress }),
    });
    if (!known) await writeWhole(curves, JSON.stringify({ identity, sensitivity: small.sensitivity }));
    return small;
  } catch (error) {
    throw (error as Error).name === "AbortError" ? new InterruptedError() : error;
  } finally {
    samples.dispose();
  }
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

const digest = (text: string | Uint8Array): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

/** Digest of a model's weights, or of a tensor. */
function digestOf(of: LayersModel | tf.Tensor): string {
  const tensors = of instanceof tf.Tensor ? [of] : of.getWeights();
  return digest(tensors.map((tensor) => digest(new Uint8Array(tensor.dataSync().slice().buffer))).join());
}

async function curvesIn(path: string, identity: string): Promise<Sensitivity | undefined> {
  try {
    const saved = JSON.parse(await readFile(path, "utf8")) as {
      readonly identity: string;
      readonly sensitivity: Sensitivity;
    };
    return saved.identity === identity ? saved.sensitivity : undefined;
  } catch {
    return undefined; // none, or of another version: measured again
  }
}
