import { PbfWriter } from "pbf";
import { type Attribute, type Graph, type Node, nodesOf, type Value } from "../graph/graph";
import { typeNumber } from "../kernels/shapes";

/** Version of the operators. Those in use here mean the same in all of these. */
export type Opset = 18 | 19 | 20 | 21;

/** Version of the format that came with each: 21 is ONNX 1.16 of 2024, 18 is ONNX 1.13 of 2022. */
const irVersion = { 18: 8, 19: 9, 20: 9, 21: 10 } as const;

/** AttributeProto.AttributeType. */
const attributeType = { float: 1, integer: 2, string: 3, integers: 7 };

/** Options of {@link toOnnx}. */
export interface OnnxOptions {
  /** Names of the inputs. @default in0, in1, … */
  readonly inputs?: readonly string[];
  /** Names of the outputs. @default out0, out1, … */
  readonly outputs?: readonly string[];
  /** Axes of inputs and outputs whose length is the batch size, and free. @default none */
  readonly batchAxes?: ReadonlyMap<Value, readonly number[]>;
  /** Texts by name, which the model carries as `metadata_props`. @default none */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Names of constants. A name that is taken gets a number. @default c0, c1, … */
  readonly constants?: ReadonlyMap<Value, string>;
  /** @default 21 */
  readonly opset?: Opset;
}

/**
 * Serializes a graph as an ONNX model (a ModelProto with standard operators only).
 *
 * Source: onnx.proto of ONNX 1.16; the numbers below are its field numbers.
 * @throws RangeError if an output is itself an input or a constant, or appears twice: `asOutputs` prevents that
 */
export function toOnnx(graph: Graph, options: OnnxOptions = {}): Uint8Array {
  const { batchAxes = new Map(), metadata = {}, opset = 21 } = options;
  const nodes = nodesOf(graph);
  const names = nameValues(graph, nodes, options);
  const writeValue = (value: Value, w: PbfWriter) => writeInfo(value, names.get(value)!, batchAxes.get(value) ?? [], w);
  const nameOf = (value: Value | undefined) => (value ? names.get(value)! : "");
  const constants = [...names].filter(([{ data }]) => data);
  const writer = new PbfWriter();
  writer.writeVarintField(1, irVersion[opset]);
  writer.writeStringField(2, "weightcast");
  writer.writeMessage(
    7,
    (_, graphWriter) => {
      for (const [i, node] of nodes.entries())
        graphWriter.writeMessage(1, (_, nodeWriter) => writeNode(node, i, nameOf, nodeWriter), node);
      graphWriter.writeStringField(2, "weightcast");
      for (const [value, name] of constants)
        graphWriter.writeMessage(5, (_, w) => writeConstant(value, name, w), value);
      for (const value of graph.inputs) graphWriter.writeMessage(11, writeValue, value);
      for (const value of graph.outputs) graphWriter.writeMessage(12, writeValue, value);
    },
    graph,
  );
  writer.writeMessage(8, writeOpset, ["", opset]);
  for (const domain of new Set(nodes.map(({ op }) => splitName(op).domain)))
    if (domain !== "") writer.writeMessage(8, writeOpset, [domain, 1]);
  for (const entry of Object.entries(metadata)) writer.writeMessage(14, writeText, entry);
  return writer.finish();
}

function nameValues(
  { inputs, outputs }: Graph,
  nodes: readonly Node[],
  given: OnnxOptions,
): ReadonlyMap<Value, string> {
  const names = new Map<Value, string>();
  for (const [i, value] of inputs.entries()) names.set(value, given.inputs?.[i] ?? `in${i}`);
  for (const [i, value] of outputs.entries()) {
    if (names.has(value) || !value.node)
      throw new RangeError(
        `toOnnx: every output must be the result of a node and appear only once; output ${i} is not or does not`,
      );
    names.set(value, given.outputs?.[i] ?? `out${i}`);
  }
  const taken = new Set(names.values());
  let count = 0;
  const free = (wanted: (k: number) => string, first: number): string => {
    for (let k = first; ; k++) {
      const name = wanted(k);
      if (!taken.has(name) && taken.add(name)) return name;
    }
  };
  for (const { inputs, outputs } of nodes)
    for (const value of [...inputs, ...outputs]) {
      if (!value || names.has(value)) continue;
      const wished = given.constants?.get(value);
      const name =
        wished === undefined
          ? free((k) => `${value.data ? "c" : "v"}${k}`, count++)
          : free((k) => (k === 0 ? wished : `${wished}_${k}`), 0);
      names.set(value, name);
    }
  return names;
}

