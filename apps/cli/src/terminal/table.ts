/** Column of a table: its heading, and its cell in a row. */
export interface Column<Row> {
  readonly heading: string;
  readonly of: (row: Row) => string;
  /** @default "right", for numbers */
  readonly align?: "left" | "right";
}

/** Table as text: the headings, a rule, one line per row; columns are as wide as their longest cell, two spaces apart. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = [columns.map(({ heading }) => heading), ...rows.map((row) => columns.map(({ of }) => of(row)))];
  const widths = columns.map((_, j) => Math.max(...cells.map((line) => line[j]!.length)));
  const line = (texts: readonly string[]) =>
    texts
      .map((text, j) => (columns[j]!.align === "left" ? text.padEnd(widths[j]!) : text.padStart(widths[j]!)))
      .join("  ")
      .trimEnd();
  const [heading, ...body] = cells.map(line);
  return `${[heading, widths.map((width) => "─".repeat(width)).join("  "), ...body].join("\n")}\n`;
}

/** Names and values, one pair per line, with the values aligned. */
export function pairs(entries: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join("");
}
