import { exitCodes } from "../errors";
import type { World } from "../world";

/**
 * Milliseconds within which two interruptions count as one: the terminal signals every process, and wrappers pass the
 * signal on once more.
 */
const echo = 500;

/**
 * Result of work that a first interruption stops by its signal, and a second ends immediately. A terminal that closes is never
 * the second: nobody asks for an immediate end, and several processes may report it.
 * @param onFirst called at the first interruption
 */
export async function interruptible<T>(
  world: World,
  onFirst: () => void,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let first = 0;
  const release = world.onInterrupt((signal) => {
    if (!controller.signal.aborted) {
      first = world.now();
      onFirst();
      controller.abort();
    } else if (signal !== "SIGHUP" && world.now() - first > echo) world.exit(exitCodes.interrupted);
  });
  try {
    return await work(controller.signal);
  } finally {
    release();
  }
}
