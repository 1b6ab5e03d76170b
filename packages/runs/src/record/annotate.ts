import { appendRecord } from "./record-file";
import type { ListedRun } from "./record-state";

/**
 * Removes runs from a record: appends a line for each, after which it counts as not done. What was measured stays in the file above.
 * @param path of the folder, or of its record file
 * @throws DiskError if nothing could be written
 */
export async function removeRuns(path: string, ids: readonly string[]): Promise<void> {
  const removed = new Date().toISOString();
  if (ids.length > 0) await appendRecord(path, ...ids.map((id) => ({ id, removed })));
}

/** Change of tags. */
export interface TagChange {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

/**
 * Changes the tags of runs: appends a line for each whose tags become others.
 * @param path of the folder, or of its record file
 * @returns the runs with their new tags
 * @throws RangeError for a tag that is empty, or has a comma or a space; DiskError if nothing could be written
 */
export async function tagRuns(
  path: string,
  runs: readonly ListedRun[],
  { add = [], remove = [] }: TagChange,
): Promise<readonly ListedRun[]> {
  for (const tag of [...add, ...remove])
    if (!/^[^\s,*]{1,60}$/.test(tag))
      throw new RangeError(
        `tag: must be a word of at most 60 letters without commas, spaces and *; got ${JSON.stringify(tag)}`,
      );
  const changed = runs.map((run) => ({
    ...run,
    tags: [...new Set([...run.tags, ...add])].filter((tag) => !remove.includes(tag)),
  }));
  const tagged = new Date().toISOString();
  const lines = changed
    .filter(({ tags }, i) => tags.join() !== runs[i]!.tags.join())
    .map(({ end, tags }) => ({ id: end.id, tags, tagged }));
  if (lines.length > 0) await appendRecord(path, ...lines);
  return changed;
}
