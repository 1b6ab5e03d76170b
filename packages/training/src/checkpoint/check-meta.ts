import type { Json } from "@weightcast/types";
import { decodeCheckpoint } from "./checkpoint";
import { assertSame } from "./mismatch";
import type { CheckpointStorage } from "./storage";

/**
 * Check that `train` would not refuse the checkpoint in a storage for its `meta`: for callers with long work to do before the training, who
 * then learn of it at once. Everything else is compared when the training starts. An empty storage passes.
 * @param meta as in the options of the checkpoint
 * @throws TrainingError `CHECKPOINT_MISMATCH` as `train` does, or `CHECKPOINT_CORRUPT` if it is no checkpoint
 */
export async function checkMeta(storage: CheckpointStorage, meta: Json): Promise<void> {
  const bytes = await storage.read();
  if (!bytes) return;
  const { identity } = decodeCheckpoint(bytes);
  const { meta: stored = null } = Object(identity) as { readonly meta?: Json };
  assertSame(stored, JSON.parse(JSON.stringify(meta)) as Json, "meta");
}
