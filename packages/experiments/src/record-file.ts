import { appendFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunRecord } from "./record";

/** The record of a folder: one JSON document a line, one line a run, only ever appended to. */
const fileOf = (folder: string): string => join(folder, "record.jsonl");

/**
 * The finished runs of a folder, oldest first; none where there is no record yet. A line that is not whole, as a crash
 * while writing leaves it, counts as not written: its run is done again.
 */
export async function readRecord(folder: string): Promise<RunRecord[]> {
  return (await textOf(folder)).split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as RunRecord];
    } catch {
      return [];
    }
  });
}

/** Appends a finished run, on a line of its own whatever a crash may have left before it. Nothing is ever taken away. */
export async function appendRecord(folder: string, record: RunRecord): Promise<void> {
  await mkdir(folder, { recursive: true });
  const text = await textOf(folder);
  const start = text === "" || text.endsWith("\n") ? "" : "\n";
  await appendFile(fileOf(folder), `${start}${JSON.stringify(record)}\n`, { flush: true });
}

const textOf = (folder: string): Promise<string> =>
  readFile(fileOf(folder), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
