import { sizeOf, type Value } from "../graph";
import { reshape, transpose } from "../kernels/shapes";
import type { Rule } from "../rewrite";
import { madeBy, permOf } from "./match";

/** A piece of an axis that neither a transpose nor a reshape cuts: where it comes from, and where it goes. */
interface Part {
  readonly size: number;
  /** The axis of the reshape's operand that it is part of. */
  readonly from: number;
  /** The axis of the reshape's result. */
  readonly to: number;
}

/**
 * The parts of a reshape, in the order of its elements; axes of one have none. Undefined where axes are cut across, as
 * from [4, 6] to [6, 4].
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

/** Parts, in the order in which the operand of a transpose has them. @param perm the transpose's */
const before = (parts: readonly Part[], perm: readonly number[]): readonly Part[] =>
  [...parts].sort((a, b) => perm[a.from]! - perm[b.from]! || parts.indexOf(a) - parts.indexOf(b));

/** Transposes with a reshape between them are one. */
const through: Rule = (node) => {
  const {
    inputs: [x],
    outputs: [y],
  } = node;
  const shaped = node.op === "Transpose" && madeBy(x, "Reshape");
  const first = shaped && madeBy(shaped.inputs[0], "Transpose");
  const parts = first && sizeOf(y!.shape) > 0 && partsOf(first.outputs[0]!.shape, x!.shape);
  if (!parts) return undefined;
  const given = before(parts, permOf(first));
  const perm = permOf(node);
  const wanted = perm.flatMap((axis) => parts.filter(({ to }) => to === axis));
  // What stays together is moved together.
  const groups: Part[][] = [];
  for (const part of wanted) {
    const last = groups.at(-1)?.at(-1);
    if (last && given.indexOf(part) === given.indexOf(last) + 1) groups.at(-1)!.push(part);
    else groups.push([part]);
  }
  const sources = [...groups].sort((a, b) => given.indexOf(a[0]!) - given.indexOf(b[0]!));
  const sizes = sources.map((group) => sizeOf(group.map(({ size }) => size)));
  const moves = groups.map((group) => sources.indexOf(group));
  if (turnsMatrices(perm) && !turnsMatrices(moves)) return undefined;
  return [reshape(transpose(reshape(first.inputs[0]!, sizes), moves), y!.shape)];
};

/**
 * Whether a transpose only turns the matrices of a stack, or does nothing: a product takes them turned as they are, and
 * what else uses them can share them.
 */
const turnsMatrices = (perm: readonly number[]): boolean =>
  perm.every((axis, i) => axis === i || (i >= perm.length - 2 && axis >= perm.length - 2));

/**
 * A reshape after a transpose comes before it, where it cuts axes or joins some that were neighbors before: so that
 * transposes stay next to what uses them.
 */
const later: Rule = ({ op, inputs: [x], outputs: [y] }) => {
  const moved = op === "Reshape" && madeBy(x, "Transpose");
  const parts = moved && sizeOf(y!.shape) > 0 && partsOf(x!.shape, y!.shape);
  if (!parts) return undefined;
  const given = before(parts, permOf(moved));
  // Axes of one go to the end, from where the transpose takes them to their place.
  const axes = y!.shape.map((_, axis) => ({ axis, own: parts.filter(({ to }) => to === axis) }));
  const neighbors = ({ own }: { own: readonly Part[] }) =>
    own.every((part, i) => i === 0 || given.indexOf(part) === given.indexOf(own[i - 1]!) + 1);
  if (!axes.every(neighbors)) return undefined;
  const place = ({ own }: { own: readonly Part[] }) => (own[0] ? given.indexOf(own[0]) : given.length);
  const sources = [...axes].sort((a, b) => place(a) - place(b) || a.axis - b.axis);
  const joined: Value = reshape(
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

/** Axes that a transpose leaves side by side are one, where a reshape comes after it anyway. */
const together: Rule = ({ op, inputs: [x], outputs: [y] }) => {
  const moved = op === "Reshape" && madeBy(x, "Transpose");
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

/** Chains of reshapes and transposes, as the ways between orders of axes make them. */
export const layouts: readonly Rule[] = [through, later, together];
