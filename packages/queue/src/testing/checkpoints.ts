import { encodeCheckpoint } from "@weightcast/training";

/** Bytes of a checkpoint after some steps. */
export const checkpointAt = (step: number): Uint8Array =>
  encodeCheckpoint({
    identity: null,
    progress: { step, epoch: 0, batch: step, lossSum: 0, lossReads: 0, loss: 0, seconds: 1, history: [] },
    weights: [{ name: "v", shape: [2], data: Float32Array.of(step, 1) }],
    slots: [[]],
    buffers: [],
  });

/** Store in memory. */
export function memoryStore() {
  const objects = new Map<string, Uint8Array>();
  return {
    name: "s3://memory",
    objects,
    keys: async (start: string) => [...objects.keys()].filter((key) => key.startsWith(start)),
    read: async (key: string) => objects.get(key),
    async write(key: string, bytes: Uint8Array) {
      objects.set(key, bytes);
    },
    async remove(key: string) {
      objects.delete(key);
    },
    close() {},
  };
}
