import { type Stats, statSync } from "node:fs";
import { basename, isAbsolute, join, relative, resolve } from "node:path";
import { datasetNames } from "@weightcast/datasets/catalog";
import { type DataText, dataOf, isRelativePath, type RunSpec, resolveRun } from "@weightcast/runs/spec";
import { usageError } from "../errors";
import { didYouMean, unknownName } from "./suggest";
import { asObject, type Unchecked } from "./unchecked";

/**
 * Data that `--data` names: a published data set, or a folder with the name under which its results are reported.
 * @param called value of --data-name @default the folder's name, or `folder cifar10` if that is the name of a data set
 * @throws a usage error if a published data set is given another name, or a folder the name of a published data set
 */
export function dataInput(text: string, called?: string): DataText {
  const data = dataText(text);
  if (called === undefined) return data;
  if ((data.folder ?? data.table) === undefined)
    throw usageError(`--data-name is for a folder; ${text} already has a name`);
  if (datasetNames.includes(called))
    throw usageError(
      `--data-name must be a name of your own for the images in a folder; ${called} is the published data set, which --data ${called} downloads`,
    );
  return { ...data, name: called };
}

/**
 * Data that `--data` names in place of those that a network was trained with; undefined without it. Of a table only the file is new: its
 * columns are the network's.
 * @throws a usage error if there are no such data
 */
export function otherData(
  { data: named, size }: { readonly data?: string; readonly size?: number | readonly number[] },
  folder: string,
): RunSpec["data"] | undefined {
  if (named === undefined) return undefined;
  const input = dataInput(named);
  const data =
    input.table === undefined
      ? resolveRun({ data: { ...input, ...(size !== undefined && { size }) } }).data
      : { ...input, samples: 1 };
  checkData(data, folder);
  return data;
}

function dataText(text: string): DataText {
  try {
    return dataOf(text);
  } catch (error) {
    throw usageError(`--data ${(error as Error).message}`);
  }
}

/** Run with its relative paths, which start from the folder `from`, rewritten to start from the folder `to`. */
export function withPathsFrom(input: Unchecked, from: string, to: string): Unchecked {
  const move = (path: unknown) =>
    typeof path !== "string" || isAbsolute(path) ? path : `./${relative(to, join(from, path)).replaceAll("\\", "/")}`;
  const { use, data, from: start, teacher } = input;
  const { folder, table } = asObject(data);
  const taught = asObject(teacher).from;
  return {
    ...input,
    ...(start !== undefined && { from: move(start) }),
    ...(taught !== undefined && { teacher: { ...asObject(teacher), from: move(taught) } }),
    ...(Array.isArray(use) && { use: use.map((path) => (isRelativePath(String(path)) ? move(path) : path)) }),
    ...((folder ?? table) !== undefined && {
      data: {
        ...asObject(data),
        ...(folder !== undefined && { folder: move(folder) }),
        ...(table !== undefined && { table: move(table) }),
      },
    }),
  };
}

/** What is at a path: nothing, something that can't be looked at, or its status. */
export function statusOf(path: string): Stats | "unreadable" | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return "unreadable";
  }
}

/**
 * Checks, before anything is loaded, that a run's data are a published data set or can be in the folder or file it names.
 * @throws a usage error with a suggestion for a misspelled data set, or if the folder is a file, a pipe or the like
 */
export function checkData({ name, folder, table }: RunSpec["data"], from: string): void {
  if (table !== undefined) {
    checkTable(table, from);
    return;
  }
  if (folder === undefined) {
    if (!datasetNames.includes(name))
      throw usageError(`${unknownName("data set", name, datasetNames)}, or the folder of your images`);
    return;
  }
  const found = statusOf(resolve(from, folder));
  if (found === "unreadable") return; // its reader says why
  if (!found)
    throw usageError(
      `there is no data set or folder "${folder}"${didYouMean(basename(folder), datasetNames)}; data sets: ${datasetNames.join(", ")}`,
    );
  if (!found.isDirectory())
    throw usageError(`data: ${folder} is not a folder; name the folder of your images, or a table as FILE.csv`);
}

function checkTable(table: string, from: string): void {
  const found = statusOf(resolve(from, table));
  if (!found) throw usageError(`data: there is no table "${table}"; name a CSV file`);
  if (found !== "unreadable" && !found.isFile()) throw usageError(`data: ${table} is not a file; name a CSV file`);
}
