/** Where a run keeps its one checkpoint. */
export interface CheckpointStorage {
  /** What was written last; undefined if nothing was. */
  read(): Promise<Uint8Array | undefined>;
  /** Replaces what is there, wholly or not at all, also when the process dies meanwhile. */
  write(bytes: Uint8Array): Promise<void>;
  /** Forgets what is there, if anything. */
  remove(): Promise<void>;
}

/** A storage in memory: for tests, and for pausing within one process. */
export function memoryStorage(): CheckpointStorage {
  let held: Uint8Array | undefined;
  return {
    read: async () => held?.slice(),
    async write(bytes) {
      held = bytes.slice();
    },
    async remove() {
      held = undefined;
    },
  };
}
