import type { RunAllOptions } from "@weightcast/runs";
import { asUsage } from "../errors";
import type { World } from "../world";
import type { RunPlan } from "./run-plan";
import type { Watch } from "./watch-runs";

/** Options of `runAll` that say who does the runs, and what they write meanwhile. */
type Workers = Pick<RunAllOptions, "executor" | "jobs" | "threads" | "events">;

/** Result of work whose runs are done by processes of this machine, or by the workers of the plan's queue. */
export async function withWorkers<T>(
  { queue: url, jobs, threads, soFar, events }: RunPlan,
  { signal, note }: Watch,
  { services }: World,
  work: (workers: Workers) => Promise<T>,
): Promise<T> {
  const own = { events, ...(jobs !== undefined && { jobs }), ...(threads !== undefined && { threads }) };
  if (url === undefined || soFar) return work(own);
  const { openQueue } = await services.queue();
  const queue = await asUsage(() => openQueue(url, { signal, onNote: note }));
  note(`Queue: ${queue.name}; what workers there do is recorded here.`);
  try {
    // Of one thread, so that a worker with many cores does many runs at a time, and the digits do not depend on it.
    return await work({ jobs: queue.jobs, threads: 1, ...own, executor: queue.executor });
  } finally {
    await queue.close();
  }
}
