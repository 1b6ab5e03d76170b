import { type Operator, type Value, valuesIn } from "../expression/value";
import { bytesOf } from "../tensors/bytes";
import type { GraphNode, WeightSpec } from "./graph";

/** Constant that is added to a model. */
export interface NewWeight {
  readonly spec: WeightSpec;
  readonly data: Uint8Array;
}

type Type = "float32" | "int32";

const dataType = { float32: "DT_FLOAT", int32: "DT_INT32", bool: "DT_BOOL" } as const;

/** Name, and type of a result. */
interface Result {
  readonly name: string;
  readonly type: Type;
}

/** Nodes and constants of a formula. */
export interface EmittedGraph {
  readonly nodes: readonly GraphNode[];
  readonly weights: readonly NewWeight[];
}

/**
 * Formula as nodes of a graph model, computed in float32, of which the last has the name `output`.
 *
 * @param free gives a name that no node has
 */
export function emitTfjs(
  formula: Value,
  output: string,
  type: "float32" | "int32" | "bool",
  around: { free(): string; tensor(name: string): Result },
): EmittedGraph {
  const nodes: GraphNode[] = [];
  const weights: NewWeight[] = [];
  const constants = new Map<string, string>();
  const node = (op: string, input: readonly string[], attr: object): string => {
    const name = around.free();
    nodes.push({ name, op, input, attr });
    return name;
  };
  const constant = (values: ArrayLike<number>, shape: readonly number[], of: Type): string => {
    const key = `${of} ${shape} ${Array.from(values)}`;
    const found = constants.get(key);
    if (found !== undefined) return found;
    const name = around.free();
    const all = Array.from(values);
    const isSmall = all.every((value) => Number.isInteger(value) && value >= 0 && value < 256 && !Object.is(value, -0));
    const spec: WeightSpec = {
      ...{ name, shape, dtype: of },
      ...(isSmall && { quantization: { dtype: "uint8", scale: 1, min: 0 } }),
    };
    weights.push({ spec, data: bytesOf(all, isSmall ? "uint8" : of) });
    nodes.push({ name, op: "Const", attr: constantAttributes(of, shape) });
    constants.set(key, name);
    return name;
  };
  const results = new Map<Value, Result>();
  const cast = ({ name, type: from }: Result, to: Type): string =>
    from === to ? name : node("Cast", [name], { SrcT: { type: dataType[from] }, DstT: { type: dataType[to] } });
  const real = (value: Value) => cast(results.get(value)!, "float32");
  for (const value of valuesIn(formula)) results.set(value, resultOf(value));
  const last = results.get(formula)!;
  nodes.push(
    last.type === type
      ? { name: output, op: "Identity", input: [last.name], attr: { T: { type: dataType[type] } } }
      : {
          name: output,
          op: "Cast",
          input: [last.name],
          attr: { SrcT: { type: dataType[last.type] }, DstT: { type: dataType[type] } },
        },
  );
  return { nodes, weights };

  function resultOf(value: Value): Result {
    if (value.kind === "tensor") return around.tensor(value.name);
    const of: Type = value.type === "index" ? "int32" : "float32";
    if (value.kind === "constant") return { name: constant(value.values, value.shape, of), type: of };
    const T = { type: dataType[of] };
    if (value.kind === "range") {
      const ends = [0, value.shape[0]!, 1].map((end) => constant([end], [], "float32"));
      return { name: node("Range", ends, { Tidx: { type: dataType.float32 } }), type: "float32" };
    }
    const { op, inputs, axis = 0, start = 0, shape, order } = value;
    if (Object.hasOwn(arithmetic, op)) {
      const name = node(arithmetic[op]!, inputs.map(real), { T });
      if (op !== "less" && op !== "equal") return { name, type: "float32" };
      return { name: node("Cast", [name], { SrcT: { type: dataType.bool }, DstT: T }), type: "float32" };
    }
    const first = results.get(inputs[0]!)!;
    if (op === "whole") return { name: cast(first, "int32"), type: "int32" };
    const own = { T: { type: dataType[first.type] } };
    const integers = (values: readonly number[], lengths = [values.length]) => constant(values, lengths, "int32");
    const index = { type: dataType.int32 };
    const more: Readonly<Record<string, () => string>> = {
      reshape: () => node("Reshape", [first.name, integers(shape)], { ...own, Tshape: index }),
      repeat: () => node("BroadcastTo", [first.name, integers(shape)], { ...own, Tidx: index }),
      transpose: () => node("Transpose", [first.name, integers(order!)], { ...own, Tperm: index }),
      concatenate: () =>
        node("ConcatV2", [...inputs.map((input) => results.get(input)!.name), integers([axis], [])], {
          ...own,
          N: { i: String(inputs.length) },
          Tidx: index,
        }),
      take: () =>
        node("GatherV2", [first.name, results.get(inputs[1]!)!.name, integers([axis], [])], {
          ...{ Tparams: own.T, Tindices: index, Taxis: index },
          batch_dims: { i: "0" },
        }),
      slice: () =>
        node("Slice", [first.name, integers(shape.map((_, i) => (i === axis ? start : 0))), integers(shape)], {
          ...own,
          Index: index,
        }),
      product: () => node("MatMul", inputs.map(real), { T, transpose_a: { b: false }, transpose_b: { b: false } }),
    };
    return { name: more[op]!(), type: op === "product" ? "float32" : first.type };
  }
}

/** Attributes of a node `Const`, as the converter writes them. */
export const constantAttributes = (type: Type, shape: readonly number[]): object => ({
  dtype: { type: dataType[type] },
  value: { tensor: { dtype: dataType[type], tensorShape: { dim: shape.map((size) => ({ size: String(size) })) } } },
});

const arithmetic: Partial<Readonly<Record<Operator, string>>> = {
  add: "AddV2",
  subtract: "Sub",
  multiply: "Mul",
  divide: "RealDiv",
  minimum: "Minimum",
  maximum: "Maximum",
  absolute: "Abs",
  exponential: "Exp",
  power: "Pow",
  sine: "Sin",
  floor: "Floor",
  less: "Less",
  equal: "Equal",
};
