import { stream } from "@weightcast/random";
import { checkInteger } from "../dataset";
import { fault, inputNames, isMissing, numberOf, placeOf, type TableLayout } from "./layout";
import type { Table } from "./table";

/** Rows of a table as numbers. */
export interface Rows {
  /** [count, inputs], row-major; NaN where a value is missing. */
  readonly values: Float32Array;
  /** Values in a row. */
  readonly width: number;
  readonly count: number;
}

/** Rows with what a network is to predict of each. */
export interface LabeledRows extends Rows {
  /** [count]: numbers, or class numbers if the target has classes. */
  readonly targets: Float32Array | Int32Array;
}

/** Affine change of numbers: x · scale + offset, one of each for every input. */
export interface Scaling {
  readonly scale: readonly number[];
  readonly offset: readonly number[];
}

/**
 * Rows of a table in a layout. A word that the layout does not have is none of those that it has: 0 for each of them.
 * @throws DatasetError `wrong-format` if the table lacks a column, or a value that must be a number is none
 */
export function rowsOf(table: Table, { columns }: Pick<TableLayout, "columns">): Rows {
  const width = inputNames({ columns }).length;
  const values = new Float32Array(table.rows.length * width);
  let from = 0;
  for (const { name, words } of columns) {
    const place = placeOf(table, name);
    for (const [i, row] of table.rows.entries()) {
      const [text, at] = [row[place]!, i * width + from];
      if (words)
        for (const [k, word] of words.entries()) values[at + k] = isMissing(text) ? Number.NaN : +(text === word);
      else values[at] = isMissing(text) ? Number.NaN : finite(table, name, i, text);
    }
    from += words?.length ?? 1;
  }
  return { values, width, count: table.rows.length };
}

/**
 * Rows of a table with their targets.
 * @throws DatasetError as {@link rowsOf}, and if a target is missing or of none of the classes
 */
export function labeledRowsOf(table: Table, layout: TableLayout): LabeledRows {
  const { name, classes } = layout.target;
  const place = placeOf(table, name);
  const targets = table.rows.map((row, i) => {
    const text = row[place]!;
    if (isMissing(text))
      throw fault(
        table,
        `have a value in column ${JSON.stringify(name)} of each row`,
        `none in row ${i + 1}`,
        "add it, or remove the row",
      );
    if (!classes) return finite(table, name, i, text);
    const label = classes.indexOf(text);
    if (label < 0) {
      const known = `${classes.slice(0, 10).join(", ")}${classes.length > 10 ? ", …" : ""}`;
      throw fault(table, `have one of ${known} in column ${JSON.stringify(name)}`, JSON.stringify(text), "correct it");
    }
    return label;
  });
  return { ...rowsOf(table, layout), targets: classes ? Int32Array.from(targets) : Float32Array.from(targets) };
}

function finite(table: Table, name: string, row: number, text: string): number {
  const number = numberOf(text);
  if (Number.isFinite(Math.fround(number))) return number;
  const found = `${JSON.stringify(text)} in row ${row + 1}`;
  throw fault(table, `have numbers in column ${JSON.stringify(name)}`, found, "correct it, or leave it empty");
}

/**
 * Division of rows in two: `count` of them held out, uniform without replacement, and the rest; each in the table's order.
 * @param name of the stream of random numbers
 * @param seed any safe integer
 * @throws RangeError unless `count` is an integer in [1, rows.count − 1]
 */
export function splitRows(rows: LabeledRows, count: number, name: string, seed: number) {
  checkInteger("splitRows: count", count, 1, rows.count - 1);
  const order = stream(seed, name).permutation(rows.count);
  return { rest: pick(rows, order.slice(count)), held: pick(rows, order.slice(0, count)) };
}

function pick({ values, width, targets }: LabeledRows, chosen: Uint32Array): LabeledRows {
  const count = chosen.length;
  const picked = { values: new Float32Array(count * width), targets: targets.slice(0, count) };
  for (const [row, index] of chosen.sort().entries()) {
    picked.values.set(values.subarray(index * width, (index + 1) * width), row * width);
    picked.targets[row] = targets[index]!;
  }
  return { ...picked, width, count };
}

/**
 * Scaling that gives every column of some rows mean 0 and deviation 1 (that of the population), missing values aside. A column of
 * one value becomes 0.
 */
export function standardizeRows({ values, width, count }: Rows): Scaling {
  const columns = Array.from({ length: width }, (_, column) => {
    let [known, mean, squares] = [0, 0, 0];
    for (let at = column; at < count * width; at += width) {
      const value = values[at]!;
      if (Number.isNaN(value)) continue;
      known++;
      const before = value - mean;
      mean += before / known;
      squares += before * (value - mean);
    }
    return { mean, deviation: Math.sqrt(squares / Math.max(1, known)) || 1 };
  });
  return {
    scale: columns.map(({ deviation }) => 1 / deviation),
    offset: columns.map(({ mean, deviation }) => -mean / deviation),
  };
}

/** Scaled values of rows, [count, inputs]; a missing one is 0, which is the mean of its column. */
export function scaledRows({ values, width }: Rows, { scale, offset }: Scaling): Float32Array {
  return values.map((value, at) => (Number.isNaN(value) ? 0 : value * scale[at % width]! + offset[at % width]!));
}
