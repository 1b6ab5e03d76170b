import { integers, op, ops, scalar, type Value } from "../../graph/graph";
import { broadcast } from "../elementwise";
import { cast, reshape } from "../shapes";
import { slice } from "../slicing";
import type { PoolWindow } from "./maxima";

/*
 * Max pooling and its gradient, one axis after the other, as functions of whole arrays. ONNX Runtime has a fast pooling, but one that also returns the
 * places of the largest entries, which the gradient needs, takes many times as long, and adding gradients at places is slow, too.
 */

/** Largest entries of windows, and the gradient with respect to the entries. */
interface Maxima {
  readonly largest: Value;
  readonly gradient: (gradients: Value) => Value;
}

/**
 * Max pooling without padding, as maxima over the columns of each row and then over the rows. Each output's gradient goes to the
 * largest entry of its window, to the first one in a tie.
 * @param x [n, h, w, c]
 * @param output number of rows and columns of the result
 */
export function separateMaxima(x: Value, { kernel, strides }: PoolWindow, [rows, columns]: readonly number[]): Maxima {
  const [n, height, width, c] = x.shape as [number, number, number, number];
  const along = maximaAlong(reshape(x, [n * height, width, c]), kernel[1]!, strides[1]!, columns!);
  const across = maximaAlong(reshape(along.largest, [n, height, columns! * c]), kernel[0]!, strides[0]!, rows!);
  return {
    largest: reshape(across.largest, [n, rows!, columns!, c]),
    gradient(gradients) {
      const narrow = across.gradient(reshape(gradients, [n, rows!, columns! * c]));
      return reshape(along.gradient(reshape(narrow, [n * height, columns!, c])), x.shape);
    },
  };
}

/** Maxima of `count` windows along the second axis of [a, size, c]. */
function maximaAlong(x: Value, kernel: number, stride: number, count: number): Maxima {
  if (stride > 1 && kernel > stride && kernel % stride === 0) {
    // Windows overlap in whole blocks, whose maxima they share.
    const perWindow = kernel / stride;
    const blocks = maximaAlong(x, stride, stride, count - 1 + perWindow);
    const windows = maximaAlong(blocks.largest, perWindow, 1, count);
    return { largest: windows.largest, gradient: (gradients) => blocks.gradient(windows.gradient(gradients)) };
  }
  const entries = entriesOf(x, kernel, stride, count);
  const largest = entries.slice(0, 1);
  for (const entry of entries.slice(1)) largest.push(broadcast("Max", largest.at(-1)!, entry));
  return {
    largest: largest.at(-1)!,
    gradient: (gradients) => inPlace(shares(entries, largest, gradients), x.shape, stride),
  };
}

/** First entry of every window, second entry of every window …: each [a, count, c]. */
function entriesOf(x: Value, kernel: number, stride: number, count: number): readonly Value[] {
  const [a, size, c] = x.shape as [number, number, number];
  if (kernel === 1 || kernel !== stride || size !== count * stride)
    return Array.from({ length: kernel }, (_, i) => slice(x, [0, i, 0], [a, count, c], [1, stride, 1]));
  const shape = [a * count, 1, c];
  const parts = Array.from({ length: kernel }, () => ({ shape, type: x.type }));
  const sizes = integers(parts.map(() => 1));
  return ops("Split", [reshape(x, [a * count, kernel, c]), sizes], parts, { axis: 1 }).map((part) =>
    reshape(part, [a, count, c]),
  );
}

/** Gradient of every entry: all of it for the largest entry of a window, the first one in a tie. @param largest of the entries up to each */
function shares(entries: readonly Value[], largest: readonly Value[], gradients: Value): readonly Value[] {
  const shared: Value[] = [];
  let rest = gradients;
  for (let i = entries.length - 1; i > 0; i--) {
    const isLargest = broadcast("Greater", entries[i]!, largest[i - 1]!, "bool");
    const share = broadcast("Mul", rest, cast(isLargest, "float32"));
    rest = broadcast("Sub", rest, share);
    shared.unshift(share);
  }
  return [rest, ...shared];
}

/** Sum of the entries' gradients, each where its entry is: entry i of window j at j × stride + i. */
function inPlace(parts: readonly Value[], shape: readonly number[], stride: number): Value {
  const [a, size, c] = shape as [number, number, number];
  const count = parts[0]!.shape[1]!;
  const used = (count - 1) * stride + parts.length;
  // Whole blocks of `stride` entries, as many as there are, unless the last window reaches beyond them.
  const whole = Math.floor(size / stride);
  const blocks = used <= whole * stride ? whole : whole + 1;
  const phases = Array.from({ length: stride }, (_, phase) => {
    const own = parts.flatMap((part, i) => (i % stride === phase ? [padded(part, (i - phase) / stride, blocks)] : []));
    // Strides larger than the windows leave entries out.
    const zeros = () => op("Expand", [scalar(0, "float32"), integers([a, blocks, c])], [a, blocks, c]);
    return own.length === 0 ? zeros() : own.reduce((sum, part) => broadcast("Add", sum, part));
  });
  const each = phases.map((phase) => reshape(phase, [a * blocks, 1, c]));
  const together = stride === 1 ? each[0]! : op("Concat", each, [a * blocks, stride, c], { axis: 1 });
  const all = reshape(together, [a, blocks * stride, c]);
  return blocks * stride > size ? slice(all, [0, 0, 0], shape) : padded(all, 0, size);
}

/** Values [a, count, c] with zeros along the second axis: `before` of them, and after them as many as make it `size` entries. */
function padded(x: Value, before: number, size: number): Value {
  const [a, count, c] = x.shape as [number, number, number];
  if (count === size) return x;
  return op("Pad", [x, integers([0, before, 0, 0, size - count - before, 0]), scalar(0, "float32")], [a, size, c]);
}
