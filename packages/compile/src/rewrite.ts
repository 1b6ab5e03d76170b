import { type Graph, type Node, nodesOf, type Value } from "./graph";

/**
 * A local simplification: what to put in place of a node's outputs, or `undefined` where it does not apply. The node's
 * inputs are already rewritten; the rule looks from them upwards.
 */
export type Rule = (node: Node) => readonly Value[] | undefined;

/**
 * Applies rules to every node, from the inputs downwards, until nothing changes. Nodes that compute the same from the
 * same are shared. Inputs stay as they are, needed or not.
 */
export function rewrite(graph: Graph, rules: readonly Rule[]): Graph {
  for (let before = graph, round = 0; ; round++) {
    const { after, changed } = once(before, rules);
    if (!changed) return after;
    // Rules only ever simplify: this many rounds mean that two of them undo each other.
    if (round === 100) throw new Error("rewrite: the rules do not come to an end");
    before = after;
  }
}

function once(graph: Graph, rules: readonly Rule[]): { after: Graph; changed: boolean } {
  const nodes = nodesOf(graph);
  const replaced = new Map<Value, Value>();

  const keyOf = keys();
  const known = new Map<string, Node>();
  let changed = false;
  for (const old of nodes) {
    const inputs = old.inputs.map((input) => input && (replaced.get(input) ?? input));
    const node = inputs.every((input, i) => input === old.inputs[i]) ? old : withInputs(old, inputs);
    const key = keyOf(node);
    const same = known.get(key);
    const results = same?.outputs ?? apply(rules, node);
    if (results || same) changed = true;
    else known.set(key, node);
    for (const [i, value] of old.outputs.entries()) replaced.set(value, (results ?? node.outputs)[i]!);
  }
  const outputs = graph.outputs.map((value) => replaced.get(value) ?? value);
  return { after: { inputs: graph.inputs, outputs }, changed };
}

function apply(rules: readonly Rule[], node: Node): readonly Value[] | undefined {
  for (const rule of rules) {
    const results = rule(node);
    if (results) return results;
  }
  return undefined;
}

/** The same node on other inputs. */
export function withInputs(node: Node, inputs: Node["inputs"]): Node {
  const outputs: Value[] = [];
  const next: Node = { ...node, inputs, outputs };
  for (const { shape, type } of node.outputs) outputs.push({ shape, type, node: next });
  return next;
}

/** Small constants are the same if their elements are, the other values if they are the same object. */
function keys(): (node: Node) => string {
  const ids = new Map<Value | string, number>();
  const id = (of: Value | string) => {
    if (!ids.has(of)) ids.set(of, ids.size);
    return ids.get(of)!;
  };
  const valueKey = (value: Value | undefined) =>
    !value ? "" : value.data && value.data.length <= 16 ? id(`${value.type}[${value.shape}]${value.data}`) : id(value);
  return ({ op, inputs, attributes, outputs }) =>
    `${op}(${inputs.map(valueKey).join()})${JSON.stringify(attributes)}${outputs.map(({ type }) => type).join()}`;
}
