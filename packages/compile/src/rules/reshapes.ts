import { reshape } from "../kernels/shapes";
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

/** Reshapes that do nothing, or do it in several steps. */
export const reshapes: readonly Rule[] = [nothing, twice];
