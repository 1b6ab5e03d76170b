import { reshape } from "../kernels/shapes";
import type { Rule } from "../rewrite";

const sameShape = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);

/** A reshape to the same shape is nothing. */
const nothing: Rule = ({ op, inputs: [x], outputs: [y] }) =>
  op === "Reshape" && sameShape(x!.shape, y!.shape) ? [x!] : undefined;

/** A reshape of a reshape is one. */
const twice: Rule = ({ op, inputs: [x], outputs: [y] }) =>
  op === "Reshape" && x!.node?.op === "Reshape" ? [reshape(x!.node.inputs[0]!, y!.shape)] : undefined;

export const reshapes: readonly Rule[] = [nothing, twice];
