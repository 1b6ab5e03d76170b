import { CIFAR10_CLASSES, CIFAR100_CLASSES, CIFAR100_COARSE_CLASSES } from "./class-names";
import type { DataFile } from "./data-file";
import type { Dataset, Split } from "./dataset";
import { DatasetError } from "./error";
import { channelsLast, planesLength } from "./planes";

/** Which of the two data sets' record formats. */
export type CifarKind = "cifar10" | "cifar100";

/** How a record is read: its label bytes come first, then the image. */
export interface CifarFormat {
  readonly labelBytes: number;
  /** Which of the label bytes is the label. */
  readonly labelAt: number;
  /** Labels lie in [0, classes). */
  readonly classes: number;
  readonly classNames?: readonly string[];
}

/** @param labels of CIFAR-100's two label bytes: the fine one (of 100 classes) or the coarse one (of 20) */
export function cifarFormat(kind: CifarKind, labels: "fine" | "coarse"): CifarFormat {
  if (kind === "cifar10") return { labelBytes: 1, labelAt: 0, classes: 10, classNames: CIFAR10_CLASSES };
  return labels === "fine"
    ? { labelBytes: 2, labelAt: 1, classes: 100, classNames: CIFAR100_CLASSES }
    : { labelBytes: 2, labelAt: 0, classes: 20, classNames: CIFAR100_COARSE_CLASSES };
}

const PLANES = { side: 32, order: "rows" } as const;

/** The data set that files of records make up. */
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

export const recordLength = ({ labelBytes }: CifarFormat): number => labelBytes + planesLength(PLANES);

/**
 * The examples in files of CIFAR's binary records, one file after the other; images channels last, [32, 32, 3]. Copies.
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
