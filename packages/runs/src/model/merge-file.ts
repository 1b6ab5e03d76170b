import { type EngineReport, useEngine } from "@weightcast/backend";
import type { EngineChoice } from "@weightcast/backend/names";
import { merge, type Placed, placedIn } from "@weightcast/convert";
import { writeWhole } from "@weightcast/disk";
import type { ModelNotes } from "@weightcast/files";
import { encodeSmall } from "@weightcast/files/node";
import { registerBuiltIns } from "../build/dictionaries";
import { runOf } from "./origin";
import { readWithAdapter } from "./read-with-adapter";

/** Options of {@link mergeFile}. */
export interface MergeFileOptions {
  /** File of an adapter to put on the model. @default none: the adapter that is active in the model, if it has one */
  readonly adapter?: string;
  /** Whether the file is compressed by gzip. */
  readonly compress: boolean;
  readonly engine?: EngineChoice;
}

/** Result of {@link mergeFile}. */
export interface MergedFile {
  /** Bytes of the file. */
  readonly bytes: number;
  /** Layers that became ordinary ones: their class before and after, and the numbers in their weights. */
  readonly layers: readonly {
    readonly layer: string;
    readonly from: string;
    readonly to: string;
    readonly weights: number;
  }[];
  readonly engine: EngineReport;
}

/**
 * Writes the ordinary model that a model file stands for: W of every layer that predicts its weights is formed, and an adapter is in the weights.
 * @param from model file of Weightcast, or layers model of TensorFlow.js
 * @param to file to write, whole or not at all
 * @throws FileError if a file can't be read, or the adapter is for another model; DiskError if the file can't be written; RangeError if all
 *   layers are ordinary ones already
 */
export async function mergeFile(from: string, to: string, options: MergeFileOptions): Promise<MergedFile> {
  registerBuiltIns();
  const engine = await useEngine(options.engine);
  const { model, ...notes } = await readWithAdapter(from, options.adapter);
  try {
    const ordinary = merge(model);
    try {
      const after = new Map(placedIn(ordinary).map(({ path, layer }) => [path, layer]));
      const layers = placedIn(model).flatMap(({ path, layer }) => changed(path, layer, after.get(path)!));
      if (layers.length === 0)
        throw new RangeError(`${from}: all of its layers are ordinary ones already; there is nothing to merge`);
      for (const { layer } of placedIn(ordinary)) (layer as { trainable: boolean }).trainable = true;
      const bytes = await encodeSmall(ordinary, ordinaryNotes(notes), { compress: options.compress });
      await writeWhole(to, bytes);
      return { bytes: bytes.length, layers, engine };
    } finally {
      ordinary.dispose();
    }
  } finally {
    model.dispose();
  }
}

/** Notes of the ordinary model: a training that starts from it must not expect layers that predict their weights. */
function ordinaryNotes(notes: ModelNotes): ModelNotes {
  const origin = runOf(notes.origin);
  if (!origin) return notes;
  const { id, spec } = origin;
  const specification = { ...spec, network: { ...spec.network, layers: {} } };
  return { ...notes, origin: { id, specification: JSON.parse(JSON.stringify(specification)) } };
}

function changed(layer: string, before: Placed["layer"], after: Placed["layer"]): MergedFile["layers"] {
  const [from, to] = [before.getClassName(), after.getClassName()];
  return from === to ? [] : [{ layer, from, to, weights: after.countParams() }];
}
