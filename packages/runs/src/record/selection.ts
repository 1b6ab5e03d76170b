import type { ListedRun } from "./record-state";
import { type FieldValue, fieldNames, fieldOf } from "./run-field";

const operators = ["!=", "<=", ">=", "=", "<", ">"] as const;
type Operator = (typeof operators)[number];

/** Condition on a run: one of its values is in some relation to one of those given. */
export interface Filter {
  /** As it was written. */
  readonly text: string;
  readonly field: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}

/** Selection of runs: those with one of these identities, if there are any, that fulfill all conditions. */
export interface Selection {
  /** Beginnings of identities, of at least 4 digits. */
  readonly ids: readonly string[];
  readonly filters: readonly Filter[];
}

/**
 * Selection from words: identities or their beginnings, `1f3a`, and conditions, `method=SE-*`, `seed=1,2`, `testError<2%`, `tag!=old`. In a
 * text, * stands for any letters; several values between commas are alternatives.
 * @throws RangeError for a word that is neither
 */
export function selectionOf(words: readonly string[]): Selection {
  const ids = words.filter((word) => /^[0-9a-f]{4,12}$/.test(word));
  return { ids, filters: words.filter((word) => !ids.includes(word)).map(filterOf) };
}

function filterOf(text: string): Filter {
  const [, field, operator, rest] = /^([\w.-]+)(!=|<=|>=|=|<|>)(.*)$/s.exec(text) ?? [];
  if (!field || !operator)
    throw new RangeError(
      `selection: must be identities of runs, of which 4 digits suffice, or conditions such as method=SE-Emp, seed=1,2, testError<0.02, tag=best; got ${JSON.stringify(text)}`,
    );
  const filter: Filter = {
    text,
    field,
    operator: operator as Operator,
    values: rest!.split(",").map((part) => part.trim()),
  };
  if (isOrder(filter.operator) && (filter.values.length > 1 || filter.values[0] === ""))
    throw new RangeError(`selection: ${operator} must be followed by one value; got ${JSON.stringify(text)}`);
  return filter;
}

const isOrder = (operator: Operator): boolean => operator.includes("<") || operator.includes(">");

/**
 * Runs of a selection, in their order.
 * @throws RangeError for an identity that no run has, or one that several have, and for a field that none of the runs has
 */
export function selectRuns(runs: readonly ListedRun[], { ids, filters }: Selection): readonly ListedRun[] {
  for (const id of ids) {
    const found = runs.filter(({ end }) => end.id.startsWith(id));
    if (found.length === 0) throw new RangeError(`selection: no run in the record begins with ${id}`);
    if (found.length > 1)
      throw new RangeError(
        `selection: ${id} must be the beginning of one run; got ${found.map(({ end }) => end.id).join(", ")}`,
      );
  }
  for (const { field, text } of filters)
    if (runs.length > 0 && !fieldNames.includes(field) && !runs.some((run) => fieldOf(run, field).length > 0))
      throw new RangeError(
        `selection: ${text}: must name a field that a run has: ${fieldNames.join(", ")}, or the path of one in a configuration file, such as training.batchSize`,
      );
  const named = ids.length === 0 ? runs : runs.filter(({ end }) => ids.some((id) => end.id.startsWith(id)));
  return named.filter((run) => filters.every((filter) => fulfills(run, filter)));
}

function fulfills(run: ListedRun, { field, operator, values }: Filter): boolean {
  const own = fieldOf(run, field);
  if (operator === "!=") return !own.some((value) => values.some((given) => isEqual(value, given)));
  if (operator === "=") return own.some((value) => values.some((given) => isEqual(value, given)));
  return own.some((value) => isInOrder(value, operator, values[0]!));
}

function isEqual(value: FieldValue, given: string): boolean {
  if (typeof value === "number") return value === numberIn(given);
  if (typeof value !== "string" || !given.includes("*")) return String(value) === given;
  const parts = given.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(value);
}

function isInOrder(value: FieldValue, operator: Operator, given: string): boolean {
  const [a, b] = typeof value === "number" ? [value, numberIn(given)] : [String(value), given];
  if (operator === "<") return a < b;
  if (operator === ">") return a > b;
  return operator === "<=" ? a <= b : a >= b;
}

/** Number in a text, 0.02 or 2%; NaN if it is none, which no number is equal to. */
function numberIn(text: string): number {
  const [, digits, sign] = /^([^%]+)(%?)$/.exec(text) ?? [];
  return digits === undefined || digits.trim() === "" ? Number.NaN : Number(digits) / (sign === "%" ? 100 : 1);
}
