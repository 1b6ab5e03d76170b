import { printable } from "@weightcast/types";
import type { ListedRun } from "./record-state";
import { type FieldValue, fieldOf, type SpecifiedRun, specFields } from "./run-field";

/** Setting in which runs differ: its value in each of them as text; absent where a run has no such field. */
export interface Difference {
  readonly field: string;
  readonly values: readonly (string | undefined)[];
}

/** Settings in which runs differ, in the order of the specification. */
export function differencesOf(runs: readonly SpecifiedRun[]): readonly Difference[] {
  const fields = runs.map((run) => new Map(specFields(run).map(([path, value]) => [path, printable(String(value))])));
  const paths = [...new Set(fields.flatMap((map) => [...map.keys()]))];
  return paths
    .map((field) => ({ field, values: fields.map((map) => map.get(field)) }))
    .filter(({ values }) => new Set(values).size > 1);
}

/**
 * Runs in the order of a field, the smallest first; runs without it come last.
 * @throws RangeError if there are runs, and none has the field
 */
export function sortedBy(runs: readonly ListedRun[], field: string): readonly ListedRun[] {
  const keyed = runs.map((run) => ({ run, key: fieldOf(run, field)[0] }));
  if (keyed.length > 0 && keyed.every(({ key }) => key === undefined))
    throw new RangeError(`${field}: none of these runs has this field`);
  return keyed.sort((a, b) => order(a.key, b.key)).map(({ run }) => run);
}

function order(a: FieldValue | undefined, b: FieldValue | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return a === b ? 0 : a! < b! ? -1 : 1;
}
