import type { Values } from "@weightcast/types";
import { batchesOf } from "../arguments/source";
import { type AnyBatch, type Source, valuesOf } from "../examples/examples";

/**
 * Batches of an epoch in groups. Groups end at multiples of `size`, regardless of the first batch, so that an
 * interrupted epoch continues in the same groups. The arrays are reused for every group.
 * @param size batches per group
 * @param from first batch, from 0
 */
export async function* grouped(
  source: Source,
  size: number,
  epoch: number,
  from: number,
): AsyncGenerator<readonly AnyBatch[]> {
  if (size === 1) {
    for await (const batch of batchesOf(source, epoch, from)) yield [batch];
    return;
  }
  const buffers: Values[][] = [];
  let group: AnyBatch[] = [];
  let index = from;
  for await (const batch of batchesOf(source, epoch, from)) {
    group.push(copied(batch, group.length));
    index++;
    if (index % size === 0 || index === source.batchesPerEpoch) {
      yield group;
      group = [];
    }
  }
  if (group.length > 0) yield group;

  /** A copy, because a source may reuse its buffers for the next batch. */
  function copied(batch: AnyBatch, slot: number): AnyBatch {
    const { inputs, targets, weights } = valuesOf(batch);
    const all = [...inputs, ...targets, ...(weights ? [weights] : [])];
    buffers[slot] ??= [];
    const room = buffers[slot];
    const copies = all.map((values, i) => {
      const existing = room[i];
      const own = existing && existing.length >= values.length ? existing : values.slice();
      room[i] = own;
      own.set(values);
      return own.subarray(0, values.length);
    });
    const { count } = batch;
    if (!("targets" in batch)) return { inputs: copies[0] as Float32Array, labels: copies[1] as Int32Array, count };
    const [targetsFrom, weightsFrom] = [inputs.length, inputs.length + targets.length];
    return {
      inputs: copies.slice(0, targetsFrom),
      targets: copies.slice(targetsFrom, weightsFrom),
      ...(weights && { weights: copies[weightsFrom] as Float32Array }),
      count,
    };
  }
}
