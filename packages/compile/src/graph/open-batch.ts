import { compileError } from "../kernels/kernel";
import { type Graph, integers, type Node, nodesOf, type Value, withInputs } from "./graph";

/** Graph for any batch size. */
export interface OpenGraph extends Graph {
  /** Inputs and outputs by the axes whose length is the batch size. */
  readonly batchAxes: ReadonlyMap<Value, readonly number[]>;
}

/**
 * One graph for every batch size, from graphs of the same function for two sizes. They must differ in nothing but lengths: in the
 * shapes of Reshape nodes, one entry of which then becomes −1, "what is left", and in the axes of inputs and outputs.
 *
 * @param first for one batch size
 * @param second for another batch size
 * @throws CompileError `FIXED_BATCH`, naming the operator, if they differ in anything else, as after an operation that mixes the
 *   examples of a batch
 */
export function openBatch(first: Graph, second: Graph): OpenGraph {
  const [nodes, others] = [nodesOf(first), nodesOf(second)];
  if (nodes.length !== others.length) throw fixed("the number of operations");
  const opened = new Map<Value, Value>();
  for (const [i, node] of nodes.entries()) {
    const other = others[i]!;
    if (node.op !== other.op || !sameAttributes(node, other)) throw fixed(`operator ${node.op}`);
    const inputs = node.inputs.map((value, k) => value && openedInput(node, k, value, other.inputs[k]!, opened));
    const next = withInputs(node, inputs);
    node.outputs.forEach((value, k) => {
      opened.set(value, next.outputs[k]!);
    });
  }
  const outputs = first.outputs.map((value) => opened.get(value) ?? value);
  const axes = (a: readonly Value[], b: readonly Value[], of: readonly Value[]) =>
    a.map((value, i) => [of[i]!, differing(value.shape, b[i]!.shape)] as const);
  return {
    inputs: first.inputs,
    outputs,
    batchAxes: new Map([
      ...axes(first.inputs, second.inputs, first.inputs),
      ...axes(first.outputs, second.outputs, outputs),
    ]),
  };
}

function openedInput({ op }: Node, k: number, value: Value, other: Value, opened: ReadonlyMap<Value, Value>): Value {
  if (!value.data || !other.data) return opened.get(value) ?? value;
  if (sameShape(value, other) && value.data.every((entry, i) => Object.is(entry, other.data![i]))) return value;
  const places = sameShape(value, other)
    ? [...value.data.keys()].filter((i) => !Object.is(value.data![i], other.data![i]))
    : [];
  if (op !== "Reshape" || k !== 1 || places.length !== 1) throw fixed(`operator ${op}`);
  return integers([...value.data].map((entry, i) => (i === places[0] ? -1 : Number(entry))));
}

const differing = (a: readonly number[], b: readonly number[]) =>
  a.map((_, axis) => axis).filter((axis) => a[axis] !== b[axis]);

const sameShape = (a: Value, b: Value) => a.shape.length === b.shape.length && differing(a.shape, b.shape).length === 0;

const sameAttributes = (a: Node, b: Node) => JSON.stringify(a.attributes) === JSON.stringify(b.attributes);

const fixed = (what: string) =>
  compileError(
    "FIXED_BATCH",
    `exportOnnx: ${what} depends on the batch size, so that the model can't be exported for every batch size; pass a fixed one as batch`,
  );
