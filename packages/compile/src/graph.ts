/** Types of elements. `int64` appears only inside graphs: shapes, axes and indices of ONNX operators. */
export type ElementType = "float32" | "int32" | "bool" | "int64";

/** The array that holds elements of a type. */
export type ElementArray = Float32Array | Int32Array | Uint8Array | BigInt64Array;

/** An attribute of an ONNX operator: an integer, some integers, a float or a string. */
export type Attribute = number | readonly number[] | { readonly float: number } | string;

/** An edge of a graph: an input, a constant, or a result of a node. Told apart by identity, never changed. */
export interface Value {
  readonly shape: readonly number[];
  readonly type: ElementType;
  /** The node that computes it; none for inputs and constants. */
  readonly node?: Node;
  /** The elements of a constant, row-major. */
  readonly data?: ElementArray;
}

/** One ONNX operator, applied. */
export interface Node {
  readonly op: string;
  /** `undefined` leaves an optional input out. */
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: { readonly [name: string]: Attribute };
  readonly outputs: readonly Value[];
}

/** A program without effects: what is not needed for the outputs is not part of it. */
export interface Graph {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

/** Shape and type of a result. */
export interface Result {
  readonly shape: readonly number[];
  readonly type: ElementType;
}

/** A node with several results. */
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

/** A node with one result, by default of the first input's type. */
export function op(
  name: string,
  inputs: readonly (Value | undefined)[],
  shape: readonly number[],
  attributes: Node["attributes"] = {},
  type = inputs[0]!.type,
): Value {
  return ops(name, inputs, [{ shape, type }], attributes)[0]!;
}

/** A constant. */
export const constant = (data: ElementArray, shape: readonly number[], type: ElementType): Value => ({
  data,
  shape,
  type,
});

/** A constant of rank 0. */
export function scalar(value: number, type: ElementType): Value {
  const data = arrayOf(type, 1);
  data[0] = type === "int64" ? BigInt(value) : value;
  return constant(data, [], type);
}

/** A constant vector of int64: a shape, axes, starts. */
export const integers = (values: readonly number[]): Value =>
  constant(BigInt64Array.from(values, BigInt), [values.length], "int64");

/** Zeros. */
export function arrayOf(type: ElementType, size: number): ElementArray {
  switch (type) {
    case "float32":
      return new Float32Array(size);
    case "int32":
      return new Int32Array(size);
    case "bool":
      return new Uint8Array(size);
    case "int64":
      return new BigInt64Array(size);
  }
}

/** Elements of a shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, axis) => product * axis, 1);

/** The nodes that a graph's outputs need, each after those it needs. */
export function nodesOf({ outputs }: Pick<Graph, "outputs">): readonly Node[] {
  const order = new Set<Node>();
  // A stack of its own: a deep network's graph is deeper than JavaScript's.
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
