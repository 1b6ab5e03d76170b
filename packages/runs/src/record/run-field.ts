import { kindOf, scoreOf } from "../spec";
import type { RunErrors } from "./record";
import type { ListedRun } from "./record-state";
import { summarize } from "./summary";

/** Value of a field of a run, as filters compare and tables show it. */
export type FieldValue = string | number | boolean | null;

type Measured = (result: RunErrors, isValidation: boolean) => number | undefined;

const measured =
  (of: Measured) =>
  ({ end }: ListedRun): number | undefined =>
    "result" in end ? of(end.result, end.spec.data.validation !== undefined) : undefined;

const ofSummary =
  (of: (summary: ReturnType<typeof summarize>) => number) =>
  ({ end }: ListedRun): number | undefined =>
    "result" in end ? of(summarize(end)) : undefined;

const ofResult =
  (of: "testLoss" | "trainLoss" | "stepsPerSecond") =>
  ({ end }: ListedRun): number | undefined =>
    "result" in end ? end.result[of] : undefined;

/** Fields with names of their own, in the order of tables. */
const named = {
  id: ({ end }: ListedRun) => end.id,
  state: ({ end }: ListedRun) => ("result" in end ? "done" : "failed"),
  method: ({ end }: ListedRun) => end.spec.label,
  seed: ({ end }: ListedRun) => end.spec.seed,
  data: ({ end }: ListedRun) => end.spec.data.name,
  network: ({ end }: ListedRun) => end.spec.network.model,
  epochs: ({ end }: ListedRun) => end.spec.training.epochs,
  rate: ({ end }: ListedRun) => end.spec.training.rate,
  proportion: ofSummary(({ proportion }) => proportion),
  error: measured((result) => (kindOf(result) === "error" ? scoreOf(result) : undefined)),
  testError: measured(({ testError }, isValidation) => (isValidation ? undefined : testError)),
  validationError: measured(({ testError }, isValidation) => (isValidation ? testError : undefined)),
  rmse: measured(({ metrics }) => metrics?.rmse),
  testLoss: ofResult("testLoss"),
  trainLoss: ofResult("trainLoss"),
  dynamic: ofSummary(({ dynamic }) => dynamic),
  static: ofSummary((summary) => summary.static),
  stored: ofSummary(({ stored }) => stored),
  bytes: ofSummary(({ bytes }) => bytes),
  seconds: ofSummary(({ seconds }) => seconds),
  stepsPerSecond: ofResult("stepsPerSecond"),
  engine: ({ end }: ListedRun) => end.engine.engine,
  finished: ({ end }: ListedRun) => end.finished,
} as const satisfies Readonly<Record<string, (run: ListedRun) => FieldValue | undefined>>;

/** Fields of runs by name. Any other field is a path in the run's specification: `training.batchSize`. */
export const fieldNames: readonly string[] = [...Object.keys(named), "tag"];

/**
 * Values of a run's field: one, none if the run does not have it, or several of `tag`. Paths are those of a configuration file:
 * `training.rate`, `network.layers.hidden_1.columns`, and `hidden.0.columns` of mlp's first hidden layer.
 */
export function fieldOf(run: ListedRun, field: string): readonly FieldValue[] {
  if (field === "tag") return run.tags;
  const value = Object.hasOwn(named, field)
    ? named[field as keyof typeof named](run)
    : valueAt(run.end.spec, pathOf(field, run));
  return value === undefined ? [] : Array.isArray(value) ? [JSON.stringify(value)] : [value as FieldValue];
}

/** Path of a field in the specification, in which hidden layers have names. */
function pathOf(field: string, { end }: ListedRun): readonly string[] {
  const [first, index, ...rest] = field.split(".");
  if (first !== "hidden" || index === undefined || end.spec.network.model !== "mlp") return field.split(".");
  return rest.join(".") === "units"
    ? ["network", "hidden", index]
    : ["network", "layers", `hidden_${Number(index) + 1}`, ...rest];
}

/** Run that is specified, and perhaps not done. */
export interface SpecifiedRun {
  readonly end: Pick<ListedRun["end"], "spec">;
}

/** Every field of a run's specification by its path, and its value, as a table shows it. */
export function specFields({ end }: SpecifiedRun): readonly (readonly [path: string, value: FieldValue])[] {
  return leaves(end.spec, "");
}

function leaves(value: unknown, path: string): readonly (readonly [string, FieldValue])[] {
  if (value === undefined) return [];
  if (value === null || typeof value !== "object") return [[path, value as FieldValue]];
  if (Array.isArray(value)) return value.length === 0 ? [] : [[path, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`));
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  const found = path.reduce<unknown>(
    (inner, key) =>
      inner !== null && typeof inner === "object" && Object.hasOwn(inner, key) ? inner[key as never] : undefined,
    value,
  );
  return found !== null && typeof found === "object" && !Array.isArray(found) ? undefined : found;
}
