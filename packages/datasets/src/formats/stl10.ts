import type { DataFile, Dataset, Split } from "../dataset";
import { DatasetError } from "../error";
import { channelsLast, type Planes, planesLength } from "./planes";

/** STL-10's planes are stored column by column. */
const PLANES = { side: 96, order: "columns" } as const;

/** Number of STL-10's classes. */
const CLASSES = 10;

/**
 * Labeled part of STL-10.
 * @param classNames by label
 * @param files training images and labels, test images and labels
 */
export function stl10Dataset(name: string, classNames: readonly string[], files: readonly DataFile[]): Dataset {
  const [trainImages, trainLabels, testImages, testLabels] = files;
  const train = stl10Split(trainImages!, trainLabels!);
  const test = stl10Split(testImages!, testLabels!);
  return { name, shape: [PLANES.side, PLANES.side, 3], classes: CLASSES, classNames, train, test };
}

/**
 * Examples in a file of images and one of labels; images channels last, labels from 0 (in the file, from 1). Copies.
 * @param planes layout of the images; for tests
 * @throws DatasetError `empty`, `truncated`, `count-mismatch` or `label-out-of-range`
 */
export function stl10Split(images: DataFile, labels: DataFile, planes: Planes = PLANES): Split {
  const size = planesLength(planes);
  const count = images.bytes.length / size;
  if (count === 0 || !Number.isInteger(count))
    throw new DatasetError(count === 0 ? "empty" : "truncated", {
      file: images.where,
      rule: `hold whole images of ${size} bytes, at least one`,
      found: `${images.bytes.length} bytes`,
      advice: "fetch it again",
    });
  if (labels.bytes.length !== count)
    throw new DatasetError("count-mismatch", {
      file: labels.where,
      rule: `hold ${count} labels, one for each image of ${images.where}`,
      found: `${labels.bytes.length}`,
      advice: "see that the two files belong together",
    });
  const bad = labels.bytes.findIndex((label) => label < 1 || label > CLASSES);
  if (bad !== -1)
    throw new DatasetError("label-out-of-range", {
      file: labels.where,
      rule: `hold labels in [1, ${CLASSES}]`,
      found: `${labels.bytes[bad]} as label ${bad}`,
      advice: "fetch it again",
    });
  const rearranged = new Uint8Array(images.bytes.length);
  const rearrange = channelsLast(planes);
  for (let start = 0; start < rearranged.length; start += size) rearrange(images.bytes, start, rearranged, start);
  return { images: rearranged, labels: Uint8Array.from(labels.bytes, (label) => label - 1), count };
}
