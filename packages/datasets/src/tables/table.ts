import { CsvError, parse } from "csv-parse/sync";
import { DatasetError } from "../error";

/** Table of texts, as a CSV file holds it. */
export interface Table {
  /** Name of the file in errors. */
  readonly where: string;
  /** Names of the columns: each one once, none empty. */
  readonly columns: readonly string[];
  /** Rows: a text for each column, "" where a value is missing. */
  readonly rows: readonly (readonly string[])[];
}

/** Separators of values, the most usual first. */
const separators = [",", ";", "\t", "|"];

/**
 * Table in the text of a CSV file (RFC 4180): values between commas, semicolons, tabs or bars, whichever the first line has most of,
 * with or without quotes. The first line holds the names of the columns. Spaces around values do not count, and nor do empty lines.
 * @param where name of the text in errors: usually the file's path
 * @throws DatasetError `wrong-format` if a line has more or fewer values than there are columns, or a name is missing or twice there;
 *   `empty` if there is no row
 */
export function parseTable(text: string, where: string): Table {
  const lines = linesOf(text, where);
  const [columns = [], ...rows] = lines;
  const wrong = (rule: string, found: string, advice: string) =>
    new DatasetError("wrong-format", { file: where, rule, found, advice });
  const names = "its first line must hold the names of the columns";
  const blank = columns.indexOf("");
  if (blank >= 0) throw wrong("have a name for each column", `none for column ${blank + 1}`, names);
  const twice = columns.find((name, i) => columns.indexOf(name) < i);
  if (twice !== undefined) throw wrong("have each column once", `${JSON.stringify(twice)} twice`, "rename one of them");
  if (rows.length === 0) {
    const found = columns.length === 0 ? "an empty file" : "only the names of the columns";
    throw new DatasetError("empty", { file: where, rule: "hold rows", found, advice: "see that it is the right file" });
  }
  return { where, columns, rows };
}

/** Values of each line that is not empty. */
function linesOf(text: string, where: string): string[][] {
  const [head = ""] = /^[^\r\n]*/.exec(text.trimStart()) ?? [];
  const bare = head.replace(/"[^"]*"/g, "");
  const times = (separator: string) => bare.split(separator).length;
  const delimiter = separators.reduce((most, one) => (times(one) > times(most) ? one : most));
  try {
    return parse(text, { delimiter, bom: true, trim: true, skip_empty_lines: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new DatasetError(
      "wrong-format",
      {
        file: where,
        rule: "be comma-separated values, each line with as many as the first",
        found: error.message.replace(/\.$/, ""),
        advice: "see the line that is named; a value that holds the separator needs quotes",
      },
      error,
    );
  }
}
