import { DatasetError } from "../error";
import type { Table } from "./table";

/** Column of a table, as inputs of a network. */
export interface ColumnLayout {
  readonly name: string;
  /** Words that it may hold, each of which is an input, 1 where it stands and otherwise 0. Absent for a column of numbers, which is one input. */
  readonly words?: readonly string[];
}

/** What a table's numbers are to a network. */
export interface TableLayout {
  /** Columns that the network takes, in their order. */
  readonly columns: readonly ColumnLayout[];
  readonly target: {
    /** Column to predict. */
    readonly name: string;
    /** Its words in alphabetical order, or its whole numbers from the smallest on, to tell apart; absent for numbers to predict. */
    readonly classes?: readonly string[];
  };
}

/** Options of {@link layoutOf}. */
export interface LayoutOptions {
  /** Column to predict. */
  readonly target: string;
  /** Columns to leave out, such as names and numbers of rows. @default none */
  readonly ignore?: readonly string[];
  /** Whether the target's values are classes or numbers. @default "regression" if all of them are numbers */
  readonly task?: "classification" | "regression";
}

/** Most words of a column: more of them are names of rows rather than kinds of things. */
const mostWords = 100;

const missing = new Set(["", "?", "na", "n/a", "nan", "null"]);

/** Whether a value is missing: nothing, or `NA`, `N/A`, `NaN`, `null` or `?`. */
export const isMissing = (text: string): boolean => missing.has(text.toLowerCase());

/** Number that a text is; NaN for anything else. */
export const numberOf = (text: string): number => (/^[-+.\d]/.test(text) ? Number(text) : Number.NaN);

const isNumber = (text: string): boolean => Number.isFinite(numberOf(text));

/**
 * Layout of a table: a column whose values are all numbers is one input, any other an input for each of its words (one-hot).
 * @throws DatasetError `wrong-format` if there is no such column, or one has no values, or too many words
 */
export function layoutOf(table: Table, { target, ignore = [], task }: LayoutOptions): TableLayout {
  for (const name of [target, ...ignore]) placeOf(table, name);
  const inputs = table.columns.filter((name) => name !== target && !ignore.includes(name));
  if (inputs.length === 0)
    throw fault(table, "have a column besides the target", `only ${target}`, "leave fewer columns out");
  const predicted = targetOf(table, target, task);
  return { columns: inputs.map((name) => columnOf(table, name)), target: predicted };
}

/** Inputs that a layout gives: one for a column of numbers, `name=word` for each word. */
export const inputNames = ({ columns }: Pick<TableLayout, "columns">): readonly string[] =>
  columns.flatMap(({ name, words }) => words?.map((word) => `${name}=${word}`) ?? [name]);

/** Place of a column. @throws DatasetError if there is none of this name */
export function placeOf(table: Table, name: string): number {
  const place = table.columns.indexOf(name);
  if (place >= 0) return place;
  const some = `${table.columns.slice(0, 10).join(", ")}${table.columns.length > 10 ? ", …" : ""}`;
  throw fault(table, `have a column ${JSON.stringify(name)}`, some, "name one of its columns");
}

function columnOf(table: Table, name: string): ColumnLayout {
  const values = valuesOf(table, name);
  if (values.length === 0)
    throw fault(table, `have values in column ${JSON.stringify(name)}`, "none", "leave it out (ignore)");
  if (values.every(isNumber)) return { name };
  const words = [...new Set(values)].sort(byName);
  if (words.length > mostWords)
    throw fault(
      table,
      `have at most ${mostWords} different words in column ${JSON.stringify(name)}`,
      `${words.length}, such as ${JSON.stringify(words[0])}`,
      "leave it out (ignore), or correct what is no number in it",
    );
  return { name, words };
}

function targetOf(table: Table, name: string, task: LayoutOptions["task"]): TableLayout["target"] {
  const values = valuesOf(table, name);
  const wrong = values.find((value) => !isNumber(value));
  if (task === undefined ? wrong === undefined : task === "regression") {
    if (wrong === undefined) return { name };
    const advice = "correct it, or choose the task classification";
    throw fault(table, `have numbers in column ${JSON.stringify(name)}`, JSON.stringify(wrong), advice);
  }
  const classes = [...new Set(values)].sort(wrong === undefined ? (a, b) => Number(a) - Number(b) : byName);
  if (classes.length >= 2 && classes.length <= mostWords) return { name, classes };
  throw fault(
    table,
    `have from 2 to ${mostWords} different values in column ${JSON.stringify(name)} to tell apart`,
    `${classes.length}`,
    wrong === undefined ? "choose the task regression" : "see that it is the right column",
  );
}

const byName = (a: string, b: string): number => (a < b ? -1 : 1);

/** Values of a column that are not missing. */
function valuesOf(table: Table, name: string): string[] {
  const place = placeOf(table, name);
  return table.rows.map((row) => row[place]!).filter((value) => !isMissing(value));
}

/** Error about a table. */
export const fault = ({ where }: Pick<Table, "where">, rule: string, found: string, advice: string): DatasetError =>
  new DatasetError("wrong-format", { file: where, rule, found, advice });
