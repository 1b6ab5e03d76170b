import { DatasetError } from "../error";
import { readDataFile } from "../files/data-file";
import { parseTable, type Table } from "./table";

/** Largest table that is read, in bytes: as a text it takes several times as much memory. */
const largest = 2 ** 29 - 1;

/** Ends of names of tables. */
const ends = /\.(csv|tsv|tab)(\.gz)?$/i;

/** Whether a file is a table by its name: `.csv`, `.tsv` or `.tab`, perhaps compressed by gzip. */
export const isTableFile = (file: string): boolean => ends.test(file);

/**
 * Table in a CSV file, perhaps compressed by gzip; see {@link parseTable}.
 * @throws DatasetError if it cannot be read, has more than half a gigabyte, is not text in UTF-8, or is no table
 */
export async function readTable(file: string): Promise<Table> {
  const { bytes } = await readDataFile(file, largest);
  return parseTable(textOf(bytes, file), file);
}

function textOf(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new DatasetError(
      "wrong-format",
      { file, rule: "be text in UTF-8", found: "other bytes", advice: "save it as CSV in UTF-8" },
      error,
    );
  }
}
