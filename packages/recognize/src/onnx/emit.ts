import { type Operator, type Value, valuesIn } from "../expression/value";
import { bytesOf } from "../tensors/bytes";
import type { NumberType } from "../tensors/number-type";
import { typeNumber } from "./tensor-proto";
import type { NewNode, NewTensor } from "./write";

/** What the writer of a formula knows of the graph. */
export interface Around {
  /** Name of a value of the graph that nothing has yet. */
  free(): string;
  /** Name in this graph, and type, of a tensor of the file. */
  tensor(name: string): { readonly name: string; readonly type: NumberType };
}

/** Result of a node. */
interface Result {
  readonly name: string;
  readonly type: NumberType;
}

/** Version of the standard operators that a formula needs: of `Range`, `Equal` on float64, and others. */
export const opsetOf = (formula: Value): number =>
  Math.max(
    ...valuesIn(formula).map((value) =>
      value.kind === "operation" ? (since[value.op] ?? 7) : value.kind === "range" ? 11 : 1,
    ),
  );

const since: Partial<Readonly<Record<Operator, number>>> = {
  ...{ take: 1, transpose: 1, whole: 6, reshape: 5, concatenate: 4, product: 1, absolute: 6, exponential: 6 },
  ...{ repeat: 8, minimum: 8, maximum: 8, less: 9, slice: 10, equal: 11 },
};

/**
 * Formula as nodes, computed in float64, of which the last gives `output`. Runtimes compute them once, when a session starts.
 */
export function emitOnnx(formula: Value, output: string, type: NumberType, around: Around): readonly NewNode[] {
  const nodes: NewNode[] = [];
  const node = (op: string, inputs: readonly string[], attributes: NewNode["attributes"] = {}): string => {
    const name = around.free();
    nodes.push({ op, inputs, output: name, attributes });
    return name;
  };
  const constants = new Map<string, string>();
  const constant = (value: NewTensor): string => {
    const key = `${value.type} ${value.shape} ${value.data.length < 64 ? value.data : constants.size}`;
    const name = constants.get(key) ?? node("Constant", [], { value });
    constants.set(key, name);
    return name;
  };
  const integers = (values: readonly number[], shape = [values.length]) =>
    constant({ type: "int64", shape, data: bytesOf(values, "int64") });
  const cast = ({ name, type: from }: Result, to: NumberType): Result =>
    from === to ? { name, type: to } : { name: node("Cast", [name], { to: typeNumber(to) }), type: to };
  const results = new Map<Value, Result>();
  const real = (value: Value) => cast(results.get(value)!, "float64").name;
  for (const value of valuesIn(formula)) results.set(value, resultOf(value));
  const last = cast(results.get(formula)!, type);
  return [...nodes, { op: "Identity", inputs: [last.name], output }];

  function resultOf(value: Value): Result {
    if (value.kind === "tensor") return around.tensor(value.name);
    if (value.kind === "range")
      return cast(
        {
          name: node(
            "Range",
            [0, value.shape[0]!, 1].map((one) => integers([one], [])),
          ),
          type: "int64",
        },
        "float64",
      );
    if (value.kind === "constant") {
      const { stored, shape, values } = value;
      const held = { name: constant({ type: stored, shape, data: bytesOf(values, stored) }), type: stored };
      return cast(held, value.type === "index" ? "int64" : stored);
    }
    const { op, inputs, axis = 0, start = 0, shape } = value;
    if (Object.hasOwn(arithmetic, op)) {
      const name = node(arithmetic[op]!, inputs.map(real));
      return op === "less" || op === "equal" ? cast({ name, type: "bool" }, "float64") : { name, type: "float64" };
    }
    const first = results.get(inputs[0]!)!;
    if (op === "whole") return cast(first, "int64");
    if (op === "concatenate") {
      const same = inputs.every((input) => results.get(input)!.type === first.type);
      const names = inputs.map((input) => (same ? results.get(input)!.name : real(input)));
      return { name: node("Concat", names, { axis }), type: same ? first.type : "float64" };
    }
    if (op === "take")
      return { name: node("Gather", [first.name, results.get(inputs[1]!)!.name], { axis }), type: first.type };
    const more: Readonly<Record<string, () => string>> = {
      reshape: () => node("Reshape", [first.name, integers(shape)]),
      repeat: () => node("Expand", [first.name, integers(shape)]),
      transpose: () => node("Transpose", [first.name], { perm: value.order! }),
      slice: () => node("Slice", [first.name, ...[[start], [start + shape[axis]!], [axis]].map((at) => integers(at))]),
    };
    return { name: more[op]!(), type: first.type };
  }
}

const arithmetic: Partial<Readonly<Record<Operator, string>>> = {
  add: "Add",
  subtract: "Sub",
  multiply: "Mul",
  divide: "Div",
  minimum: "Min",
  maximum: "Max",
  absolute: "Abs",
  exponential: "Exp",
  power: "Pow",
  sine: "Sin",
  floor: "Floor",
  less: "Less",
  equal: "Equal",
  product: "MatMul",
};
