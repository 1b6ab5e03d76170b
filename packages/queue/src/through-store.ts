import { readFile, rm } from "node:fs/promises";
import type { Executor } from "@weightcast/runs";
import type { ObjectStore } from "@weightcast/types";
import { checkpointCopy, checkpointKey } from "./checkpoint-copies";
import { sendNetwork } from "./networks";
import { within } from "./within";

/** Reason for which a run is stopped that another worker has taken over: its checkpoint here is not the one to go on from. */
export const takenOver = new Error("another worker has the run");

/** Context of {@link throughStore}. */
export interface StoreContext {
  readonly store: ObjectStore;
  /** Files of the run's checkpoint. */
  readonly files: readonly string[];
  /** Milliseconds between two copies of a checkpoint. */
  readonly everyMs: number;
  /** Whether the trained network goes into the store instead of a file. */
  readonly sends: boolean;
}

/** Milliseconds that the last copy of a run which was stopped may take. */
export const lastCopyMs = 10_000;

/**
 * Executor that does a run from the checkpoint in a store, if that is further than the one here, and copies the run's checkpoints there
 * while it goes on. A store that is away or refuses something says so itself, and the run goes on.
 */
export const throughStore =
  (executor: Executor, { store, files, everyMs, sends }: StoreContext): Executor =>
  async (spec, context) => {
    const { id, checkpoint, model, signal } = context;
    const copy = checkpointCopy(store, files);
    await copy.fetch().catch(unlessOfStore);
    let isSaving = false;
    const saving = setInterval(async () => {
      if (isSaving) return;
      isSaving = true;
      await copy.save().catch(() => {}); // the next one may do it
      isSaving = false;
    }, everyMs);
    const network = `${checkpoint}.network`;
    try {
      if (model === undefined || !sends) return await executor(spec, context);
      const record = await executor(spec, { ...context, model: network });
      await sendNetwork(store, id, await readFile(network), signal);
      return record;
    } catch (error) {
      const isStopped = signal?.aborted && signal.reason !== takenOver;
      if (isStopped) await within(lastCopyMs, copy.save()).catch(() => {});
      throw withCopy(error, `${store.name}/${checkpointKey(checkpoint)}`);
    } finally {
      clearInterval(saving);
      await rm(network, { force: true });
    }
  };

/** Ignores an error of a store, which has said it. @throws any other */
function unlessOfStore(error: unknown): void {
  if (!String((error as { readonly code?: unknown }).code).startsWith("STORE_")) throw error;
}

/** Error that names the copy, too, if it is about a checkpoint. */
function withCopy(error: unknown, copy: string): unknown {
  const { name, message, code } = error as NodeJS.ErrnoException;
  if (!code?.startsWith("CHECKPOINT_")) return error;
  return Object.assign(new Error(`${message}; its copy, too: ${copy}`), { name, code });
}
