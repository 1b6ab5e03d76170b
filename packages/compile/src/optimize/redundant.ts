import { reshape, transpose } from "../kernels/shapes";
import { permOf, producer, type Rule, sameShape } from "./rewrite";

/** A reshape to the same shape does nothing. */
const sameReshape: Rule = ({ op, inputs: [x], outputs: [y] }) =>
  op === "Reshape" && sameShape(x!.shape, y!.shape) ? [x!] : undefined;

/** A reshape of a reshape is a single reshape. */
const reshapeTwice: Rule = ({ op, inputs: [x], outputs: [y] }) => {
  const before = op === "Reshape" && producer(x, "Reshape");
  return before ? [reshape(before.inputs[0]!, y!.shape)] : undefined;
};

/** A transpose that moves only axes of size 1 is a reshape. */
const unitTranspose: Rule = (node) => {
  const {
    inputs: [x],
    outputs: [y],
  } = node;
  if (node.op !== "Transpose") return undefined;
  const moved = permOf(node).filter((axis) => x!.shape[axis] !== 1);
  return moved.every((axis, i) => i === 0 || axis > moved[i - 1]!) ? [reshape(x!, y!.shape)] : undefined;
};

/** A transpose of a transpose is a single transpose. */
const transposeTwice: Rule = (node) => {
  const before = node.op === "Transpose" && producer(node.inputs[0], "Transpose");
  if (!before) return undefined;
  const first = permOf(before);
  const perm = permOf(node).map((axis) => first[axis]!);
  return [transpose(before.inputs[0]!, perm)];
};

/** Rules for reshapes and transposes that do nothing, or that take several steps. */
export const redundant: readonly Rule[] = [sameReshape, reshapeTwice, unitTranspose, transposeTwice];
