import { type Graph, nodesOf, type Value } from "./graph";
import { withInputs } from "./rewrite";

/**
 * Several steps as one graph: from a state and the inputs of each step to the last state and the outputs of each.
 * @param graph of one step: state and inputs to next state and outputs
 * @param held how many values the state has
 * @param steps ≥ 1
 */
export function unroll(graph: Graph, held: number, steps: number): Graph {
  const first = graph.inputs.slice(0, held);
  const inputs: Value[] = [...first];
  const outputs: Value[] = [];
  let state: readonly Value[] = first;
  for (let step = 0; step < steps; step++) {
    const given = graph.inputs.slice(held).map(({ shape, type }): Value => ({ shape, type }));
    const results = substitute(graph, [...state, ...given]);
    inputs.push(...given);
    outputs.push(...results.slice(held));
    state = results.slice(0, held);
  }
  return { inputs, outputs: [...state, ...outputs] };
}

/** What a graph's outputs are when other values are put in for its inputs. */
export function substitute(graph: Graph, values: readonly Value[]): readonly Value[] {
  const next = new Map<Value, Value>(graph.inputs.map((input, i) => [input, values[i]!]));
  const of = (value: Value) => next.get(value) ?? value;
  for (const node of nodesOf(graph)) {
    const inputs = node.inputs.map((value) => value && of(value));
    if (inputs.every((value, i) => value === node.inputs[i])) continue;
    const copy = withInputs(node, inputs);
    for (const [i, value] of node.outputs.entries()) if (!next.has(value)) next.set(value, copy.outputs[i]!);
  }
  return graph.outputs.map(of);
}
