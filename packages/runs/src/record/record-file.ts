import { appendFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { resolveRun } from "../spec";
import { recordedCosts } from "./layer-costs";
import type { RunRecord } from "./record";

/** Record file of a folder: one JSON document per line, one line per run, only ever appended to. */
const fileOf = (folder: string): string => join(folder, "record.jsonl");

/**
 * Finished runs of a folder, oldest first; none if there is no record yet. A line that is incomplete, as a crash while
 * writing leaves it, counts as not written: its run is done again. Records of earlier versions are brought to today's form.
 */
export async function readRecord(folder: string): Promise<RunRecord[]> {
  return (await textOf(folder)).split("\n").flatMap((line) => {
    const record = parsed(line);
    return record === undefined ? [] : [upgraded(record)];
  });
}

/** Appends a finished run on a line of its own, even after a crash that left an incomplete line. Nothing is ever removed. */
export async function appendRecord(folder: string, record: RunRecord): Promise<void> {
  await mkdir(folder, { recursive: true });
  const text = await textOf(folder);
  const start = text === "" || text.endsWith("\n") ? "" : "\n";
  await appendFile(fileOf(folder), `${start}${JSON.stringify(record)}\n`, { flush: true });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Fields of records that earlier versions wrote otherwise. */
interface Earlier {
  readonly engine: { readonly mended?: readonly string[] };
  readonly result: Partial<Pick<RunRecord["result"], "layers">>;
}

/**
 * A record in today's form. Earlier versions wrote `hidden` and `activation` beside the network, kept the costs of layers only
 * for networks of convolutions, and called an engine's patched kernels mended.
 */
function upgraded(record: unknown): RunRecord {
  const { spec: written, engine, result, ...rest } = record as RunRecord & Earlier;
  const spec = "hidden" in written ? resolveRun(written, `record ${rest.id}`) : written;
  const { mended, ...report } = engine as typeof engine & { mended?: readonly string[] };
  return {
    ...rest,
    spec,
    engine: mended === undefined ? engine : { ...report, patched: mended },
    result: result.layers ? result : { ...result, layers: recordedCosts(spec, result) },
  } as RunRecord;
}

const textOf = (folder: string): Promise<string> =>
  readFile(fileOf(folder), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
