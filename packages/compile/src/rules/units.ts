import { integers, type Node, op, type Value } from "../graph";
import { reshape } from "../kernels/shapes";
import type { Rule } from "../rewrite";
import { integersOf, madeBy, sameShape } from "./match";

const elementwise: ReadonlySet<string> = new Set(
  "Add Sub Mul Div Neg Exp Log Sqrt Sigmoid Tanh Relu Elu Softplus Identity Cast".split(" "),
);

/** What a value is without the axes of size 1 in front of it, if a reshape put them there. */
function withoutUnits(value: Value): Value | undefined {
  const inner = madeBy(value, "Reshape")?.inputs[0];
  const extra = inner ? value.shape.length - inner.shape.length : 0;
  if (!inner || extra <= 0 || value.shape.slice(0, extra).some((size) => size !== 1)) return undefined;
  return sameShape(value.shape.slice(extra), inner.shape) ? inner : undefined;
}

/** Axes of size 1 in front are put there after the elements were computed, not before. */
const after: Rule = (node) => {
  if (!elementwise.has(node.op)) return undefined;
  const inner = node.inputs.map((value) => value && withoutUnits(value));
  const rank = Math.max(...inner.map((value) => value?.shape.length ?? 0));
  if (!inner.some(Boolean)) return undefined;
  const inputs = node.inputs.map((value, i) => inner[i] ?? value!);
  if (inputs.some(({ shape }) => shape.length > rank)) return undefined;
  const [y] = node.outputs;
  return [reshape(op(node.op, inputs, y!.shape.slice(-rank), node.attributes, y!.type), y!.shape)];
};

/** A sum over them sums nothing. */
const summed: Rule = (node: Node) => {
  const {
    inputs: [x, axes],
    attributes,
    outputs: [y],
  } = node;
  const inner = node.op === "ReduceSum" && withoutUnits(x!);
  if (!inner || attributes.keepdims === 1) return undefined;
  const extra = x!.shape.length - inner.shape.length;
  const reduced = integersOf(axes)!;
  if (!Array.from({ length: extra }, (_, axis) => axis).every((axis) => reduced.includes(axis))) return undefined;
  const rest = reduced.filter((axis) => axis >= extra).map((axis) => axis - extra);
  return [rest.length === 0 ? inner : op("ReduceSum", [inner, integers(rest)], y!.shape, attributes)];
};

/** Axes of size 1, which TensorFlow.js puts in front of matrices to multiply them. */
export const units: readonly Rule[] = [after, summed];
