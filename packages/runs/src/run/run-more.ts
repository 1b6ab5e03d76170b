import { InterruptedError } from "../interrupted";
import type { RunRecord } from "../record/record";
import { nameOf, type RunSpec } from "../spec";
import { failureOf, isOwnFault } from "./failures";
import { type PlannedRun, plannedRun } from "./planned";
import type { RunAllOptions } from "./run-options";
import { openRunner } from "./runner";

/** Source of runs that are decided on while others go on, as those of a search. */
export interface MoreRuns {
  /** Number of runs, about. */
  readonly expected: number;
  /** Runs among them that are known beforehand, for those who watch. @default none */
  readonly known?: Iterable<RunSpec>;
  /** Next run; waits until it can be decided on; undefined once there are no more. May be called while another call waits. */
  next(): Promise<RunSpec | undefined>;
  /** Called when a run that `next` gave has ended. @param record undefined if it failed by a fault of its own */
  settled(spec: RunSpec, record: RunRecord | undefined): void;
}

/** Options of {@link runMore}: those of `runAll`, which does every run that is missing. */
export type RunMoreOptions = Omit<RunAllOptions, "missing">;

/**
 * Executes the runs of a source that are not yet in the folder's record, as `runAll` does those of a list. A run that failed by a fault
 * of its own, now or by the record, is settled without a record. Records are without the pictures of filters.
 * @throws InterruptedError once the signal is aborted; the error of a run that says something about all of them
 */
export async function runMore(
  { expected, known = [], next, settled }: MoreRuns,
  options: RunMoreOptions,
): Promise<void> {
  const { signal, onEvent = () => {} } = options;
  const { idOf, done, failed, isSettled, found, execute } = await openRunner({ expected }, options);
  const end = (id: string, spec: RunSpec) => {
    const record = done.get(id);
    settled(spec, record && { ...record, spec });
  };
  const more = async (): Promise<readonly [string, RunSpec] | undefined> => {
    for (;;) {
      const spec = await next();
      if (!spec) return undefined;
      const id = await idOf(spec);
      const [record, failure] = [done.get(id), failed.get(id)];
      if (record ? !isSettled(id, spec) : !failure) return [id, spec];
      if (record) await found(id, spec, record);
      else {
        const { finished, failure: fault } = failure!;
        onEvent({ id, label: nameOf(spec), type: "fail", message: fault.message, finished });
      }
      end(id, spec);
    }
  };
  const planned: PlannedRun[] = [];
  for (const spec of known) planned.push(plannedRun(await idOf(spec), spec));
  const left = planned.filter(({ id }) => !done.has(id) && !failed.has(id));
  const failures = await execute([], { more, onSettled: end, planned: left });
  if (signal?.aborted) throw new InterruptedError();
  const general = failures.filter((error) => !isOwnFault(error));
  if (general.length > 0) throw failureOf(general);
}
