import { setTimeout as sleep } from "node:timers/promises";
import { writeWhole } from "@weightcast/disk";
import { InterruptedError } from "@weightcast/runs";
import type { ObjectStore } from "@weightcast/types";

/** Milliseconds between two attempts to reach a store. */
const retryMs = 2000;

/** Key of a run's trained network in a store, on its way from the worker to the coordinator. */
const networkKey = (id: string): string => `models/${id}`;

/**
 * Puts the trained network of a run into a store, for the coordinator.
 * @throws InterruptedError once the signal is aborted; the error of a store that refuses it
 */
export const sendNetwork = (store: ObjectStore, id: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> =>
  whenReached(() => store.write(networkKey(id), bytes), signal);

/**
 * Takes the trained network of a run out of a store, and saves it as a file.
 * @returns whether it was there
 * @throws InterruptedError once the signal is aborted; the error of a store that refuses it; DiskError
 */
export async function fetchNetwork(store: ObjectStore, id: string, file: string, signal?: AbortSignal) {
  const bytes = await whenReached(() => store.read(networkKey(id)), signal);
  if (!bytes) return false;
  await writeWhole(file, bytes);
  await store.remove(networkKey(id)).catch(() => {}); // said by the store; it does no harm there
  return true;
}

/** Answer of a store, which is waited for while it is away. */
async function whenReached<T>(question: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  for (;;) {
    try {
      return await question();
    } catch (error) {
      if (signal?.aborted) throw new InterruptedError();
      if ((error as { readonly code?: unknown }).code !== "STORE_AWAY") throw error;
      await sleep(retryMs, undefined, { ...(signal && { signal }) }).catch(() => {});
    }
  }
}
