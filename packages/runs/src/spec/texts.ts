import { datasetNames } from "@weightcast/datasets/catalog";

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

/** Data of a run: a published data set by its name, or a folder of images. */
export interface DataText {
  readonly name: string;
  readonly folder?: string;
}

/** Data by the name of a published data set, or else by the path of a folder, which gives the images their name. */
export function dataOf(text: string): DataText {
  if (text.trim() === "") throw new RangeError(`must be one of ${datasetNames.join(", ")}, or a folder of images`);
  return datasetNames.includes(text) ? { name: text } : { name: nameOfFolder(text), folder: text };
}

/**
 * Name of the images in a folder: the last part of its path, or `folder cifar10` if that is a published data set's, because the
 * contents of a folder cannot be verified as the published ones.
 */
export function nameOfFolder(path: string): string {
  const last = path.split(/[\\/]/).findLast((part) => /[^.]/.test(part)) ?? path;
  return datasetNames.includes(last) ? `folder ${last}` : last;
}
