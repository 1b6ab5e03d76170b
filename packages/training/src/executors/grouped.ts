import type { Batch, BatchSource } from "@weightcast/types";
import { batchesOf } from "../arguments/source";

/**
 * Batches of an epoch in groups. Groups end at multiples of `size`, regardless of the first batch, so that an
 * interrupted epoch continues in the same groups. The arrays are reused for every group.
 * @param size batches per group
 * @param from first batch, from 0
 */
export function* grouped(source: BatchSource, size: number, epoch: number, from: number): Generator<readonly Batch[]> {
  if (size === 1) {
    for (const batch of batchesOf(source, epoch, from)) yield [batch];
    return;
  }
  const buffers: { inputs: Float32Array; labels: Int32Array }[] = [];
  let group: Batch[] = [];
  let index = from;
  for (const batch of batchesOf(source, epoch, from)) {
    group.push(copied(batch, group.length));
    index++;
    if (index % size === 0 || index === source.batchesPerEpoch) {
      yield group;
      group = [];
    }
  }
  if (group.length > 0) yield group;

  /** A copy, because a source may reuse its buffer for the next batch. */
  function copied({ inputs, labels, count }: Batch, slot: number): Batch {
    const existing = buffers[slot];
    const fits = existing && existing.inputs.length >= inputs.length && existing.labels.length >= labels.length;
    const room = fits ? existing : { inputs: new Float32Array(inputs.length), labels: new Int32Array(labels.length) };
    buffers[slot] = room;
    room.inputs.set(inputs);
    room.labels.set(labels);
    return { inputs: room.inputs.subarray(0, inputs.length), labels: room.labels.subarray(0, labels.length), count };
  }
}
