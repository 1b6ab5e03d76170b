import { reshape, transpose } from "../kernels/shapes";
import type { Rule } from "../rewrite";
import { madeBy, sameShape } from "./match";

/** A reshape to the same shape is nothing. */
const nothing: Rule = ({ op, inputs: [x], outputs: [y] }) =>
  op === "Reshape" && sameShape(x!.shape, y!.shape) ? [x!] : undefined;

/** A reshape of a reshape is one. */
const twice: Rule = ({ op, inputs: [x], outputs: [y] }) => {
  const before = op === "Reshape" && madeBy(x, "Reshape");
  return before ? [reshape(before.inputs[0]!, y!.shape)] : undefined;
};

/** Axes of size 1 dropped after a transpose are dropped before it: so that it stays next to what uses it. */
const dropped: Rule = ({ op, inputs: [x], outputs: [y] }) => {
  const moved = op === "Reshape" && madeBy(x, "Transpose");
  if (!moved || !x!.shape.includes(1)) return undefined;
  const kept = x!.shape.flatMap((size, axis) => (size === 1 ? [] : [axis]));
  const [from] = moved.inputs;
  const sizes = kept.map((axis) => x!.shape[axis]!);
  if (!sameShape(sizes, y!.shape)) return undefined;
  // Which axes of the transpose's operand remain, and in which order.
  const sources = kept.map((axis) => (moved.attributes.perm as readonly number[])[axis]!);
  const sorted = [...sources].sort((a, b) => a - b);
  const thin = reshape(
    from!,
    sorted.map((axis) => from!.shape[axis]!),
  );
  return [
    transpose(
      thin,
      sources.map((axis) => sorted.indexOf(axis)),
    ),
  ];
};

/** Reshapes that do nothing, or do it in several steps. */
export const reshapes: readonly Rule[] = [nothing, twice, dropped];