/** Domain and name of an operator. */
function splitName(op: string): { readonly domain: string; readonly name: string } {
  const at = op.indexOf("::");
  return at < 0 ? { domain: "", name: op } : { domain: op.slice(0, at), name: op.slice(at + 2) };
}

/** OperatorSetIdProto */
function writeOpset([domain, version]: [string, number], writer: PbfWriter): void {
  if (domain !== "") writer.writeStringField(1, domain);
  writer.writeVarintField(2, version);
}

/** NodeProto */
function writeNode(
  { op, inputs, outputs, attributes }: Node,
  index: number,
  nameOf: (value: Value | undefined) => string,
  writer: PbfWriter,
): void {
  // Trailing ones that are omitted are left out: ONNX Runtime's WebGPU provider takes an empty name for a missing input.
  for (const input of inputs.slice(0, inputs.findLastIndex((value) => value !== undefined) + 1))
    writer.writeStringField(1, nameOf(input));
  for (const output of outputs) writer.writeStringField(2, nameOf(output) ?? "");
  const { domain, name } = splitName(op);
  writer.writeStringField(3, `${name}_${index}`);
  writer.writeStringField(4, name);
  for (const attribute of Object.entries(attributes)) writer.writeMessage(5, writeAttribute, attribute);
  if (domain !== "") writer.writeStringField(7, domain);
}

/** AttributeProto */
function writeAttribute([name, value]: [string, Attribute], writer: PbfWriter): void {
  writer.writeStringField(1, name);
  if (typeof value === "number") {
    writer.writeVarintField(3, value);
    writer.writeVarintField(20, attributeType.integer);
  } else if (typeof value === "string") {
    writer.writeBytesField(4, new TextEncoder().encode(value));
    writer.writeVarintField(20, attributeType.string);
  } else if ("float" in value) {
    writer.writeFloatField(2, value.float);
    writer.writeVarintField(20, attributeType.float);
  } else {
    for (const item of value) writer.writeVarintField(8, item);
    writer.writeVarintField(20, attributeType.integers);
  }
}

/** TensorProto. Raw data is little-endian, as are the typed arrays of every machine that JavaScript runs on. */
function writeConstant({ shape, type, data }: Value, name: string, writer: PbfWriter): void {
  for (const size of shape) writer.writeVarintField(1, size);
  writer.writeVarintField(2, typeNumber[type]);
  writer.writeStringField(8, name);
  writer.writeBytesField(9, new Uint8Array(data!.buffer, data!.byteOffset, data!.byteLength));
}

/** StringStringEntryProto */
function writeText([key, value]: [string, string], writer: PbfWriter): void {
  writer.writeStringField(1, key);
  writer.writeStringField(2, value);
}

/** ValueInfoProto. An axis of free length has the name "batch" in place of a length. */
function writeInfo({ shape, type }: Value, name: string, free: readonly number[], writer: PbfWriter): void {
  writer.writeStringField(1, name);
  const writeLength = (axis: number, w: PbfWriter) =>
    free.includes(axis) ? w.writeStringField(2, "batch") : w.writeVarintField(1, shape[axis]!);
  const writeShape = (_: unknown, w: PbfWriter) => {
    for (const axis of shape.keys()) w.writeMessage(1, writeLength, axis);
  };
  const writeTensor = (_: unknown, w: PbfWriter) => {
    w.writeVarintField(1, typeNumber[type]);
    w.writeMessage(2, writeShape, shape);
  };
  writer.writeMessage(2, (_, w) => w.writeMessage(1, writeTensor, shape), shape);
}
