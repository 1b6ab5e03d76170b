import { existsSync } from "node:fs";
import { type EngineName, useEngine } from "@weightcast/backend";
import { dictionaries, rankOf } from "@weightcast/dictionary";
import { type PredictableLayer, weightCount } from "@weightcast/models/plans";
import { sizeOf } from "@weightcast/types";
import { needsOf } from "../build/check-size";
import { knownLayers, publishedImages } from "../build/known-layers";
import { lowRank } from "../build/layer-weights";
import { readRecord } from "../record/record-file";
import type { DamagedLine } from "../record/record-reader";
import { nameOf, type PredictedSpec, type RunSpec } from "../spec";
import { checkpointFile } from "./claim";
import { identities } from "./identities";
import { type ExecutionChoice, versionsOf } from "./versions";

/** A run before it is done. */
export interface Preview {
  readonly id: string;
  /** `nameOf` the run. */
  readonly name: string;
  /** Whether it is in the record, continues from a checkpoint, or starts from the beginning. */
  readonly state: "recorded" | "begun" | "new";
  /**
   * Weights of the layers that can be predicted and whose sizes are known before the images are: all, learned, and the part of U
   * that the model's file must hold. Dictionaries made from data may offer fewer atoms than asked for; then they are fewer.
   */
  readonly dense: number;
  readonly learned: number;
  readonly stored: number;
  /** Bytes of memory that weights and dictionaries need at least. */
  readonly bytes: number;
  /** Updates of the weights; undefined if the number of images is unknown. */
  readonly steps: number | undefined;
  readonly checkpoint: string;
}

/** Options of {@link preview}. */
export interface PreviewOptions {
  /** Folder of the record and the checkpoints. */
  readonly folder: string;
  readonly engine?: "auto" | EngineName;
  readonly execution?: ExecutionChoice;
  readonly onDamaged?: (line: DamagedLine) => void;
}

/** Runs as `runAll` would find them, without doing any. Their dictionaries must be registered. */
export async function preview(
  specs: readonly RunSpec[],
  { folder, engine = "auto", execution = "auto", onDamaged }: PreviewOptions,
): Promise<readonly Preview[]> {
  const versions = await versionsOf(await useEngine(engine), execution);
  const ids = await identities(specs, versions);
  const done = await readRecord(folder, { only: new Set(ids), pictures: "leave", ...(onDamaged && { onDamaged }) });
  const recorded = new Set(done.map(({ id }) => id));
  const found: Preview[] = [];
  for (const [i, spec] of specs.entries()) {
    const id = ids[i]!;
    const checkpoint = checkpointFile(folder, id);
    const state = recorded.has(id) ? "recorded" : existsSync(checkpoint) ? "begun" : "new";
    const { bytes, steps } = needsOf(spec);
    const isCounted = publishedImages(spec) !== undefined;
    found.push({
      id,
      name: nameOf(spec),
      state,
      ...countsOf(spec),
      bytes,
      checkpoint,
      steps: isCounted ? steps : undefined,
    });
  }
  return found;
}

/** Weights of a run's layers, from its plan alone. */
export function countsOf(spec: RunSpec): Pick<Preview, "dense" | "learned" | "stored"> {
  const counts = knownLayers(spec).map((layer) => ({
    dense: weightCount(layer),
    ...learnedOf(layer, spec.network.layers[layer.name]),
  }));
  const sum = (of: "dense" | "learned" | "stored") => counts.reduce((total, count) => total + count[of], 0);
  return { dense: sum("dense"), learned: sum("learned"), stored: sum("stored") };
}

function learnedOf(layer: PredictableLayer, weights: PredictedSpec | undefined) {
  const { kernel, channels, filters, input } = layer;
  if (!weights) return { learned: weightCount(layer), stored: 0 };
  const { proportion } = weights;
  if (weights.weights === "low-rank")
    return { learned: lowRank(sizeOf(input), filters, proportion) * (sizeOf(input) + filters), stored: 0 };
  const { dictionary, selection, columns = 1, options } = weights;
  const inputs = sizeOf(kernel);
  const size = typeof options.size === "number" ? options.size : undefined;
  const rank = rankOf({ proportion }, inputs, size);
  const module = dictionaries.get(dictionary);
  const shared = selection === "leading" || selection === "energy";
  const isStored = module.traits?.learned ?? module.needs === "samples";
  return {
    learned: rank * channels * filters,
    stored: isStored ? inputs * rank * (shared ? 1 : columns) : 0,
  };
}
