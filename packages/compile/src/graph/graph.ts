import { sizeOf } from "@weightcast/types";

/** Type of a tensor's elements. */
export type TensorType = "float32" | "int32" | "bool";

/**
 * Type of elements. Four appear only inside graphs: `int64` in shapes, axes and indices of ONNX operators, `float64`
 * where TensorFlow.js's results depend on JavaScript's numbers, and `int8` and `uint8` in weights of exported models.
 */
export type ElementType = TensorType | "int64" | "float64" | "int8" | "uint8";

/** Array that holds the elements of a type. */
export type ElementArray = Float32Array | Int32Array | Int8Array | Uint8Array | BigInt64Array | Float64Array;

/** Attribute of an ONNX operator: an integer, a list of integers, a float or a string. */
export type Attribute = number | readonly number[] | { readonly float: number } | string;

/** Edge of a graph: an input, a constant or a result of a node. Compared by identity and never changed. */
export interface Value {
  readonly shape: readonly number[];
  readonly type: ElementType;
  /** Node that computes the value; missing for inputs and constants. */
  readonly node?: Node;
  /** Elements of a constant, row-major. */
  readonly data?: ElementArray;
}

/** Application of an ONNX operator. */
export interface Node {
  /** Name of the operator; `domain::name` if it is not one of the standard's. */
  readonly op: string;
  /** Operands; `undefined` omits an optional one. */
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: { readonly [name: string]: Attribute };
  readonly outputs: readonly Value[];
}

/** Program without side effects. It consists of exactly what its outputs depend on. */
export interface Graph {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

/** Shape and type of a result. */
export interface Result {
  readonly shape: readonly number[];
  readonly type: ElementType;
}

/** Results of a new node with several results. */
export function ops(
  op: string,
  inputs: readonly (Value | undefined)[],
  results: readonly Result[],
  attributes: Node["attributes"] = {},
): readonly Value[] {
  const outputs: Value[] = [];
  const node: Node = { op, inputs, attributes, outputs };
  for (const { shape, type } of results) outputs.push({ shape, type, node });
  return outputs;
}

/** Result of a new node with a single result. @param type @default the type of the first input */
export function op(
  name: string,
  inputs: readonly (Value | undefined)[],
  shape: readonly number[],
  attributes: Node["attributes"] = {},
  type = inputs[0]!.type,
): Value {
  return ops(name, inputs, [{ shape, type }], attributes)[0]!;
}

/** Copy of a node with other inputs. */
export function withInputs(node: Node, inputs: Node["inputs"]): Node {
  const outputs: Value[] = [];
  const next: Node = { ...node, inputs, outputs };
  for (const { shape, type } of node.outputs) outputs.push({ shape, type, node: next });
  return next;
}

/** Constant with the given elements. */
export const constant = (data: ElementArray, shape: readonly number[], type: ElementType): Value => ({
  data,
  shape,
  type,
});

/** Constant of rank 0. */
export const scalar = (value: number, type: ElementType): Value => filled([], value, type);

const fills = new WeakSet<Value>();

/** Constant with the same number everywhere. */
export function filled(shape: readonly number[], value: number, type: ElementType): Value {
  const data = arrayOf(type, sizeOf(shape)).fill((type === "int64" ? BigInt(value) : value) as never);
  const fill = constant(data, shape, type);
  fills.add(fill);
  return fill;
}

/** Whether {@link filled} made a constant. A weight whose numbers are equal is none: it belongs to the model. */
export const isFilled = (value: Value): boolean => fills.has(value);

/** Constant vector of type int64: a shape, axes, starts. */
export const integers = (values: readonly number[]): Value =>
  constant(BigInt64Array.from(values, BigInt), [values.length], "int64");

/** Array of zeros. */
export function arrayOf(type: ElementType, size: number): ElementArray {
  switch (type) {
    case "float32":
      return new Float32Array(size);
    case "int32":
      return new Int32Array(size);
    case "int8":
      return new Int8Array(size);
    case "bool":
    case "uint8":
      return new Uint8Array(size);
    case "int64":
      return new BigInt64Array(size);
    case "float64":
      return new Float64Array(size);
  }
}

/** Nodes that a graph's outputs depend on, each after the nodes that it depends on itself. */
export function nodesOf({ outputs }: Pick<Graph, "outputs">): readonly Node[] {
  const order = new Set<Node>();
  // An explicit stack: the graph of a deep network is deeper than JavaScript's call stack.
  const stack: { readonly node: Node; next: number }[] = [];
  const visit = (value: Value | undefined) => {
    if (value?.node && !order.has(value.node)) stack.push({ node: value.node, next: 0 });
  };
  for (const output of outputs) {
    visit(output);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      if (top.next < top.node.inputs.length) visit(top.node.inputs[top.next++]);
      else {
        order.add(top.node);
        stack.pop();
      }
    }
  }
  return [...order];
}
