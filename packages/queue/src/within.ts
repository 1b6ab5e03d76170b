import { setTimeout as sleep } from "node:timers/promises";

/** Result of work, or undefined if it takes longer than `ms`; the work goes on then. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  const late = new AbortController();
  work.catch(() => {}); // heard by the race, or too late for it
  try {
    return await Promise.race([work, sleep(ms, undefined, { signal: late.signal })]);
  } finally {
    late.abort();
  }
}
