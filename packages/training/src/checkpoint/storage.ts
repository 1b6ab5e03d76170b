/** Storage of a run's one checkpoint. */
export interface CheckpointStorage {
  /** Returns the bytes written last; undefined if there are none. */
  read(): Promise<Uint8Array | undefined>;
  /** Replaces the stored bytes, completely or not at all, even if the process dies meanwhile. */
  write(bytes: Uint8Array): Promise<void>;
  /** Deletes the stored bytes, if any. */
  remove(): Promise<void>;
}

/** Checkpoint storage in memory: for tests, and for pausing within one process. */
export function memoryStorage(): CheckpointStorage {
  let stored: Uint8Array | undefined;
  return {
    read: async () => stored?.slice(),
    async write(bytes) {
      stored = bytes.slice();
    },
    async remove() {
      stored = undefined;
    },
  };
}
