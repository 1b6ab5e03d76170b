import type { Batch, BatchSource } from "./source";

/**
 * The batches of an epoch, several at a time: from one multiple of `size` to the next, wherever it begins, so that an
 * epoch that was interrupted goes on in the same groups. The arrays are filled anew for every group.
 */
export function* grouped(source: BatchSource, size: number, epoch: number, from: number): Generator<readonly Batch[]> {
  if (size === 1) {
    for (const batch of source.batches(epoch, from)) yield [batch];
    return;
  }
  const held: { inputs: Float32Array; labels: Int32Array }[] = [];
  let group: Batch[] = [];
  let index = from;
  for (const batch of source.batches(epoch, from)) {
    group.push(copied(batch, group.length));
    index++;
    if (index % size === 0 || index === source.batchesPerEpoch) {
      yield group;
      group = [];
    }
  }
  if (group.length > 0) yield group;

  /** Sources may fill one buffer again and again. */
  function copied({ inputs, labels, count }: Batch, slot: number): Batch {
    const own = held[slot];
    const fits = own && own.inputs.length >= inputs.length && own.labels.length >= labels.length;
    const room = fits ? own : { inputs: new Float32Array(inputs.length), labels: new Int32Array(labels.length) };
    held[slot] = room;
    room.inputs.set(inputs);
    room.labels.set(labels);
    return { inputs: room.inputs.subarray(0, inputs.length), labels: room.labels.subarray(0, labels.length), count };
  }
}
