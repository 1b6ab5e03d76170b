/** Value of a cell: what it says, as a plain number if it is one, its unit, and the deviation that stands behind ±. */
interface Value {
  readonly text: string;
  /** All that the cell shows. */
  readonly shown: string;
  readonly number: boolean;
  readonly unit: string;
  readonly deviation: string;
}

const numberIn = /^(?:[▲▼] )?([+−-]?[\d,]+(?:\.\d+)?)(%| kB)?(?: ± ([\d.]+)(%)?)?$/;

/**
 * Table as comma-separated values (RFC 4180), for other programs: numbers are plain, without thousands separators; the unit of a
 * column stands in its heading; the deviations of "2.10 ± 0.12" have a column of their own; "–" is empty.
 * @param headings HTML
 * @param rows cells of each row, HTML
 */
export function csvOf(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => cellsOf(row.join("")).map(valueIn));
  const columns = headings.map((heading, j) => {
    const values = cells.map((row) => row[j]!);
    const given = values.filter(({ text }) => text !== "");
    const unit = given.find((value) => value.unit)?.unit ?? "";
    // One unit for all numbers, or the cells as they are.
    const plain = given.every((value) => value.number && value.unit === unit);
    const name = `${textOf(heading)}${plain && unit ? `, ${unit}` : ""}`;
    const column = [name, ...values.map(({ text, shown, unit: own }) => (plain || !own ? text : shown))];
    return values.some(({ deviation }) => deviation)
      ? [column, [`${name}, ±`, ...values.map(({ deviation }) => deviation)]]
      : [column];
  });
  const all = columns.flat();
  const lines = Array.from({ length: rows.length + 1 }, (_, i) => all.map((column) => quoted(column[i]!)).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

/** Cells of a row: a string of HTML may hold several. */
const cellsOf = (row: string): string[] => [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => cell!);

function valueIn(cell: string): Value {
  const text = textOf(cell);
  const [, value, unit = "", deviation = ""] = numberIn.exec(text) ?? [];
  if (value === undefined)
    return { text: text === "–" ? "" : text, shown: text, number: false, unit: "", deviation: "" };
  return {
    text: value.replaceAll(",", "").replace("−", "-").replace("+", ""),
    shown: text,
    number: true,
    unit: unit.trim(),
    deviation,
  };
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };

/** Text of HTML without elements other than those that this package writes. */
const textOf = (html: string): string =>
  html
    .replace(/<[^>]*>/g, "")
    .replace(/&(amp|lt|gt|quot);/g, (_, name: string) => entities[name]!)
    .trim();

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
