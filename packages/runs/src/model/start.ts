import { resolve } from "node:path";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { ModelNotes } from "@weightcast/files";
import { loadModel } from "@weightcast/files/node";
import { publishedImages } from "../build/known-layers";
import { planOf, type RunSpec } from "../spec";
import { canonical } from "../spec/canonical";
import { runOf } from "./origin";
import { differenceFrom } from "./same-network";

/** Network that a run starts from, in place of one with random weights. */
export interface Start {
  readonly model: LayersModel;
  /** What the file says about its inputs and outputs. */
  readonly notes: ModelNotes;
}

/**
 * Network in the file that a run names in `from`. Its dictionaries must be registered.
 * @param folder that a relative path starts from
 * @throws FileError as `loadModel`
 */
export async function startOf({ from }: Pick<RunSpec, "from">, folder: string): Promise<Start | undefined> {
  if (from === undefined) return undefined;
  const { model, ...notes } = await loadModel(resolve(folder, from));
  return { model, notes };
}

/**
 * Checks that a network is that of a run.
 * @param data shape of one example and number of outputs
 * @throws RangeError if the file holds another network, or one for other data or classes
 */
export function checkNetwork(
  { model, notes }: Start,
  { from, network }: Pick<RunSpec, "from" | "network">,
  data: { readonly shape: readonly number[]; readonly classes: number },
): void {
  const { classes } = data;
  const outputs = model.outputs[0]?.shape.at(-1);
  if (outputs !== classes)
    throw new RangeError(
      `from: ${from} gives ${counted(outputs)}, and the data need ${counted(classes)}, one for each class; a run starts from a network with as many`,
    );
  const own = runOf(notes.origin)?.spec.network;
  const trust = own !== undefined && canonical(own) === canonical(network) ? "trust" : "compare";
  const difference = differenceFrom(planOf(network, data), network, model, trust);
  if (difference !== undefined)
    throw new RangeError(
      `from: ${from} holds another network than the run: it ${difference}; leave the network out to train the file's own`,
    );
}

const counted = (outputs: number | null | undefined): string => `${outputs} output${outputs === 1 ? "" : "s"}`;

/**
 * Checks, before any data is loaded, that a run can start from the file it names: see {@link checkNetwork}. Data of one's own
 * are not known by then, and are checked when the run starts.
 */
export async function checkStart(spec: Pick<RunSpec, "from" | "network" | "data">, folder: string): Promise<void> {
  const images = publishedImages(spec);
  const start = images && (await startOf(spec, folder));
  if (!start) return;
  try {
    checkNetwork(start, spec, images);
  } finally {
    start.model.dispose();
  }
}
