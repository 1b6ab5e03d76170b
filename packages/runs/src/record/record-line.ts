import { resolveRun } from "../spec";
import { isUnchanged, withChecksum } from "./checksum";
import { recordedCosts } from "./layer-costs";
import type { RunRecord } from "./record";

/** Line of a record file: the record as JSON, with a checksum. Records of earlier versions have none. */
export const lineOf = (record: RunRecord): string => `${withChecksum(record)}\n`;

/**
 * Record in a line, in today's form.
 * @param line bytes without the line break
 * @throws Error with the reason if the line is damaged
 */
export function recordIn(line: Buffer): RunRecord {
  if (!isUnchanged(line)) throw new Error("its checksum does not match: it was changed after it was written");
  const value = parsed(line);
  const fault = faultOf(value);
  if (fault !== undefined) throw new Error(fault);
  try {
    return upgraded(value as RunRecord);
  } catch {
    throw new Error("its specification or its costs are not those of a run");
  }
}

function parsed(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString("utf8"));
  } catch {
    // The parser's message would quote the line, which may hold anything.
    throw new Error(`its ${line.length} bytes are not a complete JSON document`);
  }
}

const isText = (value: unknown): boolean => typeof value === "string";
const isNumber = (value: unknown): boolean => typeof value === "number";
const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

/** Fields that every record has, of every version. */
const fields: Readonly<Record<string, (value: unknown) => boolean>> = {
  id: isText,
  finished: isText,
  engine: isObject,
  "engine.engine": isText,
  "engine.reason": isText,
  spec: isObject,
  "spec.label": isText,
  "spec.seed": isNumber,
  "spec.use": Array.isArray,
  "spec.data": isObject,
  "spec.training": isObject,
  result: isObject,
  "result.testError": isNumber,
  "result.seconds": isNumber,
  "result.stepsPerSecond": isNumber,
  "result.bytes": isNumber,
  "result.account": isObject,
  "result.account.layers": Array.isArray,
  "result.account.proportion": isNumber,
  "result.history": Array.isArray,
  "result.domain": Array.isArray,
  "result.filters": Array.isArray,
};

/** Fields of the network in a specification of today's form. */
const ofNetwork: typeof fields = {
  "spec.network": isObject,
  "spec.network.model": isText,
  "spec.network.layers": isObject,
};

/** Reason why a value is not a record; undefined if it is one. */
function faultOf(value: unknown): string | undefined {
  if (!isObject(value)) return "it is not a record of a run";
  const { spec } = value as { readonly spec?: object };
  const isEarlier = isObject(spec) && "hidden" in spec!;
  for (const [path, holds] of Object.entries({ ...fields, ...(isEarlier ? {} : ofNetwork) }))
    if (!holds(at(value, path))) return `its field ${path} is missing or of another type`;
  return undefined;
}

const at = (value: unknown, path: string): unknown =>
  path.split(".").reduce((inner, key) => (inner as Record<string, unknown>)[key], value);

/** Fields of records that earlier versions wrote otherwise. */
interface Earlier {
  readonly engine: { readonly mended?: readonly string[] };
  readonly result: Partial<Pick<RunRecord["result"], "layers">>;
  readonly sum?: string;
}

/**
 * A record in today's form. Earlier versions wrote `hidden` and `activation` beside the network, kept the costs of layers only
 * for networks of convolutions, and called an engine's patched kernels mended.
 */
function upgraded(record: RunRecord & Earlier): RunRecord {
  const { spec: written, engine, result, sum: _, ...rest } = record;
  const spec = "hidden" in written ? resolveRun(written, `record ${rest.id}`) : written;
  const { mended, ...report } = engine as typeof engine & { mended?: readonly string[] };
  return {
    ...rest,
    spec,
    engine: mended === undefined ? engine : { ...report, patched: mended },
    result: result.layers ? result : { ...result, layers: recordedCosts(spec, result) },
  } as RunRecord;
}
