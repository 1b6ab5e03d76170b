import { InterruptedError } from "../interrupted";
import type { RunRecord } from "../record/record";
import { nameOf, type RunSpec } from "../spec";
import { failureOf } from "./failures";
import type { RunAllOptions } from "./run-options";
import { openRunner } from "./runner";

/**
 * Executes the runs that are not yet in the folder's record, several at a time, and appends each to the record when it ends. A
 * run that was interrupted, by the signal or by kill -9, continues from its last checkpoint. A run that another process is doing in
 * the same folder is left to it, until all others are done; then its result is waited for, or the run is taken over if that process is
 * gone.
 * @returns a record for each specification, in their order; with `missing: "leave"` only for those in the record
 * @throws InterruptedError once the signal is aborted; the error of a failed run: after all others are done if the fault is its
 *   own (it diverged, its checkpoint is damaged), otherwise at once, the others being stopped with a checkpoint. A run that diverged is
 *   in the record as a failure, and is tried again by the next call; of several failures the error has the code `RUNS_FAILED`
 */
export async function runAll(specs: readonly RunSpec[], options: RunAllOptions): Promise<readonly RunRecord[]> {
  const { missing = "run", signal, onEvent = () => {} } = options;
  const { ids, done, failed, isSettled, found, execute } = await openRunner({ expected: specs.length, specs }, options);
  const waiting = new Map<string, RunSpec>();
  for (const [i, spec] of specs.entries()) {
    const id = ids[i]!;
    const [record, failure] = [done.get(id), failed.get(id)];
    if (record && isSettled(id, spec)) {
      await found(id, spec, record);
      continue;
    }
    if (record) onEvent({ id, label: nameOf(spec), type: "again" });
    waiting.set(id, spec);
    if (failure && missing === "leave") {
      const { finished, failure: fault } = failure;
      onEvent({ id, label: nameOf(spec), type: "fail", message: fault.message, finished });
    }
  }
  const failures = missing === "leave" ? [] : await execute([...waiting]);
  const undone = missing === "run" && [...waiting].some(([id, spec]) => !done.has(id) || !isSettled(id, spec));
  if (undone && signal?.aborted) throw new InterruptedError();
  if (failures.length > 0) throw failureOf(failures);
  return specs.flatMap((spec, i) => {
    const record = done.get(ids[i]!);
    return record ? { ...record, spec } : [];
  });
}
