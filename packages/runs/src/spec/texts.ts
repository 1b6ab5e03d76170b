import { datasetNames, isTableFile, tableName } from "@weightcast/datasets/catalog";

/*
 * Parsers of values that people write as text, the same in a flag and in a configuration file. Each throws a RangeError whose
 * message is the rule: "must be …".
 */

/** Share in (0, 1], written as a number, or as a fraction such as "2/9" if it has no finite decimal. */
export function shareOf(text: string): number {
  const parts = text.split("/").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  const [numerator, denominator = 1] = parts;
  const value = numerator! / denominator;
  if (parts.length > 2 || !(value > 0 && value <= 1))
    throw new RangeError("must be in (0, 1], a number or a fraction such as 2/9");
  return value;
}

/** Units of hidden layers: positive integers separated by commas, such as "500,500". */
export function unitsOf(text: string): number[] {
  const units = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (!units.every((count) => Number.isSafeInteger(count) && count >= 1))
    throw new RangeError("must be positive integers separated by commas, such as 500,500");
  return units;
}

/** Data of a run: a published data set by its name, a folder of images, or a table. */
export interface DataText {
  readonly name: string;
  readonly folder?: string;
  readonly table?: string;
}

/** Data by the name of a published data set, or else by the path of a CSV file or a folder, which gives the data their name. */
export function dataOf(text: string): DataText {
  if (text.trim() === "")
    throw new RangeError(`must be one of ${datasetNames.join(", ")}, a folder of images, or a CSV file`);
  if (datasetNames.includes(text)) return { name: text };
  return isTableFile(text) ? { name: nameOfTable(text), table: text } : { name: nameOfFolder(text), folder: text };
}

/** Names of columns separated by commas, such as "id,name". */
export const columnsOf = (text: string): string[] =>
  text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

/** Name of a table: that of its file without its end, or `table cifar10` if that is a published data set's. */
export const nameOfTable = (path: string): string => named("table", tableName(path));

/**
 * Name of the images in a folder: the last part of its path, or `folder cifar10` if that is a published data set's, because the
 * contents of a folder cannot be verified as the published ones.
 */
export function nameOfFolder(path: string): string {
  const last = path.split(/[\\/]/).findLast((part) => /[^.]/.test(part)) ?? path;
  return named("folder", last);
}

const named = (kind: "folder" | "table", name: string): string =>
  datasetNames.includes(name) ? `${kind} ${name}` : name;
