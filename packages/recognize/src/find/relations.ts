import { multiply, number, reshape, slice, tensor as tensorValue } from "../expression/value";
import type { Tensor } from "../tensors/tensor";
import { digest, equalBytes } from "./copies";
import type { Draft, Numbers } from "./finding";

/** Bytes of a row at least, below which rows are alike by chance. */
const shortestRow = 16;

/** Tensors of a file that others can be made from. */
export interface Relations {
  /** A tensor as a block of rows of a larger one, or as another one times a number. */
  find(numbers: Numbers, mayUse: (other: Tensor) => boolean): Draft | undefined;
  add(numbers: Numbers): void;
}

export function relations(): Relations {
  const rows = new Map<string, [tensor: Tensor, row: number][]>();
  const patterns = new Map<string, Numbers[]>();
  return {
    add(numbers) {
      const { tensor } = numbers;
      const data = tensor.data()!;
      const size = rowSize(tensor);
      if (size >= shortestRow)
        for (let row = 0; row < tensor.shape[0]!; row++)
          push(rows, rowKey(tensor, data.subarray(row * size, (row + 1) * size)), [tensor, row]);
      if (tensor.type === "float32") push(patterns, patternOf(numbers), numbers);
    },
    find(numbers, mayUse) {
      return partOf(numbers.tensor, rows, mayUse) ?? scaledOf(numbers, patterns, mayUse);
    },
  };
}

const rowSize = ({ shape, bytes }: Tensor): number => (shape.length < 2 ? 0 : bytes / shape[0]!);

const rowKey = ({ type }: Tensor, row: Uint8Array): string => `${type} ${row.length} ${digest(row)}`;

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function partOf(
  tensor: Tensor,
  rows: ReadonlyMap<string, [Tensor, number][]>,
  mayUse: (other: Tensor) => boolean,
): Draft | undefined {
  const size = rowSize(tensor);
  const data = tensor.data()!;
  if (size < shortestRow) return undefined;
  for (const [other, row] of rows.get(rowKey(tensor, data.subarray(0, size))) ?? []) {
    if (other === tensor || other.bytes <= tensor.bytes || !mayUse(other)) continue;
    if (!equalBytes(other.data()!.subarray(row * size, row * size + data.length), data)) continue;
    const count = tensor.shape[0]!;
    return {
      ...{
        kind: "part",
        title: `rows ${row} to ${row + count - 1} of ${other.name}`,
        recipe: { of: other.name, axis: 0, start: row },
      },
      formula: () => reshape(slice(tensorValue(other.name, other.shape), 0, row, count), tensor.shape),
    };
  }
  return undefined;
}

/** Signs and the place of the largest entry, which a positive factor does not change. */
function patternOf({ values }: Numbers): string {
  let [largest, at, hash] = [-1, 0, 0x811c9dc5];
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]!);
    if (size > largest * (1 + 1e-6)) [largest, at] = [size, i];
  }
  const sign = Math.sign(values[at]!);
  for (const value of values) hash = Math.imul(hash ^ (Math.sign(value) * sign + 2), 0x01000193);
  return `${values.length} ${at} ${hash}`;
}

function scaledOf(
  numbers: Numbers,
  patterns: ReadonlyMap<string, Numbers[]>,
  mayUse: (other: Tensor) => boolean,
): Draft | undefined {
  const { tensor, values } = numbers;
  if (tensor.type !== "float32" || numbers.scale === 0 || values.length < 16) return undefined;
  const at = values.findIndex((value) => Math.abs(value) === numbers.scale);
  for (const { tensor: other, values: given } of patterns.get(patternOf(numbers)) ?? []) {
    if (other === tensor || !mayUse(other)) continue;
    const ratio = values[at]! / given[at]!;
    const last = Math.abs(ratio) * 2 ** -24;
    const factor = [ratio, ratio - last, ratio + last, ratio - 2 * last, ratio + 2 * last]
      .map(Math.fround)
      .find((one) => values.every((value, i) => Math.fround(one * given[i]!) === value));
    if (factor === undefined) continue;
    return {
      ...{ kind: "scaled", title: `${other.name} times ${factor}`, recipe: { of: other.name, factor } },
      formula: () => reshape(multiply(tensorValue(other.name, other.shape), number(factor)), tensor.shape),
    };
  }
  return undefined;
}
