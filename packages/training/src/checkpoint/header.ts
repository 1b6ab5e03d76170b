import { type Json, sizeOf } from "@weightcast/types";
import type { Evaluation } from "../loop/evaluate";
import type { EpochRecord, Progress } from "../loop/progress";

/** Name and shape of an array whose values follow the header. */
export interface ArrayHeader {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Header of a checkpoint: everything except the values of its arrays, which follow in the same order. */
export interface Header {
  readonly identity: Json;
  readonly progress: Progress;
  readonly weights: readonly ArrayHeader[];
  readonly slots: readonly (readonly ArrayHeader[])[];
  readonly buffers: readonly ArrayHeader[];
}

type Fields = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isFiniteNumber = (value: unknown): value is number => Number.isFinite(value);

/** Header in the bytes of its JSON, or the reason why it is none. */
export function readHeader(bytes: Uint8Array): Header | string {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return "its header must be JSON in UTF-8";
  }
  if (!isRecord(header)) return "its header must be a JSON object";
  const { identity, progress, weights, slots, buffers } = header;
  if (identity === undefined) return "it must have an identity";
  if (!areArrays(weights) || !areArrays(buffers)) return "its weights and buffers must be lists of names and shapes";
  if (!Array.isArray(slots) || !slots.every(areArrays)) return "its slots must be lists of names and shapes";
  const same = (one: ArrayHeader, other: ArrayHeader) => String(one.shape) === String(other.shape);
  if (slots.length !== weights.length || !slots.every((arrays, i) => arrays.every((one) => same(one, weights[i]!))))
    return "its slots must have the shapes of the weights";
  const read = readProgress(progress);
  if (!read) return "its progress must hold counts, and an entry for each epoch";
  return { identity: identity as Json, progress: read, weights, slots, buffers };
}

const areArrays = (value: unknown): value is ArrayHeader[] => Array.isArray(value) && value.every(isArray);

function isArray(value: unknown): value is ArrayHeader {
  if (!isRecord(value) || typeof value.name !== "string") return false;
  const { shape } = value;
  // Sizes whose product is no safe integer could pass as another size.
  return Array.isArray(shape) && shape.every(isCount) && Number.isSafeInteger(4 * sizeOf(shape));
}

/** Progress read back from JSON, which has turned an error of NaN into null; undefined if it is none. */
function readProgress(stored: unknown): Progress | undefined {
  if (!isRecord(stored)) return undefined;
  const { step, epoch, batch, lossSum, lossReads, loss, first, seconds, history } = stored;
  if (![step, epoch, batch, lossReads].every(isCount) || ![lossSum, loss, seconds].every(isFiniteNumber))
    return undefined;
  if ((first !== undefined && !isFiniteNumber(first)) || (seconds as number) < 0 || !Array.isArray(history))
    return undefined;
  const records = history.map(readEpoch);
  const inOrder = records.every((one, i) => one && one.epoch === i + 1 && one.step >= (records[i - 1]?.step ?? 0));
  if (!inOrder || records.length !== epoch || (records.at(-1)?.step ?? 0) + (batch as number) !== step)
    return undefined;
  if ((lossReads as number) > (batch as number)) return undefined;
  const known = (first as number | undefined) ?? records[0]?.loss;
  return {
    ...(stored as unknown as Progress),
    ...(known !== undefined && { first: known }),
    history: records as EpochRecord[],
  };
}

function readEpoch(value: unknown): EpochRecord | undefined {
  if (!isRecord(value)) return undefined;
  const { epoch, step, loss, rate, evaluation } = value;
  if (!isCount(epoch) || !isCount(step) || !isFiniteNumber(loss) || !isFiniteNumber(rate) || rate < 0) return undefined;
  if (evaluation === undefined) return value as unknown as EpochRecord;
  if (!isRecord(evaluation) || !isCount(evaluation.count) || !isFiniteNumber(evaluation.loss)) return undefined;
  const error = evaluation.error === null ? Number.NaN : evaluation.error;
  if (typeof error !== "number" || error < 0 || error > 1) return undefined;
  return { ...(value as unknown as EpochRecord), evaluation: { ...(evaluation as unknown as Evaluation), error } };
}
