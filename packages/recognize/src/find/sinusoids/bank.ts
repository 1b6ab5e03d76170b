import { concatenate, indices, reshape, take, type Value } from "../../expression/value";
import type { Draft, Finder, Numbers } from "../finding";
import { axesOf, rowsAlong } from "../rows";
import { fitWave } from "./fit";
import { type FittedRow, type Part, partBytes, partFormula, partOf, partRecipe } from "./part";
import { titleOf } from "./title";
import { type Alignment, type Place, type Window, windows, windowValues } from "./windows";

/** Entries of a row that are not 0, at least: fewer could be anything. */
const shortest = 8;

/** Window of a bank, with a place that may differ by row. */
interface Style {
  readonly window: Window;
  readonly alignment: Alignment;
}

/** Bank of windowed sinusoids along one of a tensor's axes. */
export const findSinusoids: Finder = (numbers) => {
  const { shape } = numbers.tensor;
  if (!numbers.tensor.type.includes("float") || numbers.values.some((value) => !Number.isFinite(value)))
    return undefined;
  for (const axis of axesOf(shape)) {
    if (shape[axis]! < shortest) continue;
    const found = alongAxis(numbers, axis);
    if (found) return found;
  }
  return undefined;
};

function alongAxis({ tensor, values, tolerance }: Numbers, axis: number): Draft | undefined {
  const { rows, count, shaped } = rowsAlong(tensor.shape, axis, values);
  const style = styleOf(rows, tolerance);
  if (!style) return undefined;
  const { window, alignment } = style;
  const fitted: FittedRow[] = [];
  for (const row of rows) {
    const one = fitRow(row, style, fitted.findLast(({ place }) => place)?.place, tolerance);
    if (!one) return undefined;
    fitted.push(one);
  }
  const bytes = (part: Part) => partBytes(part, window, alignment, count);
  const layouts = layoutsOf(rows.length).map((layout) => {
    const parts = layout.map((part) =>
      partIn(
        part.map((k) => fitted[k]!),
        style,
        count,
        tolerance,
      ),
    );
    return { layout, parts, bytes: parts.reduce((sum, part) => sum + bytes(part), 0) };
  });
  const { layout, parts } = layouts.reduce((best, one) => (one.bytes < best.bytes ? one : best));
  return {
    kind: "sinusoids",
    title: titleOf(parts, window, count),
    recipe: { ...{ axis, window: window.name, alignment, samples: count }, parts: parts.map(partRecipe) },
    formula: (precision) =>
      shaped(
        merged(
          layout,
          parts.map((part) => partFormula(part, window, alignment, count, precision)),
          count,
        ),
      ),
  };
}

const partIn = (rows: readonly FittedRow[], { window, alignment }: Style, count: number, tolerance: number): Part =>
  partOf(rows, window, alignment, count, tolerance);

/** Ways in which rows may be divided: not at all, into halves, or alternately. */
function layoutsOf(rows: number): readonly (readonly (readonly number[])[])[] {
  const all = Array.from({ length: rows }, (_, k) => k);
  if (rows < 4 || rows % 2 === 1) return [[all]];
  const half = rows / 2;
  return [
    [all],
    [all.slice(0, half), all.slice(half)],
    [all.filter((k) => k % 2 === 0), all.filter((k) => k % 2 === 1)],
  ];
}

/** Rows of parts put together again. */
function merged(layout: readonly (readonly number[])[], parts: readonly Value[], count: number): Value {
  if (parts.length === 1) return whole(parts[0]!, layout[0]!.length, count);
  const rows = layout[0]!.length;
  const both = parts.map((part) => whole(part, rows, count));
  if (layout[0]![1] === 1) return concatenate(both, 0);
  const pairs = concatenate(
    both.map((part) => reshape(part, [rows, 1, count])),
    1,
  );
  return reshape(pairs, [2 * rows, count]);
}

/** All rows of a part whose formula is one row that they share. */
const whole = (part: Value, rows: number, count: number): Value =>
  part.shape[0] === rows ? part : take(reshape(part, [1, count]), indices(new Array<number>(rows).fill(0)));

/** Window that fits a row in the middle, and with it others. */
function styleOf(rows: readonly Float64Array[], tolerance: number): Style | undefined {
  const support = (row: Float64Array) => row.reduce((sum, value) => sum + Number(Math.abs(value) > tolerance), 0);
  // A row of zeros tells nothing, and one of few entries is whatever one likes.
  if (rows.some((row) => support(row) < shortest && !isZero(row, tolerance))) return undefined;
  const probes = [0.5, 0.3, 0.75, 0.1]
    .map((share) => rows[Math.floor(share * rows.length)]!)
    .filter((row) => !isZero(row, tolerance));
  const first = probes[0] ?? rows.find((row) => !isZero(row, tolerance));
  if (!first) return undefined;
  for (const window of windows)
    for (const alignment of alignmentsOf(window)) {
      const style = { window, alignment };
      if (fitRow(first, style, undefined, tolerance) && probes.every((row) => fitRow(row, style, undefined, tolerance)))
        return style;
    }
  return undefined;
}

/** A rectangle is the same in every alignment, and a window that ends in zeros in two of them. */
const alignmentsOf = ({ name, terms }: Window): readonly Alignment[] =>
  name === "rectangular" ? ["periodic"] : terms ? ["periodic", "symmetric", "half"] : ["periodic", "half"];

const isZero = (row: Float64Array, tolerance: number): boolean => row.every((value) => Math.abs(value) <= tolerance);

/** Fit of a row with a window, first at the place of another row. */
function fitRow(
  row: Float64Array,
  { window, alignment }: Style,
  like: Place | undefined,
  tolerance: number,
): FittedRow | undefined {
  if (isZero(row, tolerance)) return { values: row };
  const fitAt = (place: Place) => {
    const wave = fitWave(row, windowValues(window, alignment, place, row.length), tolerance);
    return wave && { values: row, wave, place };
  };
  const whole = { start: 0, length: row.length };
  for (const place of like ? [like, whole] : [whole]) {
    const found = fitAt(place);
    if (found) return found;
  }
  // Where a sinusoid is 0 at the ends of its window, several places fit; one does best.
  return placesOf(row)
    .flatMap((place) => fitAt(place) ?? [])
    .sort((a, b) => a.wave.difference - b.wave.difference)[0];
}

/** Places where a window may lie around what is not 0. */
function placesOf(row: Float64Array): readonly Place[] {
  const largest = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const isSome = (value: number) => Math.abs(value) > 1e-7 * largest;
  const [from, to] = [row.findIndex(isSome), row.findLastIndex(isSome)];
  const places: Place[] = [];
  for (const before of [0, 1, 2])
    for (const behind of [0, 1, 2]) {
      const [start, length] = [from - before, to + behind - (from - before) + 1];
      if (start < -1 || start + length > row.length + 1) continue;
      places.push({ start, length });
    }
  return places;
}
