import { sizeOf } from "@weightcast/types";
import { reshape, transpose } from "../kernels/shapes";
import { permOf, producer, type Rule } from "./rewrite";

/** Piece of an axis that neither a transpose nor a reshape splits, with its origin and destination. */
interface Part {
  readonly size: number;
  /** Axis of the reshape's operand that the part belongs to. */
  readonly from: number;
  /** Axis of the reshape's result that the part belongs to. */
  readonly to: number;
}

/**
 * Parts of a reshape, in the order of its elements; axes of size one have none. Undefined if the reshape splits axes at
 * incompatible places, as from [4, 6] to [6, 4].
 */
function partsOf(from: readonly number[], to: readonly number[]): readonly Part[] | undefined {
  const parts: Part[] = [];
  const [sources, targets] = [from, to].map((shape) =>
    shape.flatMap((size, axis) => (size === 1 ? [] : [{ size, axis }])),
  ) as [{ size: number; axis: number }[], { size: number; axis: number }[]];
  let [i, j] = [0, 0];
  while (i < sources.length && j < targets.length) {
    const [a, b] = [sources[i]!, targets[j]!];
    const size = Math.min(a.size, b.size);
    if (a.size % size !== 0 || b.size % size !== 0) return undefined;
    parts.push({ size, from: a.axis, to: b.axis });
    if (a.size === size) i++;
    else a.size /= size;
    if (b.size === size) j++;
    else b.size /= size;
  }
  return parts;
}

/** Parts in the order in which they stand before a transpose. @param perm the transpose's order of axes */
const beforeTranspose = (parts: readonly Part[], perm: readonly number[]): readonly Part[] =>
  [...parts].sort((a, b) => perm[a.from]! - perm[b.from]! || parts.indexOf(a) - parts.indexOf(b));

/** Merges transposes with a reshape between them. */
const throughReshape: Rule = (node) => {
  const {
    inputs: [x],
    outputs: [y],
  } = node;
  const shaped = node.op === "Transpose" && producer(x, "Reshape");
  const first = shaped && producer(shaped.inputs[0], "Transpose");
  const parts = first && sizeOf(y!.shape) > 0 && partsOf(first.outputs[0]!.shape, x!.shape);
  if (!parts) return undefined;
  const original = beforeTranspose(parts, permOf(first));
  const perm = permOf(node);
  const wanted = perm.flatMap((axis) => parts.filter(({ to }) => to === axis));
  // Parts that stay neighbors are moved together.
  const groups: Part[][] = [];
  for (const part of wanted) {
    const last = groups.at(-1)?.at(-1);
    if (last && original.indexOf(part) === original.indexOf(last) + 1) groups.at(-1)!.push(part);
    else groups.push([part]);
  }
  const sources = [...groups].sort((a, b) => original.indexOf(a[0]!) - original.indexOf(b[0]!));
  const sizes = sources.map((group) => sizeOf(group.map(({ size }) => size)));
  const moves = groups.map((group) => sources.indexOf(group));
  if (transposesMatrices(perm) && !transposesMatrices(moves)) return undefined;
  return [reshape(transpose(reshape(first.inputs[0]!, sizes), moves), y!.shape)];
};

/**
 * Whether a transpose only transposes the matrices of a stack, or does nothing. A product takes matrices transposed at no
 * cost, and other users of the matrices can share them.
 */
const transposesMatrices = (perm: readonly number[]): boolean =>
  perm.every((axis, i) => axis === i || (i >= perm.length - 2 && axis >= perm.length - 2));

/**
 * Moves a reshape before a transpose if it splits axes, or joins some that were neighbors before the transpose. So
 * transposes stay next to the operations that use them.
 */
const reshapeFirst: Rule = ({ op, inputs: [x], outputs: [y] }) => {
  const moved = op === "Reshape" && producer(x, "Transpose");
  const parts = moved && sizeOf(y!.shape) > 0 && partsOf(x!.shape, y!.shape);
  if (!parts) return undefined;
  const original = beforeTranspose(parts, permOf(moved));
  // Axes of size one go to the end; the transpose moves them from there to their place.
  const axes = y!.shape.map((_, axis) => ({ axis, parts: parts.filter(({ to }) => to === axis) }));
  const areNeighbors = ({ parts }: { parts: readonly Part[] }) =>
    parts.every((part, i) => i === 0 || original.indexOf(part) === original.indexOf(parts[i - 1]!) + 1);
  if (!axes.every(areNeighbors)) return undefined;
  const place = ({ parts }: { parts: readonly Part[] }) => (parts[0] ? original.indexOf(parts[0]) : original.length);
  const sources = [...axes].sort((a, b) => place(a) - place(b) || a.axis - b.axis);
  const joined = reshape(
    moved.inputs[0]!,
    sources.map(({ axis }) => y!.shape[axis]!),
  );
  return [
    transpose(
      joined,
      axes.map((axis) => sources.indexOf(axis)),
    ),
  ];
};

/** Joins axes that a transpose leaves side by side, if a reshape follows anyway. */
const joinNeighbors: Rule = ({ op, inputs: [x], outputs: [y] }) => {
  const moved = op === "Reshape" && producer(x, "Transpose");
  if (!moved) return undefined;
  const perm = permOf(moved);
  const groups: number[][] = [];
  for (const axis of perm) {
    const last = groups.at(-1);
    if (last?.at(-1) === axis - 1) last!.push(axis);
    else groups.push([axis]);
  }
  if (groups.length === perm.length) return undefined;
  const sources = [...groups].sort((a, b) => a[0]! - b[0]!);
  const sizes = sources.map((group) => sizeOf(group.map((axis) => moved.inputs[0]!.shape[axis]!)));
  const moves = groups.map((group) => sources.indexOf(group));
  return [reshape(transpose(reshape(moved.inputs[0]!, sizes), moves), y!.shape)];
};

/** Rules for chains of reshapes and transposes, which conversions between orders of axes produce. */
export const layouts: readonly Rule[] = [throughReshape, reshapeFirst, joinNeighbors];
