import { op, scalar, type Value } from "../graph/graph";
import { broadcast, isNan, map, select } from "./elementwise";
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
const isInfinite = (x: Value) => op("IsInf", [x], x.shape, {}, "bool");

/** Whether the sign of a float is negative, that of −0 too. */
const hasMinus = (x: Value) => broadcast("Or", isNegative(x), isNegative(map("Reciprocal", x)));

/** Function of two numbers computed in float64, as JavaScript does, and converted to a type. */
const inDouble = (f: (a: Value, b: Value) => Value, type: (a: Value) => Value["type"]) => (a: Value, b: Value) =>
  cast(f(cast(a, "float64"), cast(b, "float64")), type(a));

/** Remainder with the sign of the divisor, by TensorFlow.js's formula. It is NaN, as an int32 0, if the divisor is 0. */
const modulo = inDouble(
  (a, b) => {
    const remainder = (of: Value) => broadcast("Mod", of, b, b.type, { fmod: 1 });
    const [first, zero] = [remainder(a), scalar(0, b.type)];
    const both = (condition: (x: Value) => Value) => broadcast("And", condition(a), condition(b));
    const alike = broadcast(
      "Or",
      both(isNegative),
      both((x) => broadcast("GreaterOrEqual", x, zero, "bool")),
    );
    return select(alike, first, remainder(broadcast("Add", first, b)));
  },
  (a) => a.type,
);

/** ⌊a / b⌋, as an int32. */
const floorDivision = inDouble(
  (a, b) => map("Floor", broadcast("Div", a, b)),
  () => "int32",
);

/** Power of integers, which is 0 where it is infinite or less than 1. */
const integerPower = inDouble(
  (a, b) => broadcast("Pow", a, b),
  (a) => a.type,
);

/** Angle of the point (x, y), in [−π, π]; the signs of zeros count. */
function angle(y: Value, x: Value): Value {
  const number = (value: number) => scalar(value, y.type);
  const [height, width] = [map("Abs", y), map("Abs", x)];
  const alike = (test: (of: Value) => Value) => broadcast("And", test(y), test(x));
  const ratio = select(alike(isZero), number(0), select(alike(isInfinite), number(1), broadcast("Div", height, width)));
  const steep = map("Atan", ratio);
  const turned = select(hasMinus(x), broadcast("Sub", number(Math.PI), steep), steep);
  return select(hasMinus(y), map("Neg", turned), turned);
}

/** Power. As in JavaScript, and unlike in C, ±1 to the power of ±∞ or NaN is NaN. */
function power(a: Value, b: Value): Value {
  if (a.type !== "float32") return integerPower(a, b);
  const result = broadcast("Pow", a, b);
  if (b.data?.every((value: number | bigint) => Number.isFinite(Number(value)))) return result;
  const isOne = broadcast("Equal", map("Abs", a), scalar(1, a.type), "bool");
  const undecided = broadcast("Or", isNan(b), broadcast("And", isOne, isInfinite(b)));
  return select(undecided, scalar(Number.NaN, a.type), result);
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
  Pow: binary(power),
  RealDiv: binary((a, b) => (a.type === "float32" ? broadcast("Div", a, b) : refuse(`of type ${a.type}`))),
  SquaredDifference: binary((a, b) => {
    const difference = broadcast("Sub", a, b);
    return broadcast("Mul", difference, difference);
  }),
  Sub: operator("Sub"),
};
