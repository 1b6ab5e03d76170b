import type { Finding } from "../find/finding";
import type { Simplified } from "../simplified";
import { joined } from "../wire/fields";
import { emitTfjs, type NewWeight } from "./emit";
import type { GraphNode, WeightSpec } from "./graph";
import { nodeOf, type TfjsFile, type TfjsTensor } from "./read";

const path = "group1-shard1of1.bin";

/**
 * Graph model with the same outputs, in which copies are stored once, and tensors that have a formula are computed by operators of the
 * graph. TensorFlow.js computes them with each prediction.
 *
 * @param findings of `recognize` for this file
 * @throws RangeError for a finding of a tensor that the file does not have
 */
export function simplifyTfjs(file: TfjsFile, findings: readonly Finding[]): Simplified {
  const tensors = new Map(file.tensors.map((tensor) => [tensor.name, tensor]));
  const known = (name: string): TfjsTensor => {
    const tensor = tensors.get(name);
    if (!tensor)
      throw new RangeError(`simplify: findings must be of this file, which has no tensor ${JSON.stringify(name)}`);
    return tensor;
  };
  const reasons = new Map(
    findings.map(({ tensor, formula }) => [tensor, reasonToKeep(file, known(tensor), formula.kind)]),
  );
  const applied = findings.filter(({ tensor }) => reasons.get(tensor) === undefined);
  const { nodes, added } = changedNodes(file, applied, known);
  const gone = new Set(applied.map(({ tensor }) => tensor));
  const all = [
    ...file.tensors.filter(({ name }) => !gone.has(name)).map(({ spec, content }) => ({ spec, data: content })),
    ...added,
  ];
  const topology = file.json.modelTopology as object;
  const json = {
    ...file.json,
    modelTopology: { ...topology, node: nodes },
    weightsManifest: [{ paths: [path], weights: all.map(({ spec }): WeightSpec => spec) }],
  };
  const weights = joined(all.map(({ data }) => data));
  return {
    files: [
      { name: "model.json", bytes: new TextEncoder().encode(JSON.stringify(json)) },
      { name: path, bytes: weights },
    ],
    ...{ weights: weights.length, applied },
    kept: [...reasons].flatMap(([tensor, reason]) => (reason === undefined ? [] : [{ tensor, reason }])),
  };
}

function reasonToKeep({ nodes }: TfjsFile, { spec: { dtype }, name }: TfjsTensor, kind: string): string | undefined {
  if (!nodes.some((node) => node.name === name && node.op === "Const")) return "the graph has no constant of its name";
  if (kind !== "tensor" && !["float32", "int32", "bool"].includes(dtype)) return `its entries are of type ${dtype}`;
  return undefined;
}

function changedNodes(
  { nodes, json, tensors }: TfjsFile,
  findings: readonly Finding[],
  known: (name: string) => TfjsTensor,
): { readonly nodes: readonly GraphNode[]; readonly added: readonly NewWeight[] } {
  const free = freeNames([...nodes, ...tensors]);
  const outputs = outputNames(json);
  const added: NewWeight[] = [];
  const instead = new Map<string, readonly GraphNode[]>();
  const renames = new Map<string, string>();
  const around = { free, tensor: (name: string) => ({ name, type: known(name).spec.dtype as "float32" | "int32" }) };
  for (const { tensor, formula } of findings) {
    if (formula.kind === "tensor" && !outputs.has(tensor)) {
      renames.set(tensor, formula.name);
      instead.set(tensor, []);
      continue;
    }
    const emitted = emitTfjs(formula, tensor, known(tensor).spec.dtype as "float32" | "int32" | "bool", around);
    instead.set(tensor, emitted.nodes);
    added.push(...emitted.weights);
  }
  return { nodes: nodes.flatMap((node) => instead.get(node.name) ?? [renamed(node, renames)]), added };
}

function renamed(node: GraphNode, renames: ReadonlyMap<string, string>): GraphNode {
  if (!node.input?.some((input) => renames.has(nodeOf(input)))) return node;
  const input = node.input.map((one) => {
    const name = renames.get(nodeOf(one));
    return name === undefined ? one : one.startsWith("^") ? `^${name}` : name;
  });
  return { ...node, input };
}

/** Nodes whose results a signature gives. */
function outputNames({ signature, userDefinedMetadata }: TfjsFile["json"]): ReadonlySet<string> {
  const found = new Set<string>();
  const all = [signature, (userDefinedMetadata as { signature?: unknown } | undefined)?.signature];
  for (const one of all) {
    const { outputs } = Object(one) as { readonly outputs?: object };
    for (const output of Object.values(outputs ?? {})) found.add(nodeOf(String(Object(output).name)));
  }
  return found;
}

function freeNames(named: readonly { readonly name: string }[]): () => string {
  const taken = new Set(named.map(({ name }) => name));
  let count = 0;
  return () => {
    for (;;) {
      const name = `w${count++}`;
      if (!taken.has(name)) return name;
    }
  };
}
