import { existsSync } from "node:fs";
import { join } from "node:path";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { writeWhole } from "@weightcast/disk";
import type { ModelNotes, Quantization } from "@weightcast/files";
import { encodeSmall } from "@weightcast/files/node";
import type { Json } from "@weightcast/types";
import type { RunData } from "../build/run-data";
import type { RunSpec } from "../spec";

/**
 * File of a run's trained network, beside the record: `models/<id>.safetensors`, or `models/<id>.safetensors.gz` if the run's quantization
 * compresses it, since no tool for safetensors reads that. A compressed file that an earlier version left under the first name keeps it.
 */
export function modelFile(
  folder: string,
  { id, spec }: { readonly id: string; readonly spec: Pick<RunSpec, "quantization"> },
): string {
  const plain = join(folder, "models", `${id}.safetensors`);
  if (!spec.quantization?.compress) return plain;
  const compressed = `${plain}.gz`;
  return existsSync(plain) && !existsSync(compressed) ? plain : compressed;
}

/** Where a trained network came from. */
export interface Training {
  /** Identity of the run. */
  readonly id: string;
  readonly spec: RunSpec;
  /** How the run's data became inputs, and what the outputs are. */
  readonly data: Pick<RunData, "notes" | "task">;
}

/** Bytes of a trained network as a model file, which says how to use it. */
export function encodeTrained(model: LayersModel, training: Training, grids?: Quantization): Promise<Uint8Array> {
  const compress = training.spec.quantization?.compress ?? false;
  return encodeSmall(model, notesOf(training), { compress, ...(grids && { quantization: grids }) });
}

/**
 * Saves a trained network, whole or not at all, with notes on how to use it.
 * @param path of the file; its folder is created
 * @param grids types and scales of its weights @default float32
 * @returns bytes of the file
 * @throws DiskError if it can't be written
 */
export async function saveTrained(
  path: string | undefined,
  model: LayersModel,
  training: Training,
  grids?: Quantization,
): Promise<number> {
  const bytes = await encodeTrained(model, training, grids);
  if (path !== undefined) await writeWhole(path, bytes);
  return bytes.length;
}

/** Notes of a trained network: those of its data, and the run's identity and specification, with paths as they were written. */
function notesOf({ id, spec, data }: Training): ModelNotes {
  return {
    ...data.notes,
    // As JSON: fields that are undefined are absent.
    ...(spec.quantization?.origin !== false && {
      origin: JSON.parse(JSON.stringify({ id, specification: spec })) as Json,
    }),
  };
}
