import { sizeOf } from "@weightcast/types";
import { type Graph, type Node, nodesOf, type Value, withInputs } from "./graph";

/**
 * Graph of several steps: from a state and the inputs of every step to the last state and the outputs of every step.
 * @param graph of one step, from state and inputs to next state and outputs
 * @param stateSize number of values in the state
 * @param steps ≥ 1
 */
export function unroll(graph: Graph, stateSize: number, steps: number): Graph {
  const first = graph.inputs.slice(0, stateSize);
  const inputs: Value[] = [...first];
  const outputs: Value[] = [];
  let state: readonly Value[] = first;
  for (let step = 0; step < steps; step++) {
    const stepInputs = graph.inputs.slice(stateSize).map(({ shape, type }): Value => ({ shape, type }));
    const results = substitute(graph, [...state, ...stepInputs]);
    inputs.push(...stepInputs);
    outputs.push(...results.slice(stateSize));
    state = results.slice(0, stateSize);
  }
  return { inputs, outputs: [...state, ...outputs] };
}

/** Outputs of a graph after replacing its inputs with other values. */
export function substitute(graph: Graph, values: readonly Value[]): readonly Value[] {
  const next = new Map<Value, Value>(graph.inputs.map((input, i) => [input, values[i]!]));
  const replacementOf = (value: Value) => next.get(value) ?? value;
  for (const node of nodesOf(graph)) {
    const inputs = node.inputs.map((value) => value && replacementOf(value));
    if (inputs.every((value, i) => value === node.inputs[i])) continue;
    const copy = withInputs(node, inputs);
    for (const [i, value] of node.outputs.entries()) if (!next.has(value)) next.set(value, copy.outputs[i]!);
  }
  return graph.outputs.map(replacementOf);
}

/** Number of operations in a call that takes about a tenth of a second at 50 GFLOP/s. */
const callOperations = 5e9;

/**
 * Number of nodes in a call. Opening a graph takes longer than in proportion to its nodes, and a step of many, as of a recurrent
 * layer, gains little from fewer calls.
 */
const callNodes = 2000;

/**
 * Number of steps to unroll by default: as many as take about a tenth of a second and have few enough nodes, at least one and at
 * most eight.
 */
export function defaultSteps(graph: Graph): number {
  const most = Math.min(callOperations / operations(graph), callNodes / nodesOf(graph).length);
  return Math.min(8, Math.max(1, Math.floor(most)));
}

/** Multiplications and additions in a graph's matrix products and convolutions, which are most of its cost. */
const operations = (graph: Graph): number => nodesOf(graph).reduce((sum, node) => sum + operationsOf(node), 0);

function operationsOf({ op, inputs, outputs: [y] }: Node): number {
  const [a, b] = inputs;
  switch (op) {
    case "MatMul":
      return 2 * sizeOf(y!.shape) * a!.shape.at(-1)!;
    // With a filter [out, in, …], every output needs one product per filter element of its channel …
    case "Conv":
      return 2 * sizeOf(y!.shape) * sizeOf(b!.shape.slice(1));
    // … and here every input does.
    case "ConvTranspose":
      return 2 * sizeOf(a!.shape) * sizeOf(b!.shape.slice(1));
    default:
      return 0;
  }
}
