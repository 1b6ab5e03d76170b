/** Labelled examples, as bytes. */
export interface Split {
  /** [count, prod(shape)], row-major: example i is `images.subarray(i * prod, (i + 1) * prod)`. Values in [0, 255]. */
  readonly images: Uint8Array;
  /** [count], each in [0, classes). */
  readonly labels: Uint8Array;
  readonly count: number;
}

/** Labelled images, already divided into the published training and test examples. */
export interface Dataset {
  readonly name: string;
  /** Of one image, for instance [28, 28]. */
  readonly shape: readonly number[];
  readonly classes: number;
  /** Name i is that of label i, where the data set names its classes. */
  readonly classNames?: readonly string[];
  readonly train: Split;
  readonly test: Split;
}

/** Values of one example: images.length / count. */
export const exampleSize = (split: Split): number => split.images.length / split.count;

/**
 * Returns the size of one example when the split's parts agree.
 * @param who the caller's name, for the message
 * @throws RangeError otherwise
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
 * Returns `value` when it is an integer in [least, most].
 * @param who the caller's name and what the value is, for the message
 * @throws RangeError otherwise
 */
export function checkInteger(who: string, value: number, least: number, most: number): number {
  if (!Number.isSafeInteger(value) || value < least || value > most)
    throw new RangeError(`${who} must be an integer in [${least}, ${most}]; got ${value}`);
  return value;
}
