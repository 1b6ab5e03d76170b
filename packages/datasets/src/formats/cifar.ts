import type { DataFile, Dataset, Split } from "../dataset";
import { DatasetError } from "../error";
import { channelsLast, planesLength } from "./planes";

/** Format of CIFAR's binary records: the label bytes come first, then the image. */
export interface CifarFormat {
  readonly labelBytes: number;
  /** Position of the label among the label bytes. */
  readonly labelAt: number;
  /** Number of classes: labels lie in [0, classes). */
  readonly classes: number;
  readonly classNames?: readonly string[];
}

const PLANES = { side: 32, order: "rows" } as const;

/** Data set in files of CIFAR's records. */
export const cifarDataset = (
  name: string,
  format: CifarFormat,
  files: { readonly train: readonly DataFile[]; readonly test: readonly DataFile[] },
): Dataset => ({
  name,
  shape: [PLANES.side, PLANES.side, 3],
  classes: format.classes,
  ...(format.classNames && { classNames: format.classNames }),
  train: cifarSplit(files.train, format),
  test: cifarSplit(files.test, format),
});

/** Files by split, if the last one holds the test examples, as in CIFAR's archives. */
export const lastIsTest = <T>(files: readonly T[]): { readonly train: readonly T[]; readonly test: readonly T[] } => ({
  train: files.slice(0, -1),
  test: files.slice(-1),
});

/** Bytes of a record. */
export const recordLength = ({ labelBytes }: CifarFormat): number => labelBytes + planesLength(PLANES);

/**
 * Examples in files of CIFAR's binary records, one file after the other; images channels last, [32, 32, 3]. Copies.
 * @throws DatasetError `empty`, `truncated` or `label-out-of-range`
 */
export function cifarSplit(files: readonly DataFile[], format: CifarFormat): Split {
  const record = recordLength(format);
  for (const { where, bytes } of files) checkLength(where, bytes.length, record);
  const count = files.reduce((sum, { bytes }) => sum + bytes.length / record, 0);
  const size = planesLength(PLANES);
  const images = new Uint8Array(count * size);
  const labels = new Uint8Array(count);
  const rearrange = channelsLast(PLANES);
  let row = 0;
  for (const { where, bytes } of files)
    for (let start = 0; start < bytes.length; start += record, row++) {
      const label = bytes[start + format.labelAt]!;
      if (label >= format.classes) throw noClass(where, label, start / record, format.classes);
      labels[row] = label;
      rearrange(bytes, start + format.labelBytes, images, row * size);
    }
  return { images, labels, count };
}

function checkLength(file: string, length: number, record: number): void {
  if (length > 0 && length % record === 0) return;
  throw new DatasetError(length === 0 ? "empty" : "truncated", {
    file,
    rule: `hold whole records of ${record} bytes, at least one`,
    found: `${length} bytes, ${Math.floor(length / record)} records and ${length % record} bytes`,
    advice: "fetch it again, or see that it is a CIFAR file of this kind",
  });
}

const noClass = (file: string, label: number, index: number, classes: number) =>
  new DatasetError("label-out-of-range", {
    file,
    rule: `hold labels in [0, ${classes - 1}]`,
    found: `${label} as label ${index}`,
    advice: "see that it is a CIFAR file of this kind, or pass the right kind or number of classes",
  });
