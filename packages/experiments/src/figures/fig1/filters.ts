import { readFile } from "node:fs/promises";
import { isUnchanged, type RunRecord, withChecksum } from "@weightcast/runs";
import { decodeCheckpoint } from "@weightcast/training";
import { fileStorage } from "@weightcast/training/node";

/** Filters of a network's first layer. */
export interface Filters {
  /** Grid of a filter: [rows, columns]. */
  readonly domain: readonly [number, number];
  readonly channels: number;
  readonly count: number;
  /**
   * Kernel of the layer, [rows · columns, channels · count], row-major: filter f at pixel i of channel c is
   * `data[(i * channels + c) * count + f]`.
   */
  readonly data: Float32Array;
}

/** Filters of a trained network, and the run that they are from. */
export interface TrainedFilters {
  readonly record: RunRecord;
  readonly filters: Filters;
  /** Number of updates in the training. */
  readonly steps: number;
}

/**
 * Filters in the last checkpoint of a run, its first weights, and the number of updates until then.
 * @param domain of the run's result: [rows, columns], or [rows, columns, channels]
 * @throws RangeError if the domain is not a grid, or not that of the weights
 * @throws TrainingError `CHECKPOINT_CORRUPT` if the bytes are not a checkpoint
 */
export function filtersOf(checkpoint: Uint8Array, domain: readonly number[]): Omit<TrainedFilters, "record"> {
  const [rows = 0, columns = 0, channels = 1] = domain;
  const { weights, progress } = decodeCheckpoint(checkpoint);
  const [kernel] = weights;
  const count = (kernel?.data.length ?? 0) / (rows * columns * channels);
  if ((domain.length !== 2 && domain.length !== 3) || !Number.isInteger(count) || count < 1)
    throw new RangeError(
      `filtersOf: domain must be [rows, columns] or [rows, columns, channels] of the first weights, ` +
        `which are [${kernel?.shape ?? ""}]; got [${domain}]`,
    );
  return { filters: { domain: [rows, columns], channels, count, data: kernel!.data }, steps: progress.step };
}

/** Filters as JSON, with a checksum; `data` is their float32 values, little-endian, in base64. */
interface FilterFile {
  readonly record: RunRecord;
  readonly steps: number;
  readonly domain: readonly [number, number];
  readonly channels: number;
  readonly count: number;
  readonly data: string;
}

/** Writes filters to a file, whole or not at all; creates the folders above it. */
export async function writeFilters(path: string, { record, steps, filters }: TrainedFilters): Promise<void> {
  const { data, ...about } = filters;
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");
  const file: FilterFile = { record, steps, ...about, data: text };
  await fileStorage(path).write(new TextEncoder().encode(`${withChecksum(file)}\n`));
}

/**
 * Filters that `writeFilters` wrote; undefined if there is no such file.
 * @throws Error `FILTERS_CORRUPT` if it holds something else, or was changed
 */
export async function readFilters(path: string): Promise<TrainedFilters | undefined> {
  const bytes = await fileStorage(path).read();
  if (!bytes) return undefined;
  try {
    const file = JSON.parse(new TextDecoder().decode(bytes)) as FilterFile;
    const { record, steps, domain, channels, count, data: text } = file;
    const about = { domain, channels, count };
    // A copy, which is aligned.
    const data = new Float32Array(new Uint8Array(Buffer.from(text, "base64")).buffer);
    const [rows, columns] = domain;
    if (isUnchanged(bytes.subarray(0, -1)) && data.length === rows * columns * channels * count)
      return { record, steps, filters: { ...about, data } };
  } catch {
    // Reported below.
  }
  throw Object.assign(new Error(`${path}: not a file of filters; remove it to train the network again`), {
    code: "FILTERS_CORRUPT",
  });
}

/** Filters of a run from its last checkpoint. @param path file of the checkpoint */
export const checkpointFilters = async (path: string, record: RunRecord): Promise<TrainedFilters> => ({
  record,
  ...filtersOf(await readFile(path), record.result.domain),
});
