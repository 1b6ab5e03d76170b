import { type Value, valuesIn } from "./value";

/** The same formula, in which parts that are alike are one value, so that they are computed and written once. */
export function shared(formula: Value): Value {
  const numbers = new Map<Value, number>();
  const known = new Map<string, Value>();
  const instead = new Map<Value, Value>();
  for (const value of valuesIn(formula)) {
    const own: Value =
      value.kind === "operation" ? { ...value, inputs: value.inputs.map((input) => instead.get(input)!) } : value;
    const key = keyOf(own, numbers);
    const first = known.get(key) ?? own;
    known.set(key, first);
    instead.set(value, first);
    if (!numbers.has(first)) numbers.set(first, numbers.size);
  }
  return instead.get(formula)!;
}

function keyOf(value: Value, numbers: ReadonlyMap<Value, number>): string {
  const { kind, type, shape } = value;
  const common = `${kind} ${type} ${shape}`;
  if (kind === "tensor") return `${common} ${value.name}`;
  if (kind === "range") return common;
  if (kind === "constant")
    return `${common} ${value.stored} ${Array.from(value.values, (one) => (Object.is(one, -0) ? "-0" : one))}`;
  const { op, inputs, axis, start, order } = value;
  return `${common} ${op} ${inputs.map((input) => numbers.get(input))} ${axis} ${start} ${order}`;
}
