import type { RecordEntry, RunFailure, RunRecord } from "./record";

/** Run in a record, by the lines about it. */
export interface ListedRun {
  /** Its last end: a result, or a failure. */
  readonly end: RunRecord | RunFailure;
  readonly tags: readonly string[];
}

/** State of the runs at a line of a record. */
export interface StateAt {
  /** Last end of each run, oldest first. */
  readonly ends: readonly (RunRecord | RunFailure)[];
  /** Tags by identity, also of runs without an end. */
  readonly tags: readonly (readonly [id: string, tags: readonly string[]])[];
  /** Runs that were removed and not done again, by identity. */
  readonly removed: readonly string[];
}

/**
 * State of the runs in a record, from its lines, one after another: the last end of a run counts, but no failure after a result, the last
 * tags, and nothing above a removal.
 * @param from state at the line from which on lines are added
 */
export function recordState(from: StateAt = { ends: [], tags: [], removed: [] }) {
  const ends = new Map(from.ends.map((end) => [end.id, end]));
  const tags = new Map(from.tags);
  const removed = new Set(from.removed);
  return {
    add(entry: RecordEntry): void {
      const { id } = entry;
      if ("removed" in entry) {
        ends.delete(id);
        tags.delete(id);
        removed.add(id);
      } else if ("tagged" in entry) tags.set(id, entry.tags);
      else {
        removed.delete(id);
        if ("result" in entry || !hasResult(ends.get(id))) ends.set(id, entry);
      }
    },
    at: (): StateAt => ({ ends: [...ends.values()], tags: [...tags], removed: [...removed] }),
    /** Finished runs, oldest first. */
    records: (): RunRecord[] => [...ends.values()].filter(hasResult),
    /** Finished and failed runs, oldest first. */
    runs: (): ListedRun[] => [...ends].map(([id, end]) => ({ end, tags: tags.get(id) ?? [] })),
    /** Whether a run was removed and not done again. */
    wasRemoved: (id: string): boolean => removed.has(id),
    /** Result of a run; undefined if there is none. */
    record(id: string): RunRecord | undefined {
      const end = ends.get(id);
      return hasResult(end) ? end : undefined;
    },
    /** Failure of a run that has no result. */
    failure(id: string): RunFailure | undefined {
      const end = ends.get(id);
      return end && !hasResult(end) ? end : undefined;
    },
  };
}

const hasResult = (end: RunRecord | RunFailure | undefined): end is RunRecord => end !== undefined && "result" in end;
