import { sizeOf } from "@weightcast/types";
import { integers, type Node, op, type Value } from "../graph/graph";
import { reshape, transpose } from "../kernels/shapes";
import { integersOf, permOf, producer, type Rule, wide } from "./rewrite";

/** Functions of single elements; further inputs, such as the bounds of Clip, are single numbers. */
export const unary: ReadonlySet<string> = new Set(
  (
    "Abs Neg Sign Exp Log Sqrt Reciprocal Erf Cast IsNaN IsInf Not Floor Ceil Round Sin Cos Tan Asin Acos Atan Sinh Cosh Tanh " +
    "Asinh Acosh Atanh Relu LeakyRelu Clip Sigmoid HardSigmoid Elu Selu Softplus"
  ).split(" "),
);
/** Functions of the elements of two or more operands, all of which broadcast. */
export const broadcasting: ReadonlySet<string> = new Set(
  "Add Sub Mul Div Mod Pow Max Min Equal Greater GreaterOrEqual Less LessOrEqual And Or Where".split(" "),
);
const reductions: ReadonlySet<string> = new Set("ReduceSum ReduceMean ReduceMax ReduceMin".split(" "));

const inverse = (perm: readonly number[]): readonly number[] => perm.map((_, axis) => perm.indexOf(axis));

/** Operand and order of the transpose that computes a value, if one does. */
function transposed(value: Value | undefined): { readonly from: Value; readonly perm: readonly number[] } | undefined {
  const node = producer(value, "Transpose");
  return node && { from: node.inputs[0]!, perm: permOf(node) };
}

/** Same node applied to operands with another order of axes, its result transposed back. */
function before(node: Node, inputs: readonly (Value | undefined)[], perm: readonly number[]): readonly Value[] {
  const [y] = node.outputs;
  const shape = inverse(perm).map((axis) => y!.shape[axis]!);
  return [transpose(op(node.op, inputs, shape, node.attributes, y!.type), perm)];
}

/** Moves a function of single elements before a transpose. */
const unaryFirst: Rule = (node) => {
  const x = unary.has(node.op) ? transposed(node.inputs[0]) : undefined;
  return x && before(node, [x.from, ...node.inputs.slice(1)], x.perm);
};

/**
 * Moves a function of several operands before their transposes: if all have the same order, or if those without a transpose are small,
 * such as a layer's bias.
 */
const broadcastingFirst: Rule = (node) => {
  // PRelu broadcasts its second operand only.
  if (!broadcasting.has(node.op) && node.op !== "PRelu") return undefined;
  const [y] = node.outputs;
  const sides = node.inputs.map(transposed);
  const perm = sides.find((side) => side)?.perm;
  if (!perm || perm.length !== y!.shape.length) return undefined;
  const inputs = node.inputs.map((value, i) => {
    const side = sides[i];
    if (side) return side.perm.join() === perm.join() ? side.from : undefined;
    // Moving axes of size one costs nothing.
    const shape = wide(value!, perm.length);
    const moved = inverse(perm).filter((axis) => shape[axis] !== 1);
    if (!moved.every((axis, i) => i === 0 || axis > moved[i - 1]!)) return undefined;
    return sizeOf(shape) === 1
      ? value
      : reshape(
          value!,
          inverse(perm).map((axis) => shape[axis]!),
        );
  });
  if (inputs.includes(undefined)) return undefined;
  return before(node, inputs, perm);
};

/** Reduces along the original axes instead of transposing first. */
const reduceFirst: Rule = (node) => {
  const x = reductions.has(node.op) && node.attributes.keepdims === 0 ? transposed(node.inputs[0]) : undefined;
  const axes = x && integersOf(node.inputs[1]);
  if (!axes) return undefined;
  const kept = x.perm.filter((_, axis) => !axes.includes(axis));
  if (!kept.every((axis, i) => i === 0 || axis > kept[i - 1]!)) return undefined;
  const along = axes.map((axis) => x.perm[axis]!).sort((a, b) => a - b);
  return [op(node.op, [x.from, integers(along)], node.outputs[0]!.shape, node.attributes)];
};

/** Cuts along the original axes instead of transposing first. */
const sliceFirst: Rule = (node) => {
  const x = node.op === "Slice" ? transposed(node.inputs[0]) : undefined;
  const [, starts, ends, axes, steps] = node.inputs;
  const along = x && integersOf(axes);
  if (!along) return undefined;
  return before(node, [x.from, starts, ends, integers(along.map((axis) => x.perm[axis]!)), steps], x.perm);
};

/** Pads along the original axes instead of transposing first. */
const padFirst: Rule = (node) => {
  const x = node.op === "Pad" && node.inputs[3] === undefined ? transposed(node.inputs[0]) : undefined;
  const pads = x && integersOf(node.inputs[1]);
  if (!pads) return undefined;
  const order = inverse(x.perm);
  const own = [...order, ...order.map((axis) => axis + order.length)].map((at) => pads[at]!);
  return before(node, [x.from, integers(own), node.inputs[2]], x.perm);
};

/**
 * Rules that move transposes after operations that work in any order of axes, until they meet other transposes that undo
 * them. So images keep the same order from layer to layer.
 */
export const sinking: readonly Rule[] = [unaryFirst, broadcastingFirst, reduceFirst, sliceFirst, padFirst];
