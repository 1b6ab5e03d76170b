import type { Evaluation } from "../loop/evaluate";
import type { EpochRecord, Progress } from "../loop/progress";
import type { Metrics } from "../tasks/task";

type Fields = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isFiniteNumber = (value: unknown): value is number => Number.isFinite(value);

/**
 * Progress whose JSON keeps every number but NaN, which becomes null. A metric may be infinite, as r2 of targets that are all
 * equal: it is written as text.
 */
export function storable(progress: Progress): Progress {
  const written = (value: number) => (Math.abs(value) === Infinity ? String(value) : value) as number;
  const history = progress.history.map((record): EpochRecord => {
    const { metrics } = record.evaluation ?? {};
    if (!metrics) return record;
    const entries = Object.entries(metrics).map(([name, value]) => [name, written(value)] as const);
    return { ...record, evaluation: { ...record.evaluation!, metrics: Object.fromEntries(entries) } };
  });
  return { ...progress, history };
}

/** Progress read back from JSON, which has turned NaN into null; undefined if it is none. */
export function readProgress(stored: unknown): Progress | undefined {
  if (!isRecord(stored)) return undefined;
  const { step, epoch, batch, lossSum, lossReads, loss, first, seconds, history } = stored;
  if (![step, epoch, batch, lossReads].every(isCount) || ![lossSum, loss, seconds].every(isFiniteNumber))
    return undefined;
  if ((first !== undefined && !isFiniteNumber(first)) || (seconds as number) < 0 || !Array.isArray(history))
    return undefined;
  const records = history.map(readEpoch);
  const inOrder = records.every((one, i) => one && one.epoch === i + 1 && one.step >= (records[i - 1]?.step ?? 0));
  // An update may be of several batches: the run knows of how many.
  const updates = (step as number) - (records.at(-1)?.step ?? 0);
  if (!inOrder || records.length !== epoch || updates > (batch as number) || updates < Math.min(1, batch as number))
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
  const metrics = readMetrics(evaluation.metrics);
  if (metrics === undefined) return undefined;
  const read = {
    ...(evaluation as unknown as Evaluation),
    error,
    ...(evaluation.metrics !== undefined && { metrics }),
  };
  return { ...(value as unknown as EpochRecord), evaluation: read };
}

/** Metrics as {@link storable} has written them; undefined if they are none. */
function readMetrics(stored: unknown): Metrics | undefined {
  if (stored === undefined) return {};
  if (!isRecord(stored)) return undefined;
  const entries = Object.entries(stored).map(([name, value]) => {
    if (value === null) return [name, Number.NaN] as const;
    if (value === "Infinity" || value === "-Infinity") return [name, Number(value)] as const;
    return [name, value] as const;
  });
  return entries.every(([, value]) => typeof value === "number") ? (Object.fromEntries(entries) as Metrics) : undefined;
}
