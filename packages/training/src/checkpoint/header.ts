import { type Json, sizeOf } from "@weightcast/types";
import type { Progress } from "../loop/progress";
import type { CheckpointArrays } from "./arrays";
import { isCount, isRecord, readProgress } from "./records";

/** Name and shape of an array whose values follow the header. */
export interface ArrayHeader {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Header of a checkpoint: everything except the values of its arrays, which follow in the same order. */
export interface Header extends CheckpointArrays<ArrayHeader> {
  readonly identity: Json;
  readonly progress: Progress;
}

/** Header in the bytes of its JSON, or the reason why it is none. */
export function readHeader(bytes: Uint8Array): Header | string {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return "its header must be JSON in UTF-8";
  }
  if (!isRecord(header)) return "its header must be a JSON object";
  const { identity, progress, weights, slots, buffers, averages, best } = header;
  if (identity === undefined) return "it must have an identity";
  if (!areArrays(weights) || !areArrays(buffers)) return "its weights and buffers must be lists of names and shapes";
  if (!Array.isArray(slots) || !slots.every(areArrays)) return "its slots must be lists of names and shapes";
  const same = (one: ArrayHeader, other: ArrayHeader) => String(one.shape) === String(other.shape);
  if (slots.length !== weights.length || !slots.every((arrays, i) => arrays.every((one) => same(one, weights[i]!))))
    return "its slots must have the shapes of the weights";
  const alike = (value: unknown, others: readonly ArrayHeader[]): value is ArrayHeader[] =>
    areArrays(value) && value.length === others.length && value.every((one, i) => same(one, others[i]!));
  if (averages !== undefined && !alike(averages, weights)) return "its averages must have the shapes of the weights";
  if (best !== undefined && !(isRecord(best) && alike(best.weights, weights) && alike(best.buffers, buffers)))
    return "its best epoch must have arrays of the shapes of the weights and buffers";
  const read = readProgress(progress);
  if (!read) return "its progress must hold counts, and an entry for each epoch";
  return {
    ...{ identity: identity as Json, progress: read, weights, slots, buffers },
    ...(averages !== undefined && { averages: averages as ArrayHeader[] }),
    ...(isRecord(best) && { best: { weights: best.weights as ArrayHeader[], buffers: best.buffers as ArrayHeader[] } }),
  };
}

const areArrays = (value: unknown): value is ArrayHeader[] => Array.isArray(value) && value.every(isArray);

function isArray(value: unknown): value is ArrayHeader {
  if (!isRecord(value) || typeof value.name !== "string") return false;
  const { shape } = value;
  // Sizes whose product is no safe integer could pass as another size.
  return Array.isArray(shape) && shape.every(isCount) && Number.isSafeInteger(4 * sizeOf(shape));
}
