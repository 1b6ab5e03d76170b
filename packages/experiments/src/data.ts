import { resolve } from "node:path";
import { type Dataset, subset } from "@weightcast/datasets";
import { mnist, readIdxFolder } from "@weightcast/datasets/node";
import type { RunSpec } from "./spec";

/**
 * The data set of a run, cut down to the images it asks for: seeded choices, the same for every run of one seed.
 * @param seed the run's
 * @param from what a relative folder is relative to @default the working directory
 * @throws DatasetError if a file is absent or not what it should be
 * @throws RangeError if it names no known data set, or asks for more images than there are
 */
export async function loadData(data: RunSpec["data"], seed = 0, from = process.cwd()): Promise<Dataset> {
  const { name, folder, train, test } = data;
  if (folder === undefined && name !== "mnist")
    throw new RangeError(`data: "${name}" is not embedded; only mnist is; name the folder of its IDX files`);
  const dataset = folder === undefined ? await mnist() : await readIdxFolder(resolve(from, folder), { name });
  const cut = (part: "train" | "test", count: number | undefined) => {
    const split = dataset[part];
    if (count === undefined || count === split.count) return split;
    if (count > split.count)
      throw new RangeError(`data: ${part} must be at most ${split.count}, the images of ${dataset.name}; got ${count}`);
    return subset(split, count, seed);
  };
  return { ...dataset, train: cut("train", train), test: cut("test", test) };
}
