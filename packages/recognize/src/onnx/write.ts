import { PbfWriter } from "pbf";
import type { NumberType } from "../tensors/number-type";
import { type Field, fieldsOf, joined, textIn } from "../wire/fields";
import { graphTag, modelTag, nodeTag, type OnnxModel, type Scope, type ScopeNode } from "./scopes";
import { typeNumber } from "./tensor-proto";

/** Node to be written. */
export interface NewNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, NewAttribute>>;
}

/** Attribute: an integer, integers, or a constant. */
type NewAttribute = number | readonly number[] | NewTensor;

/** Constant to be written. */
export interface NewTensor {
  readonly type: NumberType;
  readonly shape: readonly number[];
  /** Entries, little-endian. */
  readonly data: Uint8Array;
}

/** What changes in the graphs of a model. */
export interface Changes {
  /** Names that a graph no longer defines: initializers, constants, inputs of old versions. */
  dropped(scope: Scope): ReadonlySet<string>;
  /** Nodes that come before all others. */
  prelude(scope: Scope): readonly NewNode[];
  /** Name by which a node of a graph reads what it read by another. */
  renamed(scope: Scope, name: string): string;
  /** Nodes that take the place of one, as bytes; undefined if it stays. */
  replaced(node: ScopeNode): readonly Uint8Array[] | undefined;
}

/** Bytes of a model with changes; all else stays as it is, byte by byte. */
export const writeModel = (model: OnnxModel, changes: Changes): Uint8Array =>
  joined(
    model.fields.map((field) =>
      field.number === modelTag.graph ? message(modelTag.graph, graphBytes(model.graph, changes)) : field.raw,
    ),
  );

function graphBytes(scope: Scope, changes: Changes): Uint8Array {
  const dropped = changes.dropped(scope);
  const parts: Uint8Array[] = changes.prelude(scope).map((node) => message(graphTag.node, nodeBytes(node)));
  let index = 0;
  for (const field of scope.fields) {
    if (field.number === graphTag.node) {
      const node = scope.nodes[index++]!;
      if (!(node.op === "Constant" && dropped.has(node.outputs[0]!)))
        for (const one of changes.replaced(node) ?? [changedNode(node, scope, changes)])
          parts.push(message(graphTag.node, one));
    } else if (!isDropped(field, dropped)) parts.push(field.raw);
  }
  return joined(parts);
}

/** Whether a field is about a name that is no longer defined. */
function isDropped({ number, body }: Field, dropped: ReadonlySet<string>): boolean {
  if (dropped.size === 0) return false;
  if (number === graphTag.initializer) return dropped.has(textIn(fieldsOf(body), 8));
  return (number === graphTag.input || number === graphTag.valueInfo) && dropped.has(textIn(fieldsOf(body), 1));
}

function changedNode(node: ScopeNode, scope: Scope, changes: Changes): Uint8Array {
  const graphs = node.graphs.values();
  const changedAttribute = (body: Uint8Array) =>
    joined(
      fieldsOf(body).map((field) =>
        field.number === 6 || field.number === 11
          ? message(field.number, graphBytes(graphs.next().value!, changes))
          : field.raw,
      ),
    );
  const parts: Uint8Array[] = [];
  let input = 0;
  for (const field of node.fields) {
    if (field.number === nodeTag.input) {
      const name = node.inputs[input++]!;
      const other = changes.renamed(scope, name);
      parts.push(other === name ? field.raw : text(nodeTag.input, other));
    } else if (field.number === nodeTag.attribute && node.graphs.length > 0)
      parts.push(message(nodeTag.attribute, changedAttribute(field.body)));
    else parts.push(field.raw);
  }
  return joined(parts);
}

/** A node with other inputs and another output; its name, operator and attributes stay. */
export const rewired = ({ fields }: ScopeNode, inputs: readonly string[], output: string): Uint8Array =>
  joined([
    ...inputs.map((input) => text(nodeTag.input, input)),
    text(nodeTag.output, output),
    ...fields.filter(({ number }) => number !== nodeTag.input && number !== nodeTag.output).map(({ raw }) => raw),
  ]);

/** Bytes of a model that gives out other values of its graph, too. */
export const exposed = ({ fields }: OnnxModel, names: readonly string[]): Uint8Array =>
  joined(
    fields.map((field) => {
      const outputs = names.map((name) => message(graphTag.output, text(1, name)));
      return field.number === modelTag.graph ? message(modelTag.graph, joined([field.body, ...outputs])) : field.raw;
    }),
  );

function message(number: number, body: Uint8Array): Uint8Array {
  const writer = new PbfWriter(new Uint8Array(16));
  writer.writeVarint((number << 3) | 2);
  writer.writeVarint(body.length);
  return joined([writer.finish().slice(), body]);
}

const text = (number: number, value: string): Uint8Array => message(number, new TextEncoder().encode(value));

/** NodeProto */
export function nodeBytes({ op, inputs, output, attributes = {} }: NewNode): Uint8Array {
  return joined([
    ...inputs.map((input) => text(nodeTag.input, input)),
    text(nodeTag.output, output),
    text(nodeTag.op, op),
    ...Object.entries(attributes).map(([name, value]) => message(nodeTag.attribute, attributeBytes(name, value))),
  ]);
}

/** AttributeProto */
function attributeBytes(name: string, value: NewAttribute): Uint8Array {
  const writer = new PbfWriter();
  writer.writeStringField(1, name);
  if (typeof value === "number") {
    writer.writeVarintField(3, value);
    writer.writeVarintField(20, 2);
  } else if ("data" in value) {
    writer.writeBytesField(5, tensorBytes(value));
    writer.writeVarintField(20, 4);
  } else {
    for (const item of value) writer.writeVarintField(8, item);
    writer.writeVarintField(20, 7);
  }
  return writer.finish();
}

/** TensorProto */
function tensorBytes({ type, shape, data }: NewTensor): Uint8Array {
  const writer = new PbfWriter();
  for (const length of shape) writer.writeVarintField(1, length);
  writer.writeVarintField(2, typeNumber(type));
  writer.writeBytesField(9, data);
  return writer.finish();
}
