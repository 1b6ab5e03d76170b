import { isAbsolute, join, relative } from "node:path";
import { datasetNames } from "@weightcast/datasets/catalog";
import { isRelativePath } from "@weightcast/runs/spec";
import { usageError } from "../errors";
import { asObject, type Unchecked } from "./unchecked";

/** Data of a run: a published data set, or a folder and the name of its images. */
export interface DataInput {
  readonly name: string;
  readonly folder?: string;
}

/**
 * Data that `--data` names: a published data set, or a folder with the name under which its results are reported.
 * @param called value of --data-name @default the folder's name, or `folder cifar10` if that is the name of a data set
 * @throws a usage error if a published data set is given another name, or a folder the name of a published data set
 */
export function dataOf(name: string, called?: string): DataInput {
  if (datasetNames.includes(name)) {
    if (called !== undefined) throw usageError(`--data-name is for a folder; ${name} already has a name`);
    return { name };
  }
  if (called !== undefined && datasetNames.includes(called))
    throw usageError(
      `--data-name must be a name of your own for the images in a folder; ${called} is the published data set, which --data ${called} downloads`,
    );
  const last = lastPart(name);
  return { name: called ?? (datasetNames.includes(last) ? `folder ${last}` : last), folder: name };
}

const lastPart = (path: string): string =>
  path
    .split(/[\\/]/)
    .filter((part) => !["", "."].includes(part))
    .at(-1) ?? path;

/** Run with its relative paths, which start from the folder `from`, rewritten to start from the folder `to`. */
export function withPathsFrom(input: Unchecked, from: string, to: string): Unchecked {
  const move = (path: unknown) =>
    typeof path !== "string" || isAbsolute(path) ? path : `./${relative(to, join(from, path)).replaceAll("\\", "/")}`;
  const { use, data } = input;
  const { folder } = asObject(data);
  return {
    ...input,
    ...(Array.isArray(use) && { use: use.map((path) => (isRelativePath(String(path)) ? move(path) : path)) }),
    ...(folder !== undefined && { data: { ...asObject(data), folder: move(folder) } }),
  };
}
