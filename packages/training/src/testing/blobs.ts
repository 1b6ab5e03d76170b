import { stream } from "@weightcast/random";
import { type Batch, type BatchSource, sizeOf } from "@weightcast/types";

/** Options of {@link blobs}. */
export interface BlobOptions {
  readonly seed: number;
  readonly count?: number;
  readonly batchSize?: number;
  /** Whether the source has `prepared`. @default false */
  readonly preparable?: boolean;
}

/** Inputs of an example of {@link blobs}. */
export const features = 6;
/** Classes of {@link blobs}. */
export const classes = 3;

/**
 * Source of three overlapping clouds of points, shuffled in a new order every epoch. As sources are allowed to, it fills
 * every batch into the same buffers; it spoils them after each batch, so that a test notices if they are read too late.
 */
export function blobs({ seed, count = 100, batchSize = 16, preparable = false }: BlobOptions): BatchSource {
  const draw = stream(seed, "blobs");
  const labels = Int32Array.from({ length: count }, () => draw.integer(classes));
  const inputs = Float32Array.from({ length: count * features }, (_, i) => {
    const label = labels[Math.floor(i / features)]!;
    return draw.normal() + (i % classes === label ? 1.5 : 0);
  });
  return sourceOf([features], inputs);

  function sourceOf(inputShape: readonly number[], rows: Float32Array): BatchSource {
    const size = sizeOf(inputShape);
    return {
      count,
      batchSize,
      batchesPerEpoch: Math.ceil(count / batchSize),
      inputShape,
      classes,
      *batches(epoch, from = 0): Generator<Batch> {
        const order = stream(seed, `shuffle/${epoch}`).permutation(count);
        const buffers = { inputs: new Float32Array(batchSize * size), labels: new Int32Array(batchSize) };
        for (let start = from * batchSize; start < count; start += batchSize) {
          const chosen = order.subarray(start, start + batchSize);
          const batch = {
            inputs: buffers.inputs.subarray(0, chosen.length * size),
            labels: buffers.labels.subarray(0, chosen.length),
            count: chosen.length,
          };
          for (const [i, row] of chosen.entries()) {
            batch.inputs.set(rows.subarray(row * size, (row + 1) * size), i * size);
            batch.labels[i] = labels[row]!;
          }
          yield batch;
          buffers.inputs.fill(Number.NaN);
        }
      },
      ...(preparable && { prepared: async (shape, prepare) => sourceOf(shape, await prepare(rows)) }),
    };
  }
}

/** Copies of the batches of an epoch, which may be kept. */
export const copiesOf = (source: BatchSource, epoch: number, from = 0): Batch[] =>
  Array.from(source.batches(epoch, from), ({ inputs, labels, count }) => ({
    inputs: inputs.slice(),
    labels: labels.slice(),
    count,
  }));
