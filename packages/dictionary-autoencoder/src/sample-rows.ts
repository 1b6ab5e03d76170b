import { checkSamples, type SamplesSource } from "@weightcast/dictionary";
import { stream } from "@weightcast/random";
import type { BatchSource } from "@weightcast/types";

/** Samples in memory, one after the other, row-major. */
export interface SampleRows {
  readonly count: number;
  /** Numbers per sample. */
  readonly size: number;
  readonly data: Float32Array;
}

/**
 * Reads all samples of a source into memory: 4 · count · size bytes. Reads the source twice, first to count its samples.
 * @param who is calling, for messages
 * @param size numbers per sample
 * @param unit whether samples must lie in [0, 1]
 * @throws RangeError if a batch has another width, or a sample is outside [0, 1] (with `unit`) or not finite
 */
export function readSamples(who: string, { batches }: SamplesSource, size: number, unit: boolean): SampleRows {
  let count = 0;
  for (const batch of batches()) {
    count += checkSamples(who, batch, size).rows;
  }
  const data = new Float32Array(count * size);
  let at = 0;
  for (const batch of batches()) {
    if (at + batch.data.length <= data.length) data.set(batch.data, at);
    at += batch.data.length;
  }
  if (at !== data.length)
    throw new RangeError(`${who}: batches() must give the same samples every time; got ${count}, then ${at / size}`);
  const wrong = data.findIndex((value) => !(unit ? value >= 0 && value <= 1 : Number.isFinite(value)));
  if (wrong >= 0)
    throw new RangeError(
      unit
        ? `${who}: samples must lie in [0, 1], as the outputs of the sigmoid decoder do; got ${data[wrong]}; scale them, or choose decoder "linear"`
        : `${who}: samples must be finite numbers; got ${data[wrong]}`,
    );
  return { count, size, data };
}

/** Options of {@link sourceOf}. */
export interface SourceOptions {
  /** Indices of the samples to use. */
  readonly indices: Uint32Array;
  readonly batchSize: number;
  /** Seed of the shuffles: every epoch has its own order. @default none: always the order of `indices` */
  readonly seed?: number;
}

/** Source of some of the samples, for training. All batches of an epoch share their buffers. */
export function sourceOf({ data, size }: SampleRows, { indices, batchSize, seed }: SourceOptions): BatchSource {
  const count = indices.length;
  const length = Math.min(batchSize, count);
  const batchesPerEpoch = Math.ceil(count / length);
  return {
    count,
    batchSize: length,
    batchesPerEpoch,
    inputShape: [size],
    classes: 1,
    *batches(epoch, from = 0) {
      const order = seed === undefined ? undefined : stream(seed, `shuffle/${epoch}`).permutation(count);
      const inputs = new Float32Array(length * size);
      const labels = new Int32Array(length);
      for (let start = from * length; start < count; start += length) {
        const samples = Math.min(length, count - start);
        for (let k = 0; k < samples; k++) {
          const row = indices[order ? order[start + k]! : start + k]!;
          inputs.set(data.subarray(row * size, (row + 1) * size), k * size);
        }
        yield { inputs: inputs.subarray(0, samples * size), labels: labels.subarray(0, samples), count: samples };
      }
    },
  };
}
