import { stream } from "@weightcast/random";
import { checkInteger, checkSplit, type Split } from "../dataset";

/**
 * Subset of `count` examples of a split, uniform without replacement, in the split's order. A copy; the stream is
 * "subset".
 * @param seed any safe integer
 * @throws RangeError unless `count` is an integer in [1, split.count]
 */
export function subset(split: Split, count: number, seed: number): Split {
  const example = checkSplit("subset", split);
  checkInteger("subset: count", count, 1, split.count);
  return pick(split, example, stream(seed, "subset").permutation(split.count).subarray(0, count));
}

/**
 * Division of a split in two: `count` held-out examples, uniform without replacement, and the rest; each in the split's
 * order. Copies; the stream is "held". For validation: `splitOff(dataset.train, 10_000, seed)`.
 * @param seed any safe integer
 * @throws RangeError unless `count` is an integer in [1, split.count − 1]
 */
export function splitOff(split: Split, count: number, seed: number): { readonly rest: Split; readonly held: Split } {
  const example = checkSplit("splitOff", split);
  checkInteger("splitOff: count", count, 1, split.count - 1);
  const order = stream(seed, "held").permutation(split.count);
  return {
    rest: pick(split, example, order.subarray(count)),
    held: pick(split, example, order.subarray(0, count)),
  };
}

function pick(split: Split, example: number, chosen: Uint32Array): Split {
  const images = new Uint8Array(chosen.length * example);
  const labels = new Uint8Array(chosen.length);
  chosen
    .slice()
    .sort()
    .forEach((index, row) => {
      images.set(split.images.subarray(index * example, (index + 1) * example), row * example);
      labels[row] = split.labels[index]!;
    });
  return { images, labels, count: chosen.length };
}
