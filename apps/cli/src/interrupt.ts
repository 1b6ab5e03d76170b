import { exitCodes } from "./errors";
import type { World } from "./world";

/** Milliseconds in which two interruptions are one: wrappers pass on what the terminal has told everybody already. */
const echo = 500;

/**
 * Does work that the first interruption asks to stop (by the signal) and the second ends at once.
 * @param onFirst told of the first one
 */
export async function interruptible<T>(
  world: World,
  onFirst: () => void,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let first = 0;
  const release = world.onInterrupt(() => {
    if (!controller.signal.aborted) {
      first = world.now();
      onFirst();
      controller.abort();
    } else if (world.now() - first > echo) world.exit(exitCodes.interrupted);
  });
  try {
    return await work(controller.signal);
  } finally {
    release();
  }
}
