import { integers, type Node, op, sizeOf, type Value } from "../graph";
import { reshape, transpose } from "../kernels/shapes";
import type { Rule } from "../rewrite";
import { integersOf, madeBy, permOf } from "./match";

const unary: ReadonlySet<string> = new Set(
  "Abs Neg Sign Exp Log Sqrt Relu Sigmoid Tanh Elu Selu Softplus Erf Reciprocal Cast".split(" "),
);
const binary: ReadonlySet<string> = new Set("Add Sub Mul Div Max Min Pow".split(" "));
const reductions: ReadonlySet<string> = new Set("ReduceSum ReduceMean ReduceMax ReduceMin".split(" "));

const inverse = (perm: readonly number[]): readonly number[] => perm.map((_, axis) => perm.indexOf(axis));

/** The operand of a transpose, and the transpose's order. */
function turned(value: Value | undefined): { readonly from: Value; readonly perm: readonly number[] } | undefined {
  const node = madeBy(value, "Transpose");
  return node && { from: node.inputs[0]!, perm: permOf(node) };
}

/** The same node on operands in another order of axes, its result turned back. */
function under(node: Node, inputs: readonly (Value | undefined)[], perm: readonly number[]): readonly Value[] {
  const [y] = node.outputs;
  const shape = inverse(perm).map((axis) => y!.shape[axis]!);
  return [transpose(op(node.op, inputs, shape, node.attributes, y!.type), perm)];
}

/** A function of single elements comes before a transpose. */
const ofOne: Rule = (node) => {
  const x = unary.has(node.op) ? turned(node.inputs[0]) : undefined;
  return x && under(node, [x.from, ...node.inputs.slice(1)], x.perm);
};

/** So does one of two elements: of two transposes of one order, or of one and what is small, as a layer's bias. */
const ofTwo: Rule = (node) => {
  if (!binary.has(node.op) || node.inputs.length !== 2) return undefined;
  const [y] = node.outputs;
  const sides = node.inputs.map(turned);
  const perm = (sides[0] ?? sides[1])?.perm;
  if (!perm || perm.length !== y!.shape.length) return undefined;
  const inputs = node.inputs.map((value, i) => {
    const side = sides[i];
    if (side) return side.perm.join() === perm.join() ? side.from : undefined;
    // Axes of one are moved for nothing.
    const wide = [...Array<number>(perm.length - value!.shape.length).fill(1), ...value!.shape];
    const moved = inverse(perm).filter((axis) => wide[axis] !== 1);
    if (!moved.every((axis, i) => i === 0 || axis > moved[i - 1]!)) return undefined;
    return sizeOf(wide) === 1
      ? value
      : reshape(
          value!,
          inverse(perm).map((axis) => wide[axis]!),
        );
  });
  if (inputs.includes(undefined)) return undefined;
  return under(node, inputs, perm);
};

/** Sums and maxima along axes are along the axes they were. */
const reduced: Rule = (node) => {
  const x = reductions.has(node.op) && node.attributes.keepdims === 0 ? turned(node.inputs[0]) : undefined;
  const axes = x && integersOf(node.inputs[1]);
  if (!axes) return undefined;
  const kept = x.perm.filter((_, axis) => !axes.includes(axis));
  if (!kept.every((axis, i) => i === 0 || axis > kept[i - 1]!)) return undefined;
  const along = axes.map((axis) => x.perm[axis]!).sort((a, b) => a - b);
  return [op(node.op, [x.from, integers(along)], node.outputs[0]!.shape, node.attributes)];
};

/**
 * Transposes come after what does not mind the order of axes, until they meet others that undo them: images stay in one
 * order from layer to layer.
 */
export const sinking: readonly Rule[] = [ofOne, ofTwo, reduced];
