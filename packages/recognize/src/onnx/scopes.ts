import { bytesIn, type Field, fieldsOf, integerIn, textIn, textsIn, WireError } from "../wire/fields";
import { type TensorProto, tensorProto } from "./tensor-proto";

// Field numbers of onnx.proto.
export const modelTag = { irVersion: 1, graph: 7, opset: 8 } as const;
export const graphTag = { node: 1, initializer: 5, input: 11, output: 12, valueInfo: 13 } as const;
export const nodeTag = { input: 1, output: 2, name: 3, op: 4, attribute: 5, domain: 7 } as const;
const attributeTag = { name: 1, tensor: 5, graph: 6, graphs: 11, type: 20 } as const;

/** Graphs within graphs at most: an ONNX file nests those of branches and loops. */
const deepest = 60;

/** NodeProto. */
export interface ScopeNode {
  readonly fields: readonly Field[];
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Graphs in its attributes: branches, bodies of loops. */
  readonly graphs: readonly Scope[];
  /** Value of a node `Constant`. */
  readonly constant?: TensorProto;
}

/** GraphProto: the names that are defined in it. */
export interface Scope {
  readonly fields: readonly Field[];
  readonly parent?: Scope;
  /** Node and attribute that hold it: `If_0/then_branch`; "" for the model's graph. */
  readonly path: string;
  readonly nodes: readonly ScopeNode[];
  readonly initializers: readonly TensorProto[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Names whose types it notes; those of weights that go are to go, too. */
  readonly notes: readonly string[];
  /** Names that it defines itself. */
  readonly defines: ReadonlySet<string>;
}

/** ModelProto. */
export interface OnnxModel {
  readonly fields: readonly Field[];
  readonly irVersion: number;
  /** Version of the standard operators; 0 if the model imports none. */
  readonly opset: number;
  readonly graph: Scope;
}

/** Model of an ONNX file. @throws WireError for bytes that are none */
export function onnxModel(bytes: Uint8Array): OnnxModel {
  const fields = fieldsOf(bytes);
  const graph = bytesIn(fields, modelTag.graph);
  const irVersion = integerIn(fields, modelTag.irVersion) ?? 0;
  if (!graph || !(irVersion >= 1 && irVersion < 1000)) throw new WireError("it must have a version and a graph");
  return { fields, irVersion, opset: opsetIn(fields), graph: scopeOf(graph, "", 0) };
}

function opsetIn(fields: readonly Field[]): number {
  const imports = fields.filter(({ number }) => number === modelTag.opset).map(({ body }) => fieldsOf(body));
  const standard = imports.find((one) => ["", "ai.onnx"].includes(textIn(one, 1)));
  return (standard && integerIn(standard, 2)) ?? 0;
}

function scopeOf(bytes: Uint8Array, path: string, depth: number, parent?: Scope): Scope {
  if (depth > deepest) throw new WireError(`its graphs must nest at most ${deepest} deep`);
  const fields = fieldsOf(bytes);
  const named = (number: number) =>
    fields.filter((field) => field.number === number).map(({ body }) => textIn(fieldsOf(body), 1));
  const initializers = fields
    .filter(({ number }) => number === graphTag.initializer)
    .map(({ body }) => tensorProto(body));
  const nodes: ScopeNode[] = [];
  const defines = new Set<string>();
  const scope: Scope = {
    ...{ fields, path, nodes, initializers, defines, ...(parent && { parent }) },
    inputs: named(graphTag.input),
    notes: named(graphTag.valueInfo),
    outputs: named(graphTag.output),
  };
  for (const { number, body } of fields) if (number === graphTag.node) nodes.push(nodeOf(body, scope, depth));
  for (const name of [
    ...scope.inputs,
    ...initializers.map(({ name }) => name),
    ...nodes.flatMap(({ outputs }) => outputs),
  ])
    defines.add(name);
  return scope;
}

function nodeOf(bytes: Uint8Array, scope: Scope, depth: number): ScopeNode {
  const fields = fieldsOf(bytes);
  const op = textIn(fields, nodeTag.op);
  const outputs = textsIn(fields, nodeTag.output);
  const name = textIn(fields, nodeTag.name) || outputs[0] || op;
  const attributes = fields.filter(({ number }) => number === nodeTag.attribute).map(({ body }) => fieldsOf(body));
  const graphs = attributes.flatMap((attribute) => {
    const path = `${scope.path}${scope.path && "/"}${name}/${textIn(attribute, attributeTag.name)}`;
    return attribute
      .filter(({ number }) => number === attributeTag.graph || number === attributeTag.graphs)
      .map(({ body }) => scopeOf(body, path, depth + 1, scope));
  });
  const value = op === "Constant" && attributes.find((one) => textIn(one, attributeTag.name) === "value");
  const tensor = value && bytesIn(value, attributeTag.tensor);
  return {
    ...{ fields, name, op, outputs, graphs },
    inputs: textsIn(fields, nodeTag.input),
    ...(tensor && { constant: tensorProto(tensor) }),
  };
}
