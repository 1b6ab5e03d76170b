import type { DataFile, Dataset, Split } from "../dataset";
import { DatasetError } from "../error";
import { type IdxArray, parseIdx } from "./idx";

/** Role of one of the four files of an IDX data set. */
export type IdxRole = "trainImages" | "trainLabels" | "testImages" | "testLabels";

/** One of the four files of an IDX data set, whole and decompressed. */
export type IdxFile = DataFile;

/** Options of {@link idxDataset}. */
export interface IdxDatasetOptions {
  /** @default "idx" */
  readonly name?: string;
  /** Number of classes; labels lie in [0, classes). @default 1 + the largest training label */
  readonly classes?: number;
}

/**
 * Data set in the bytes of four IDX files: images have three axes (count, rows, columns), labels one. Images and labels
 * are views of the files' bytes.
 * @throws DatasetError if a file is malformed or the files do not fit together
 * @throws RangeError unless `classes` is an integer in [1, 256]
 */
export function idxDataset(files: Readonly<Record<IdxRole, IdxFile>>, options: IdxDatasetOptions = {}): Dataset {
  const trainImages = read(files.trainImages, 3);
  const trainLabels = read(files.trainLabels, 1);
  const testImages = read(files.testImages, 3);
  const testLabels = read(files.testLabels, 1);
  const { name = "idx", classes = 1 + trainLabels.data.reduce((most, label) => Math.max(most, label), 0) } = options;
  if (!Number.isInteger(classes) || classes < 1 || classes > 256)
    throw new RangeError(`idxDataset: classes must be an integer in [1, 256]; got ${classes}`);

  const shape = trainImages.shape.slice(1);
  if (String(testImages.shape.slice(1)) !== String(shape))
    throw new DatasetError("shape-mismatch", {
      file: files.testImages.where,
      rule: `hold images of shape ${JSON.stringify(shape)}, as ${files.trainImages.where} does`,
      found: JSON.stringify(testImages.shape.slice(1)),
      advice: "see that the four files are of one data set",
    });
  const train = join(trainImages, trainLabels, files.trainImages.where, files.trainLabels.where, classes);
  const test = join(testImages, testLabels, files.testImages.where, files.testLabels.where, classes);
  return { name, shape, classes, train, test };
}

function read({ bytes, where }: IdxFile, axes: number): IdxArray {
  const array = parseIdx(bytes, where, axes);
  if (array.data.length === 0)
    throw new DatasetError("empty", {
      file: where,
      rule: "hold at least one value",
      found: `shape ${JSON.stringify(array.shape)}`,
      advice: "see that it is the right file",
    });
  return array;
}

function join(images: IdxArray, labels: IdxArray, imagesFile: string, labelsFile: string, classes: number): Split {
  const count = images.shape[0]!;
  if (labels.data.length !== count)
    throw new DatasetError("count-mismatch", {
      file: labelsFile,
      rule: `hold ${count} labels, one for each image of ${imagesFile}`,
      found: `${labels.data.length}`,
      advice: "see that the two files belong together",
    });
  const bad = labels.data.findIndex((label) => label >= classes);
  if (bad !== -1)
    throw new DatasetError("label-out-of-range", {
      file: labelsFile,
      rule: `hold labels in [0, ${classes - 1}]`,
      found: `${labels.data[bad]} as label ${bad}`,
      advice: "pass the right number of classes, or repair the file",
    });
  return { images: images.data, labels: labels.data, count };
}
