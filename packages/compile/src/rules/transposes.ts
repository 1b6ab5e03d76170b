import { reshape, transpose } from "../kernels/shapes";
import type { Rule } from "../rewrite";

const permOf = (attributes: { readonly [name: string]: unknown }) => attributes.perm as readonly number[];

/** A transpose that moves only axes of size 1 is a reshape. */
const unmoved: Rule = ({ op, inputs: [x], outputs: [y], attributes }) => {
  if (op !== "Transpose") return undefined;
  const moved = permOf(attributes).filter((axis) => x!.shape[axis] !== 1);
  return moved.every((axis, i) => i === 0 || axis > moved[i - 1]!) ? [reshape(x!, y!.shape)] : undefined;
};

/** A transpose of a transpose is one. */
const twice: Rule = ({ op, inputs: [x], attributes }) => {
  if (op !== "Transpose" || x!.node?.op !== "Transpose") return undefined;
  const first = permOf(x!.node.attributes);
  const perm = permOf(attributes).map((axis) => first[axis]!);
  return [transpose(x!.node.inputs[0]!, perm)];
};

export const transposes: readonly Rule[] = [unmoved, twice];
