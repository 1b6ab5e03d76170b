import { type RunSpec, resolveRun, valueText } from "@weightcast/runs/spec";
import type { Json } from "@weightcast/types";
import { hasCode, usageError } from "../errors";
import { type Field, mergeRun, type StructureFlags } from "./run-input";
import { asObject, type Unchecked } from "./unchecked";

/** Values of the axes of a sweep. */
export type Values = Readonly<Record<string, Json>>;

/** Axes that choose more than one field of a run, as the flags of these names do. */
const structural = ["network", "method", "dictionary", "proportion", "columns", "data"] as const;

/**
 * Axis of a word on the command line: `training.rate=0.1,0.2`, or a range, `training.rate=0.001..1:log`, `columns=1..20:integer`.
 * @throws a usage error
 */
export function axisOf(word: string): readonly [name: string, axis: Json] {
  const [, name, text] = /^([\w.-]+)=(.+)$/s.exec(word) ?? [];
  if (!name || text === undefined)
    throw usageError(
      `${word}: must be the field of a run and its values, such as training.rate=0.1,0.2 or training.rate=0.001..1:log`,
    );
  const [, from, to, kind] = /^([^.,]+(?:\.\d+)?)\.\.([^,:]+)(?::(log|integer|linear))?$/.exec(text) ?? [];
  if (from === undefined || to === undefined) return [name, text.split(",").map((part) => scalarOf(part.trim()))];
  const [low, high] = [Number(from), Number(to)];
  if (!Number.isFinite(low) || !Number.isFinite(high))
    throw usageError(`${word}: the ends of a range must be numbers, such as 0.001..1:log`);
  return [
    name,
    { from: low, to: high, ...(kind === "integer" && { integer: true }), ...(kind === "log" && { scale: "log" }) },
  ];
}

/** Value of a text: a number, true, false, null, or the text itself. */
function scalarOf(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" ? text : (value as Json);
  } catch {
    return text;
  }
}

/**
 * Function from values of the axes to runs.
 * @param base fields of the configuration file
 * @param fields fields that flags set
 */
export function runsOf(base: Unchecked, fields: readonly Field[]): (values: Values) => Unchecked {
  return (values) => {
    const all = new Map<string, unknown>([...fields, ...Object.entries(values)]);
    const flags = Object.fromEntries(
      [...structural, "hidden", "use"]
        .filter((name) => all.has(name))
        .map((name) => [name, flagOf(name, all.get(name))]),
    ) as StructureFlags;
    const others = [...all].filter(([name]) => !Object.hasOwn(flags, name));
    const run = mergeRun(base, flags, others);
    return { ...run, label: labelOf(run.label ?? "run", values) };
  };
}

/** Value of a flag as it would be on the command line. */
const flagOf = (name: string, value: unknown): unknown =>
  name === "dictionary" && typeof value === "string" ? value.split(",") : value;

/** Label of a run among those of a sweep, which tells its setting: the values of its axes, except what is in its name anyway. */
function labelOf(label: unknown, values: Values): string {
  const told = Object.entries(values).filter(([name]) => !["seed", "method", "proportion"].includes(name));
  const text = told
    .map(([name, value]) => `${shortNames(Object.keys(values)).get(name)}=${valueText(value)}`)
    .join(" ");
  const isDefault = label === "run" && text !== "";
  return isDefault ? text : [String(label), text].filter((part) => part !== "").join(" ");
}

/** Names of axes in tables: the last part of a path, or all of it if another has the same end. */
export function shortNames(names: readonly string[]): ReadonlyMap<string, string> {
  const lastOf = (name: string) => name.split(".").at(-1)!;
  return new Map(
    names.map((name) => [
      name,
      names.filter((other) => lastOf(other) === lastOf(name)).length > 1 ? name : lastOf(name),
    ]),
  );
}

/**
 * Run of some values.
 * @throws RangeError if they make none
 */
export function runOrRangeError(runOf: (values: Values) => Unchecked, values: Values): RunSpec {
  try {
    return resolveRun(runOf(values), textOf(values));
  } catch (error) {
    if (hasCode(error, "USAGE")) throw new RangeError(`${textOf(values)}: ${(error as Error).message}`);
    throw error;
  }
}

/** Values of axes as text: "rate=0.1 columns=5". */
export function textOf(values: Values): string {
  const names = shortNames(Object.keys(values));
  return Object.entries(values)
    .map(([name, value]) => `${names.get(name)}=${valueText(value)}`)
    .join(" ");
}

/** The field `sweep` of a file with the axes and the options of the command line, which win. */
export function mergeSweep(written: unknown, axes: Readonly<Record<string, unknown>>, options: Unchecked): Unchecked {
  if (written !== undefined && written !== asObject(written))
    throw usageError(
      `sweep: must be an object with fields, such as axes; got ${JSON.stringify(written)?.slice(0, 60)}`,
    );
  const own = asObject(written);
  return { ...own, ...options, axes: { ...asObject(own.axes), ...axes } };
}
