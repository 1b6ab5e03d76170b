import { appendFile, mkdir, readFile, truncate } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RunRecord } from "./record";

/** The record of a folder: one JSON document a line, one line a run, only ever appended to. */
const fileOf = (folder: string): string => join(folder, "record.jsonl");

/**
 * The finished runs of a folder, oldest first; none where there is no record yet. A last line without an end, as a crash
 * while writing leaves it, counts as not written.
 * @throws SyntaxError naming the line that is not JSON
 */
export async function readRecord(folder: string): Promise<RunRecord[]> {
  const { lines } = await readLines(folder);
  return lines.map((line, index) => {
    try {
      return JSON.parse(line);
    } catch {
      throw new SyntaxError(
        `${fileOf(folder)}: line ${index + 1} is not JSON; delete that line, and its run is done again`,
      );
    }
  });
}

/** Appends a finished run, after cutting off what a crash may have left unfinished. */
export async function appendRecord(folder: string, record: RunRecord): Promise<void> {
  const file = fileOf(folder);
  await mkdir(dirname(file), { recursive: true });
  const { bytes, tail } = await readLines(folder);
  if (tail) await truncate(file, bytes);
  await appendFile(file, `${JSON.stringify(record)}\n`, { flush: true });
}

/** The whole lines, how many bytes they take, and whether something unfinished comes after them. */
async function readLines(folder: string): Promise<{ lines: string[]; bytes: number; tail: boolean }> {
  const text = await readFile(fileOf(folder), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const end = text.lastIndexOf("\n") + 1;
  const lines = text.slice(0, end).split("\n").filter(Boolean);
  return { lines, bytes: Buffer.byteLength(text.slice(0, end)), tail: end < text.length };
}
