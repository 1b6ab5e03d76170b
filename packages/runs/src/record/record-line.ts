import { resolveRun } from "../spec";
import { isUnchanged, withChecksum } from "./checksum";
import { recordedCosts } from "./layer-costs";
import type { RunFailure, RunRecord } from "./record";
import { shapeFault } from "./record-schema";

/** Line of a record file: the record as JSON, with a checksum. Records of earlier versions have none. */
export const lineOf = (entry: RunRecord | RunFailure): string => `${withChecksum(entry)}\n`;

/**
 * Record in a line, in today's form, or failure of a run; undefined for a run that is not wanted.
 * @param line bytes without the line break
 * @param wanted identities of the runs; of others, only the checksum and the JSON are checked @default all
 * @throws Error with the reason if the line is damaged
 */
export function entryIn(line: Buffer): RunRecord | RunFailure;
export function entryIn(line: Buffer, wanted: ReadonlySet<string> | undefined): RunRecord | RunFailure | undefined;
export function entryIn(line: Buffer, wanted?: ReadonlySet<string>): RunRecord | RunFailure | undefined {
  if (!isUnchanged(line)) throw new Error("its checksum does not match: it was changed after it was written");
  const value = parsed(line);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error("it is not a record of a run");
  const { id } = value as Partial<Written>;
  if (wanted && typeof id === "string" && !wanted.has(id)) return undefined;
  const entry = upgraded(value as Written);
  const fault = shapeFault(entry);
  if (fault !== undefined) throw new Error(fault);
  return entry;
}

function parsed(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString("utf8"));
  } catch {
    // The parser's message would quote the line, which may hold anything.
    throw new Error(`its ${line.length} bytes are not a complete JSON document`);
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
function upgraded({ sum: _, ...written }: Written): RunRecord | RunFailure {
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
