import { readFile } from "node:fs/promises";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { type FactorizedWithin, factorizeWithin, type Sensitivity } from "@weightcast/convert";
import { writeWhole } from "@weightcast/disk";
import { InterruptedError } from "../interrupted";
import { canonical } from "../spec/canonical";
import { digest } from "../tune/digest";
import type { Examples } from "../tune/examples";
import type { Fitting } from "./fitting";
import { offersOf } from "./offers";
import type { CompressFileOptions } from "./options";

/**
 * Factorizes a model within the budget, from sensitivity curves that were measured before if there are some for the same weights, examples and
 * dictionaries; else they are measured and kept.
 * @throws RangeError if the budget can't be met
 */
export async function fitted(
  model: LayersModel,
  examples: Examples,
  { samples, paths, identity }: Fitting,
  options: CompressFileOptions,
): Promise<FactorizedWithin> {
  const { budget, dictionaries, columns, curves, seed, signal, onProgress } = options;
  try {
    const made = digest(canonical(identity));
    const known = await curvesIn(curves, made);
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
    if (!known) await writeWhole(curves, JSON.stringify({ identity: made, sensitivity: small.sensitivity }));
    return small;
  } catch (error) {
    throw (error as Error).name === "AbortError" ? new InterruptedError() : error;
  }
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
