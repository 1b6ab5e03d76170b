import { openIndex } from "./record-index";
import {
  beginning,
  damagedLine,
  type ReadLine,
  type ReadRecordOptions,
  readLines,
  recordFile,
  warnOnce,
} from "./record-reader";
import { type ListedRun, recordState } from "./record-state";

/**
 * Finished and failed runs of a folder, oldest first, with their tags, without the pictures of their filters.
 * Damaged lines as in {@link readRecord}. A large record has an index, a file beside it from which its first lines are taken, if they
 * are the same as when it was made. It is made when it is missing, and may be deleted.
 * @param path of the folder, or of its record file
 */
export async function listRuns(
  path: string,
  { onDamaged = warnOnce, ...options }: ReadRecordOptions = {},
): Promise<ListedRun[]> {
  const file = recordFile(path);
  // An index is of all runs.
  const { known, save } = options.only ? {} : await openIndex(file);
  const state = recordState(known?.state);
  const damaged = [...(known?.damaged ?? [])];
  const add = ({ end, entry, reason }: ReadLine): void => {
    if (entry) state.add(entry);
    if (reason !== undefined) damaged.push({ line: end.lines, reason });
  };
  let end = known?.end ?? beginning;
  let last: ReadLine | undefined;
  for await (const read of readLines(file, end, { ...options, pictures: "leave" })) {
    // A line without a break may still be written to: the index ends before it.
    if (!read.line.isComplete) last = read;
    else {
      add(read);
      save?.cover(read.line.whole);
      end = read.end;
    }
  }
  await save?.write({ end, damaged, state: state.at() });
  if (last) add(last);
  for (const { line, reason } of damaged) onDamaged(damagedLine(file, line, reason));
  return state.runs();
}
