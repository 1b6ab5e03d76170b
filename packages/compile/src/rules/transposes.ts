import { reshape, transpose } from "../kernels/shapes";
import type { Rule } from "../rewrite";
import { madeBy, permOf } from "./match";

/** A transpose that moves only axes of size 1 is a reshape. */
const unmoved: Rule = (node) => {
  const {
    inputs: [x],
    outputs: [y],
  } = node;
  if (node.op !== "Transpose") return undefined;
  const moved = permOf(node).filter((axis) => x!.shape[axis] !== 1);
  return moved.every((axis, i) => i === 0 || axis > moved[i - 1]!) ? [reshape(x!, y!.shape)] : undefined;
};

/** A transpose of a transpose is one. */
const twice: Rule = (node) => {
  const before = node.op === "Transpose" && madeBy(node.inputs[0], "Transpose");
  if (!before) return undefined;
  const first = permOf(before);
  const perm = permOf(node).map((axis) => first[axis]!);
  return [transpose(before.inputs[0]!, perm)];
};

/** Transposes that do nothing, or do it in several steps. */
export const transposes: readonly Rule[] = [unmoved, twice];
