import { sizeOf } from "@weightcast/types";
import { type Graph, type Node, nodesOf, type Value } from "./graph";
import { substitute } from "./unroll";

/** Graph split in two: the part that depends on an input's rows alone, and the rest. */
export interface Hoisted {
  /** Graph from the input to its replacement, row by row. */
  readonly prelude: Graph;
  /** Original graph with the replacement as its input. */
  readonly rest: Graph;
}

/** Operators that compute row i of the result from row i of the first operand if the other operands are constant. */
const rowWise: ReadonlySet<string> = new Set(
  "Add Sub Mul Div Neg Abs Exp Log Sqrt Sigmoid Tanh Relu Cast Conv MaxPool AveragePool".split(" "),
);

/** Operators that are worth computing once instead of every time. */
const costly: ReadonlySet<string> = new Set(["MatMul", "Conv"]);

/**
 * Splits off the part of a graph that depends only on one input's rows and on constants. For data that does not change,
 * that part needs to be computed only once. In a factorized first layer it is x U, most of the layer's work.
 *
 * @param input whose first axis counts samples
 * @param limit maximum number of elements in a sample's replacement
 * @returns undefined if there is nothing to gain
 */
export function hoist(graph: Graph, input: Value, limit: number): Hoisted | undefined {
  const nodes = nodesOf(graph);
  const rows = new Set<Value>([input]);
  const inside: Node[] = [];
  for (const node of nodes)
    if (isRowWise(node, rows, input.shape[0]!)) {
      inside.push(node);
      for (const value of node.outputs) rows.add(value);
    }
  const within = new Set(inside);
  const frontier = new Set(
    [...nodes.filter((node) => !within.has(node)).flatMap(({ inputs }) => inputs), ...graph.outputs].filter(
      (value): value is Value => value !== undefined && rows.has(value),
    ),
  );
  const [replaced, ...more] = frontier;
  if (
    !replaced ||
    more.length > 0 ||
    replaced === input ||
    replaced.shape[0] !== input.shape[0] ||
    replaced.type !== "float32"
  )
    return undefined;
  const prelude = { inputs: [input], outputs: [replaced] };
  if (!nodesOf(prelude).some(({ op }) => costly.has(op))) return undefined;
  if (sizeOf(replaced.shape) / replaced.shape[0]! > limit) return undefined;
  return { prelude, rest: replaceInput(graph, input, replaced) };
}

function isRowWise({ op, inputs, outputs, attributes }: Node, rows: Set<Value>, count: number) {
  const [x, ...others] = inputs;
  const [y] = outputs;
  if (!x || !y || outputs.length > 1) return false;
  // A reshaped sample may consist of several consecutive rows; they still form a block that belongs to it alone.
  // Either operand of a sum or product may be the one with rows.
  const [main, rest] = rows.has(x) ? [x, others] : others[0] && rows.has(others[0]) ? [others[0], [x]] : [x, others];
  if (!rows.has(main) || y.shape[0]! % count !== 0 || rest.some((value) => value && !value.data)) return false;
  switch (op) {
    case "Reshape":
      return true;
    case "Transpose":
      return (attributes.perm as readonly number[])[0] === 0;
    case "MatMul":
      return main === x && rest[0]!.shape.length === 2;
    case "Conv":
      return main === x;
    case "Gather":
      return main === x && (attributes.axis as number) > 0;
    default:
      return rowWise.has(op) && rest.every((value) => !value || value.shape.length < y.shape.length);
  }
}

/** Graph that starts from `replaced` instead of `input`. */
function replaceInput(graph: Graph, input: Value, replaced: Value): Graph {
  const start: Value = { shape: replaced.shape, type: replaced.type };
  const inputs = graph.inputs.map((value) => (value === input ? start : value));
  // Treating `replaced` as an input of the graph cuts off everything before it.
  const cut = { inputs: [...graph.inputs, replaced], outputs: graph.outputs };
  return { inputs, outputs: substitute(cut, [...graph.inputs, start]) };
}
