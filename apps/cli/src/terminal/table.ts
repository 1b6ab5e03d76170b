import { hanging, longestWord, padded, widthOf, wrap } from "./wrap";

/** Column of a table: its heading, and its cell in a row. */
export interface Column<Row> {
  readonly heading: string;
  readonly of: (row: Row) => string;
  /** @default "right", for numbers */
  readonly align?: "left" | "right";
  /** Whether it tells which row this is: then each part of a divided table has it. @default only the first column does */
  readonly key?: true;
}

/** Column with its cells as text. */
interface Cells {
  readonly key: boolean;
  readonly heading: string;
  readonly cells: readonly Cell[];
  readonly align: "left" | "right";
}

/** Cell, and whether it is one line: most are, and a long list is to be written fast. */
interface Cell {
  readonly text: string;
  readonly width: number;
  readonly isLine: boolean;
}

/** Spaces between columns. */
const gap = 2;

/**
 * Table as text: the headings, a rule, one line per row; columns are as wide as their longest cell, two spaces apart. If it is wider
 * than the terminal, headings are broken between words, then texts; if that is not enough, the columns that do not fit stand in
 * further tables below, each with the columns that tell the rows apart. Numbers and words are never broken.
 * @param width of the terminal, in characters @default Infinity, for logs and pipes
 */
export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width = Number.POSITIVE_INFINITY,
): string {
  const all = columns.map(({ heading, of, align = "right", key = false }, j) => ({
    ...{ heading, align, key: key || j === 0 },
    cells: rows.map((row) => cellOf(of(row))),
  }));
  return parts(all, width)
    .map((part) => block(part, widthsOf(part, width)))
    .join("\n");
}

const cellOf = (text: string): Cell => ({ text, width: widthOf(text), isLine: !text.includes("\n") });

/** Columns divided into tables that fit. */
function parts(columns: readonly Cells[], width: number): readonly (readonly Cells[])[] {
  if (width === Number.POSITIVE_INFINITY) return [columns];
  const keys = columns.filter(({ key }) => key);
  const fitting: Cells[][] = [[...keys]];
  for (const column of columns.filter(({ key }) => !key)) {
    const last = fitting.at(-1)!;
    if (last.length === keys.length || total([...last, column].map(leastOf)) <= width) last.push(column);
    else fitting.push([...keys, column]);
  }
  return fitting;
}

const total = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width + gap, -gap);

/** Smallest width of a column: texts may be broken between words, numbers not. */
const leastOf = ({ heading, cells, align }: Cells): number =>
  largest(longestWord(heading), cells, align === "left" ? ({ text }) => longestWord(text) : ({ width }) => width);

const largest = (least: number, cells: readonly Cell[], of: (cell: Cell) => number): number =>
  cells.reduce((most, cell) => Math.max(most, of(cell)), least);

/** Widths of columns that fit: as wide as they like to be if there is room, the widest made narrower first if not. */
function widthsOf(columns: readonly Cells[], width: number): readonly number[] {
  const widths = columns.map(({ heading, cells }) => largest(widthOf(heading), cells, ({ width }) => width));
  if (total(widths) <= width) return widths;
  const least = columns.map(leastOf);
  while (total(widths) > width) {
    const loose = widths.map((one, j) => (one > least[j]! ? one : 0));
    const widest = Math.max(...loose);
    if (widest === 0) break;
    widths[loose.indexOf(widest)]!--;
  }
  return widths;
}

function block(columns: readonly Cells[], widths: readonly number[]): string {
  const line = (cells: readonly Cell[]): string =>
    cells
      .map(({ text, width }, j) => {
        const spaces = " ".repeat(Math.max(0, widths[j]! - width));
        return columns[j]!.align === "left" ? `${text}${spaces}` : `${spaces}${text}`;
      })
      .join(" ".repeat(gap))
      .trimEnd();
  const row = (cells: readonly Cell[], align: "top" | "bottom"): readonly string[] => {
    if (cells.every(({ width, isLine }, j) => isLine && width <= widths[j]!)) return [line(cells)];
    const texts = cells.map(({ text }, j) => wrap(text, widths[j]!).split("\n"));
    const height = Math.max(...texts.map(({ length }) => length));
    return Array.from({ length: height }, (_, i) =>
      line(texts.map((lines) => cellOf(lines[align === "top" ? i : i - height + lines.length] ?? ""))),
    );
  };
  const lines = [
    ...row(
      columns.map(({ heading }) => cellOf(heading)),
      "bottom",
    ),
    widths.map((width) => "─".repeat(width)).join(" ".repeat(gap)),
    ...columns[0]!.cells.flatMap((_, i) =>
      row(
        columns.map(({ cells }) => cells[i]!),
        "top",
      ),
    ),
  ];
  return `${lines.join("\n")}\n`;
}

/**
 * Names and values, one pair per line, with the values aligned.
 * @param width of the terminal, between whose words longer values are broken @default Infinity, for logs and pipes
 */
export function pairs(
  entries: readonly (readonly [name: string, value: string])[],
  width = Number.POSITIVE_INFINITY,
): string {
  const indent = Math.max(...entries.map(([name]) => widthOf(name))) + gap;
  return entries.map(([name, value]) => `${padded(name, indent, "left")}${hanging(value, indent, width)}\n`).join("");
}
