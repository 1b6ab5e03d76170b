import { resolve } from "node:path";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { PixelOptions } from "@weightcast/datasets";
import { loadModel } from "@weightcast/files/node";
import { publishedImages } from "../build/known-layers";
import { planOf, type RunSpec } from "../spec";
import { canonical } from "../spec/canonical";
import { runOf } from "./origin";
import { differenceFrom } from "./same-network";

/** Network that a run starts from, in place of one with random weights. */
export interface Start {
  readonly model: LayersModel;
  /** Conversion of its inputs; undefined if the file does not say. */
  readonly pixels?: PixelOptions;
}

/**
 * Network in the file that a run names in `from`, checked against the network of the run. Its dictionaries must be registered.
 * @param images shape of one image and number of classes
 * @param folder that a relative path starts from
 * @throws FileError as `loadModel`
 * @throws RangeError if the file holds another network, or one for other images or classes
 */
export async function startOf(
  { from, network }: Pick<RunSpec, "from" | "network">,
  images: { readonly shape: readonly number[]; readonly classes: number },
  folder: string,
): Promise<Start | undefined> {
  if (from === undefined) return undefined;
  const { model, inputs, origin } = await loadModel(resolve(folder, from));
  try {
    const { classes } = images;
    const outputs = model.outputs[0]?.shape.at(-1);
    if (outputs !== classes)
      throw new RangeError(
        `from: ${from} tells ${outputs} classes apart, and the images have ${classes}; a run starts from a network with as many classes`,
      );
    const own = runOf(origin)?.spec.network;
    const trust = own !== undefined && canonical(own) === canonical(network) ? "trust" : "compare";
    const difference = differenceFrom(planOf(network, images), network, model, trust);
    if (difference !== undefined)
      throw new RangeError(
        `from: ${from} holds another network than the run: it ${difference}; leave the network out to train the file's own`,
      );
    return { model, ...(inputs && { pixels: inputs }) };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/**
 * Checks, before any data is loaded, that a run can start from the file it names: see {@link startOf}. The images in a
 * folder are not known by then, and are checked when the run starts.
 */
export async function checkStart(spec: Pick<RunSpec, "from" | "network" | "data">, folder: string): Promise<void> {
  const images = publishedImages(spec);
  if (images) (await startOf(spec, images, folder))?.model.dispose();
}
