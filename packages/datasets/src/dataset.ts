/** Labeled examples, as bytes. */
export interface Split {
  /** [count, prod(shape)], row-major: example i is `images.subarray(i * prod, (i + 1) * prod)`. Values in [0, 255]. */
  readonly images: Uint8Array;
  /** [count]: class numbers, each in [0, classes). */
  readonly labels: Uint8Array;
  /** Number of examples, at least 1. */
  readonly count: number;
}

/** Labeled images, divided into training and test examples as published. */
export interface Dataset {
  readonly name: string;
  /** Shape of one image, for instance [28, 28]. */
  readonly shape: readonly number[];
  readonly classes: number;
  /** Names of the classes, by label, if the data set names them. */
  readonly classNames?: readonly string[];
  readonly train: Split;
  readonly test: Split;
  /** What is in the data set's folder but no part of it, if anything; only of folders of images. */
  readonly unused?: readonly Unused[];
}

/** File or folder that is no part of the data set in whose folder it is. */
export interface Unused {
  /** Its path. */
  readonly file: string;
  /** Why it is not used. */
  readonly why: string;
}

/** File of a data set, whole and decompressed. */
export interface DataFile {
  /** Name of the file in errors: a path or an address. */
  readonly where: string;
  readonly bytes: Uint8Array;
}

/** Number of values in one example: images.length / count. */
export const exampleSize = (split: Split): number => split.images.length / split.count;

/**
 * Number of values in one example of a split whose parts agree.
 * @param who the caller's name, for the message
 * @throws RangeError if they do not agree
 */
export function checkSplit(who: string, split: Split): number {
  const { images, labels, count } = split;
  const size = exampleSize(split);
  if (!Number.isInteger(count) || count < 1 || labels.length !== count || !Number.isInteger(size) || size < 1)
    throw new RangeError(
      `${who}: split must hold count ≥ 1 labels and count equally long images; ` +
        `got count ${count}, ${labels.length} labels, ${images.length} pixels`,
    );
  return size;
}

/**
 * The given value, if it is an integer in [least, most].
 * @param who the caller's name and the name of the value, for the message
 * @throws RangeError if it is not
 */
export function checkInteger(who: string, value: number, least: number, most: number): number {
  if (!Number.isSafeInteger(value) || value < least || value > most)
    throw new RangeError(`${who} must be an integer in [${least}, ${most}]; got ${value}`);
  return value;
}
