import type { FileHandle } from "node:fs/promises";

type Files = typeof import("node:fs/promises");

/**
 * Fault of a disk: `full`: it takes `space` bytes, the last write is short, and the next one fails with ENOSPC; `silent`: as full, but
 * the next writes return 0 instead of failing; `lost`: it reports success for bytes that it does not keep; `slow`: every call
 * writes at most `space` bytes, and nothing fails.
 */
export interface Fault {
  readonly kind: "full" | "silent" | "lost" | "slow";
  readonly space: number;
}

/** Module node:fs/promises whose files have the current fault. */
export interface FaultyFiles {
  readonly module: Files;
  /** Sets the fault of files opened from now on; undefined: none. */
  set(fault?: Fault): void;
  /** Number of bytes that were taken, and that were refused, since the fault was set. */
  counts(): { readonly taken: number; readonly refused: number };
}

/** Substitute for node:fs/promises, for `vi.mock`, that injects short writes. */
export function faultyFiles(actual: Files): FaultyFiles {
  let fault: Fault | undefined;
  let space = 0;
  const counts = { taken: 0, refused: 0 };
  const take = (length: number): number => {
    const taken = Math.min(length, space);
    if (fault!.kind !== "slow") space -= taken;
    counts.taken += taken;
    counts.refused += length - taken;
    if (taken === 0 && length > 0 && fault!.kind === "full")
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", syscall: "write" });
    return taken;
  };
  const open: Files["open"] = async (...args) => {
    const file = await actual.open(...args);
    const write = file.write.bind(file) as (bytes: Uint8Array, from: number, length: number) => Promise<unknown>;
    const faulty = async (bytes: Uint8Array, from = 0, length = bytes.length - from) => {
      if (!fault) return write(bytes, from, length);
      const taken = take(length);
      if (taken > 0) await write(bytes, from, taken);
      return { bytesWritten: fault.kind === "lost" ? length : taken, buffer: bytes };
    };
    return Object.assign(file, { write: faulty as unknown as FileHandle["write"] });
  };
  return {
    module: { ...actual, open },
    set(next) {
      fault = next;
      space = next?.space ?? 0;
      Object.assign(counts, { taken: 0, refused: 0 });
    },
    counts: () => counts,
  };
}
