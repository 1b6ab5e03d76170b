import type { CheckpointStorage } from "@weightcast/training";
import { fileStorage } from "@weightcast/training/node";
import { asUsage, hasCode, interruption } from "../errors";
import { asFileUsage } from "../input/model-input";
import { interruptible } from "../terminal/interrupt";
import type { Counter } from "../terminal/progress/counter";
import type { World } from "../world";

/**
 * Result of work on a model file that writes another file, with a checkpoint beside it while it is not finished.
 * @param to file that is written
 * @param view display, which has ended afterwards
 * @throws an interruption, after which the same command continues
 */
export async function resumable<T>(
  world: World,
  to: string,
  view: Counter,
  work: (parts: { readonly storage: CheckpointStorage; readonly signal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const storage = fileStorage(`${to}.checkpoint`);
  try {
    const done = await interruptible(
      world,
      () => view.note("Stopping after this step; the same command continues."),
      (signal) => asFileUsage(() => asUsage(() => work({ storage, signal }))),
    );
    await storage.remove();
    return done;
  } catch (error) {
    throw hasCode(error, "INTERRUPTED") ? interruption("interrupted; the same command continues") : error;
  } finally {
    view.stop();
  }
}
