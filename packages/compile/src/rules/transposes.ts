import { reshape, transpose } from "../kernels/shapes";
import type { Rule } from "../rewrite";
import { madeBy } from "./match";

const permOf = (attributes: { readonly [name: string]: unknown }) => attributes.perm as readonly number[];

/** A transpose that moves only axes of size 1 is a reshape. */
const unmoved: Rule = ({ op, inputs: [x], outputs: [y], attributes }) => {
  if (op !== "Transpose") return undefined;
  const moved = permOf(attributes).filter((axis) => x!.shape[axis] !== 1);
  return moved.every((axis, i) => i === 0 || axis > moved[i - 1]!) ? [reshape(x!, y!.shape)] : undefined;
};

/** A transpose of a transpose is one. */
const twice: Rule = ({ op, inputs: [x], attributes }) => {
  const before = op === "Transpose" && madeBy(x, "Transpose");
  if (!before) return undefined;
  const first = permOf(before.attributes);
  const perm = permOf(attributes).map((axis) => first[axis]!);
  return [transpose(before.inputs[0]!, perm)];
};

/** Transposes that do nothing, or do it in several steps. */
export const transposes: readonly Rule[] = [unmoved, twice];
