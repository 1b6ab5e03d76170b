import { resolveRun } from "../spec";
import { checkOf, withChecksum } from "./checksum";
import { recordedCosts } from "./layer-costs";
import type { RecordEntry, RunRecord } from "./record";
import { shapeFault } from "./record-schema";

/** Line of a record file: the entry as JSON, with a checksum. Those of earlier versions have none. */
export const lineOf = (entry: RecordEntry): string => `${withChecksum(entry)}\n`;

/** Options of {@link entryIn}. */
export interface EntryOptions {
  /** Identities of the runs; of others, only the checksum and the JSON are checked. @default all */
  readonly only?: ReadonlySet<string>;
  /** Whether to read the pictures of filters, or to leave them empty: they are most of a line. @default "read" */
  readonly pictures?: "read" | "leave";
}

/**
 * Entry in a line, in today's form; undefined for a run that is not wanted.
 * @param line bytes without the line break
 * @throws Error with the reason if the line is damaged
 */
export function entryIn(line: Buffer, { only, pictures = "read" }: EntryOptions = {}): RecordEntry | undefined {
  const sum = checkOf(line);
  if (sum === "changed") throw new Error("its checksum does not match: it was changed after it was written");
  // Where the checksum matches, the line is as it was written, and its pictures are where they always are.
  const isCut = pictures === "leave" && sum === "unchanged";
  const value = parsed(isCut ? textWithoutPictures(line) : line.toString("utf8"), line.length);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error("it is not a record of a run");
  const { id } = value as Partial<Written>;
  if (only && typeof id === "string" && !only.has(id)) return undefined;
  const entry = upgraded(value as Written);
  const fault = shapeFault(entry, isCut ? "listed" : "all");
  if (fault !== undefined) throw new Error(fault);
  return pictures === "leave" && !isCut && "result" in entry
    ? { ...entry, result: { ...entry.result, filters: [] } }
    : entry;
}

const begin = Buffer.from(',"filters":[{');
const end = Buffer.from("]}]");

/**
 * Text of a line with an empty list of pictures. A quote inside of a text has a backslash, so that what looks like the list is it; and
 * pictures are lists of numbers, so that the first place that looks like its end is.
 */
function textWithoutPictures(line: Buffer): string {
  const start = line.lastIndexOf(begin);
  const stop = start < 0 ? -1 : line.indexOf(end, start);
  if (stop < 0) return line.toString("utf8");
  return line.toString("utf8", 0, start + begin.length - 1) + line.toString("utf8", stop + end.length - 1);
}

/** @param length bytes of the line */
function parsed(text: string, length: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message would quote the line, which may hold anything.
    throw new Error(`its ${length} bytes are not a complete JSON document`);
  }
}

/** Fields that earlier versions wrote otherwise. */
interface Earlier {
  readonly engine: { readonly mended?: readonly string[] };
  readonly result: Partial<Pick<RunRecord["result"], "layers">>;
}
type Written = RunRecord & Earlier & { readonly sum?: string };

/**
 * A record in today's form. Earlier versions wrote `hidden` and `activation` beside the network, kept the costs of layers only
 * for networks of convolutions, and called an engine's patched kernels mended.
 */
function upgraded({ sum: _, ...written }: Written): RecordEntry {
  if ("removed" in written || "tagged" in written) return written;
  try {
    const { spec: before, engine, result } = written;
    const spec = isObject(before) && "hidden" in before ? resolveRun(before, `record ${written.id}`) : before;
    const { mended, ...report } = Object(engine) as Earlier["engine"];
    const costs = isObject(result) && !result.layers ? { layers: recordedCosts(spec, result) } : {};
    return {
      ...written,
      spec,
      ...(mended !== undefined && { engine: { ...report, patched: mended } }),
      ...(isObject(result) && { result: { ...result, ...costs } }),
    } as RunRecord;
  } catch {
    throw new Error("its specification or its costs are not those of a run");
  }
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
