import { type Graph, type Node, nodesOf, type Value, withInputs } from "../graph/graph";

/**
 * Local simplification: returns the values that replace a node's outputs, or `undefined` if the rule does not apply. The
 * node's inputs are already rewritten, and the rule may look at the nodes that compute them.
 * @param users what takes the node's results, not rewritten yet
 */
export type Rule = (node: Node, users: readonly User[]) => readonly Value[] | undefined;

/** What takes a node's result: another node, or the graph, which returns it. */
export type User = Node | "graph";

/** Node that computes a value, if it applies the given operator. */
export const producer = (value: Value | undefined, op: string): Node | undefined =>
  value?.node?.op === op ? value.node : undefined;

/** Integers of a constant. */
export const integersOf = (value: Value | undefined): readonly number[] | undefined =>
  value?.data && Array.from(value.data, Number);

/** Whether two shapes are equal. */
export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);

/** Shape of a value with more axes, of size 1, in front. */
export const wide = ({ shape }: Value, rank: number): readonly number[] => [
  ...Array<number>(rank - shape.length).fill(1),
  ...shape,
];

/** Order of axes of a transpose. */
export const permOf = ({ attributes }: Node): readonly number[] => attributes.perm as readonly number[];

/**
 * Applies rules to every node, from the inputs to the outputs, until nothing changes. Nodes that apply the same operator
 * to the same operands are merged. The graph's inputs stay as they are, needed or not.
 */
export function rewrite(graph: Graph, rules: readonly Rule[]): Graph {
  for (let before = graph, round = 0; ; round++) {
    const { after, changed } = once(before, rules);
    if (!changed) return after;
    // Rules only ever simplify, so after this many rounds two of them must be undoing each other.
    if (round === 100) throw new Error("rewrite: the rules do not terminate");
    before = after;
  }
}

function once(graph: Graph, rules: readonly Rule[]): { after: Graph; changed: boolean } {
  const nodes = nodesOf(graph);
  const replaced = new Map<Value, Value>();
  const users = usersOf(nodes, graph);

  const keyOf = keys();
  const known = new Map<string, Node>();
  let changed = false;
  for (const old of nodes) {
    const inputs = old.inputs.map((input) => input && (replaced.get(input) ?? input));
    const node = inputs.every((input, i) => input === old.inputs[i]) ? old : withInputs(old, inputs);
    const key = keyOf(node);
    const same = known.get(key);
    const results = same?.outputs ?? apply(rules, node, users.get(old)!);
    if (results || same) changed = true;
    else known.set(key, node);
    for (const [i, value] of old.outputs.entries()) replaced.set(value, (results ?? node.outputs)[i]!);
  }
  const outputs = graph.outputs.map((value) => replaced.get(value) ?? value);
  return { after: { inputs: graph.inputs, outputs }, changed };
}

/** What takes the results of each node. */
function usersOf(nodes: readonly Node[], { outputs }: Graph): ReadonlyMap<Node, readonly User[]> {
  const users = new Map<Node, User[]>(nodes.map((node) => [node, []]));
  const add = (value: Value | undefined, user: User) => value?.node && users.get(value.node)!.push(user);
  for (const node of nodes) for (const input of node.inputs) add(input, node);
  for (const output of outputs) add(output, "graph");
  return users;
}

function apply(rules: readonly Rule[], node: Node, users: readonly User[]): readonly Value[] | undefined {
  for (const rule of rules) {
    const results = rule(node, users);
    if (results) return results;
  }
  return undefined;
}

/** Keys of nodes. Small constants count as equal if their elements are, other values only if they are the same object. */
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
