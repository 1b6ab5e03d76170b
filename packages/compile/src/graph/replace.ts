import { type Graph, nodesOf, type Value, withInputs } from "./graph";

/** Graph in which values, such as constants, are replaced by others of the same shape and type. */
export function withReplaced(graph: Graph, replacements: ReadonlyMap<Value, Value>): Graph {
  if (replacements.size === 0) return graph;
  const replaced = new Map(replacements);
  const now = (value: Value) => replaced.get(value) ?? value;
  for (const node of nodesOf(graph)) {
    const inputs = node.inputs.map((value) => value && now(value));
    if (inputs.every((value, i) => value === node.inputs[i])) continue;
    const next = withInputs(node, inputs);
    for (const [i, value] of node.outputs.entries()) if (!replaced.has(value)) replaced.set(value, next.outputs[i]!);
  }
  return { inputs: graph.inputs, outputs: graph.outputs.map(now) };
}
