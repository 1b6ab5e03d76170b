import { scalar, type Value } from "../graph/graph";
import { broadcast, map, select } from "./elementwise";
import { type Kernel, type Kernels, refuse } from "./kernel";
import { cast } from "./shapes";

const binary =
  (f: (a: Value, b: Value) => Value): Kernel =>
  ({ inputs: { a, b } }) =>
    // TensorFlow.js computes with booleans as bytes: true + true is a "true" of 2.
    a!.type === "bool" ? refuse("of booleans") : f(a!, b!);

const operator = (name: string): Kernel => binary((a, b) => broadcast(name, a, b));

const isZero = (x: Value) => broadcast("Equal", x, scalar(0, x.type), "bool");
const isNegative = (x: Value) => broadcast("Less", x, scalar(0, x.type), "bool");

/** Whether a value is a constant without zeros, so that divisions by it need no special treatment. */
const withoutZero = ({ data }: Value) => data?.every((value: number | bigint) => Number(value) !== 0) ?? false;

/** Divisor with 1 in place of 0: dividing integers by 0 would end the process. */
const safe = (b: Value) => (withoutZero(b) ? b : select(isZero(b), scalar(1, b.type), b));

/** Remainder with the sign of the divisor. */
function modulo(a: Value, b: Value): Value {
  if (a.type === "int32") return overDivisor(broadcast("Mod", a, safe(b)), b);
  const remainder = broadcast("Mod", a, b, a.type, { fmod: 1 });
  const other = broadcast("Xor", isNegative(remainder), isNegative(b));
  const moved = broadcast("And", other, map("Not", isZero(remainder)));
  return select(moved, broadcast("Add", remainder, b), remainder);
}

/** Floor division: ⌊a / b⌋ = (a − a mod b) / b, which divides without remainder and so is exact up to 2²³ for floats. */
function floorDivision(a: Value, b: Value): Value {
  const whole = broadcast("Sub", a, modulo(a, b));
  if (a.type === "int32") return overDivisor(broadcast("Div", whole, safe(b)), b);
  return overDivisor(cast(map("Round", broadcast("Div", whole, b)), "int32"), b);
}

/** Quotient with 0 where the divisor is 0: the value that infinities and NaN have as an int32. */
const overDivisor = (quotient: Value, b: Value) =>
  withoutZero(b) ? quotient : select(isZero(b), scalar(0, quotient.type), quotient);

/** Angle of the point (x, y), in (−π, π]. NaN if both are infinite, unlike JavaScript's odd multiples of π/4. */
function angle(y: Value, x: Value): Value {
  const pi = (sign: number) => scalar(sign * Math.PI, y.type);
  const turn = select(isNegative(x), select(isNegative(y), pi(-1), pi(1)), scalar(0, y.type));
  const turned = broadcast("Add", map("Atan", broadcast("Div", y, x)), turn);
  return select(broadcast("And", isZero(x), isZero(y)), scalar(0, y.type), turned);
}

/** Sums, products and similar functions of two numbers. */
export const arithmetic: Kernels = {
  Add: operator("Add"),
  AddN: ({ inputs }) => Object.values(inputs).reduce((sum, x) => broadcast("Add", sum, x)),
  Atan2: binary((a, b) => (a.type === "float32" ? angle(a, b) : refuse(`of type ${a.type}`))),
  BitwiseAnd: operator("BitwiseAnd"),
  FloorDiv: binary(floorDivision),
  Maximum: operator("Max"),
  Minimum: operator("Min"),
  Mod: binary(modulo),
  Multiply: ({ inputs: { a, b } }) => broadcast(a!.type === "bool" ? "And" : "Mul", a!, b!),
  // As in C, and unlike in JavaScript, 1 to any power is 1.
  Pow: operator("Pow"),
  RealDiv: binary((a, b) => (a.type === "float32" ? broadcast("Div", a, b) : refuse(`of type ${a.type}`))),
  SquaredDifference: binary((a, b) => {
    const difference = broadcast("Sub", a, b);
    return broadcast("Mul", difference, difference);
  }),
  Sub: operator("Sub"),
};
