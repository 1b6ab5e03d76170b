import { type Graph, type Node, nodesOf, sizeOf, type Value } from "./graph";
import { substitute } from "./unroll";

/** A graph in two: what an input's rows become on their own, and the rest. */
export interface Hoisted {
  /** From the input to its replacement, row by row. */
  readonly prelude: Graph;
  /** The graph with the replacement as the input. */
  readonly rest: Graph;
}

/** Operators that compute row i of the result from row i of the first operand, the other operands being constant. */
const rowWise: ReadonlySet<string> = new Set(
  "Add Sub Mul Div Neg Abs Exp Log Sqrt Sigmoid Tanh Relu Cast Conv MaxPool AveragePool".split(" "),
);

/** Operators that are worth computing once instead of every time. */
const costly: ReadonlySet<string> = new Set(["MatMul", "Conv"]);

/**
 * Takes out of a graph what depends on nothing but one input's rows and constants: for data that does not change, it
 * needs to be computed only once. In a factorized first layer that is x U, most of the layer's work.
 *
 * @param input whose first axis counts samples
 * @param limit elements that a sample's replacement may have
 * @returns undefined where there is nothing to gain
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
  // A sample may have become several rows, one after the other: reshaped, it is a block of its own all the same.
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

/** The graph that starts from `replaced` instead of `input`. */
function replaceInput(graph: Graph, input: Value, replaced: Value): Graph {
  const start: Value = { shape: replaced.shape, type: replaced.type };
  const inputs = graph.inputs.map((value) => (value === input ? start : value));
  // As a graph with `replaced` for an input: what comes before it is cut off.
  const cut = { inputs: [...graph.inputs, replaced], outputs: graph.outputs };
  return { inputs, outputs: substitute(cut, [...graph.inputs, start]) };
}
