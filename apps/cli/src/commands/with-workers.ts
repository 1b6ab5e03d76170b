import type { RunAllOptions } from "@weightcast/runs";
import { asUsage } from "../errors";
import type { World } from "../world";
import type { RunPlan } from "./run-plan";
import type { Watch } from "./watch-runs";
import { withStore } from "./with-store";

/** Options of `runAll` that say who does the runs, and what they write meanwhile. */
type Workers = Pick<RunAllOptions, "executor" | "jobs" | "threads" | "events">;

/** Result of work whose runs are done by processes of this machine, or by the workers of the plan's queue. */
export async function withWorkers<T>(
  { queue: url, store: address, jobs, threads, soFar, events }: RunPlan,
  { signal, note }: Watch,
  world: World,
  work: (workers: Workers) => Promise<T>,
): Promise<T> {
  const own = { events, ...(jobs !== undefined && { jobs }), ...(threads !== undefined && { threads }) };
  if (url === undefined || soFar) {
    if (address) note("--store is for runs in a queue (--queue); these have their checkpoints in --folder.");
    return work(own);
  }
  return withStore(address, note, world, async (store) => {
    const { openQueue } = await world.services.queue();
    const queue = await asUsage(() => openQueue(url, { signal, onNote: note, ...(store && { store }) }));
    note(`Queue: ${queue.name}; what workers there do is recorded here.`);
    if (store) note(`Store: ${store.name}.`);
    try {
      // Of one thread, so that a worker with many cores does many runs at a time, and the digits do not depend on it.
      return await work({ jobs: queue.jobs, threads: 1, ...own, executor: queue.executor });
    } finally {
      await queue.close();
    }
  });
}
