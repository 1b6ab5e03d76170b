import { backend_util } from "@tensorflow/tfjs-core";
import { type Node, op, scalar, type Value } from "../graph/graph";
import { type Kernel, type Kernels, refuse } from "./kernel";
import { cast } from "./shapes";

/** Operator with two operands and NumPy's broadcasting. @param type of the result @default the type of `a` */
export const broadcast = (
  name: string,
  a: Value,
  b: Value,
  type = a.type,
  attributes: Node["attributes"] = {},
): Value => op(name, [a, b], backend_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]), attributes, type);

/** Operator with one operand. */
export const map = (name: string, x: Value): Value => op(name, [x], x.shape);

/** Whether floats are NaN. */
export const isNan = (x: Value): Value => op("IsNaN", [x], x.shape, {}, "bool");

/** Elements of one operand or the other, selected by a condition; with broadcasting. */
export function select(condition: Value, yes: Value, no: Value): Value {
  // ONNX Runtime does not implement Where for booleans.
  if (yes.type === "bool")
    return broadcast("Or", broadcast("And", condition, yes), broadcast("And", map("Not", condition), no));
  const branches = backend_util.assertAndGetBroadcastShape([...yes.shape], [...no.shape]);
  const shape = backend_util.assertAndGetBroadcastShape([...condition.shape], branches);
  return op("Where", [condition, yes, no], shape, {}, yes.type);
}

/** Function of floats; for integers it is computed in float32 and truncated, as in TensorFlow.js. */
export const inFloat =
  (f: (x: Value) => Value): Kernel =>
  ({ inputs: { x } }) => {
    if (x!.type === "bool") refuse("of booleans");
    return cast(f(cast(x!, "float32")), x!.type);
  };

/** Operator that ONNX defines for floats only. */
const float = (name: string): Kernel => inFloat((x) => map(name, x));

/** Operator that ONNX defines for numbers of every type. */
const numeric =
  (name: string): Kernel =>
  ({ inputs: { x } }) =>
    x!.type === "bool" ? refuse("of booleans") : map(name, x!);

/** Rounding, which leaves integers as they are. */
const rounding =
  (name: string): Kernel =>
  ({ inputs: { x } }) =>
    x!.type === "float32" ? map(name, x!) : x!;

/** f(x), or x itself where its magnitude is below 2⁻²⁵, for functions that are x (1 ± x/2 …) there: keeps denormals. */
const nearIdentity = (x: Value, fx: Value) =>
  select(broadcast("Less", map("Abs", x), scalar(2 ** -25, "float32"), "bool"), x, fx);

/** eˣ − 1 = tanh(x/2) (eˣ + 1), which keeps its precision near 0. */
const expm1 = (x: Value) =>
  nearIdentity(
    x,
    broadcast(
      "Mul",
      map("Tanh", broadcast("Mul", x, scalar(0.5, "float32"))),
      broadcast("Add", map("Exp", x), scalar(1, "float32")),
    ),
  );

/** log(1 + x), near 0 as 2 artanh(x / (2 + x)), which keeps its precision there. */
function log1p(x: Value): Value {
  const [half, one, two] = [0.5, 1, 2].map((value) => scalar(value, "float32"));
  const near = map("Atanh", broadcast("Div", x, broadcast("Add", x, two!)));
  const far = map("Log", broadcast("Add", x, one!));
  return nearIdentity(x, select(broadcast("Less", map("Abs", x), half!, "bool"), broadcast("Mul", near, two!), far));
}

/** Functions of single elements. */
export const elementwise: Kernels = {
  Abs: numeric("Abs"),
  Acos: float("Acos"),
  Acosh: float("Acosh"),
  Asin: float("Asin"),
  Asinh: float("Asinh"),
  Atan: float("Atan"),
  Atanh: float("Atanh"),
  Ceil: rounding("Ceil"),
  Cos: float("Cos"),
  Cosh: float("Cosh"),
  // TensorFlow.js's approximation is accurate to 1.5e-7.
  Erf: float("Erf"),
  Exp: float("Exp"),
  Expm1: inFloat(expm1),
  Floor: rounding("Floor"),
  Log: float("Log"),
  Log1p: inFloat(log1p),
  Neg: numeric("Neg"),
  Reciprocal: float("Reciprocal"),
  // Both round halves to even.
  Round: rounding("Round"),
  Rsqrt: inFloat((x) => map("Reciprocal", map("Sqrt", x))),
  // The sign of NaN is 0 in TensorFlow.js.
  Sign: ({ inputs: { x } }) => {
    const sign = numeric("Sign")({ inputs: { x: x! }, attrs: {} }) as Value;
    return x!.type === "float32" ? select(isNan(x!), scalar(0, x!.type), sign) : sign;
  },
  Sin: float("Sin"),
  Sinh: float("Sinh"),
  Sqrt: float("Sqrt"),
  Square: ({ inputs: { x } }) => (x!.type === "bool" ? x! : broadcast("Mul", x!, x!)),
  Tan: float("Tan"),
  Tanh: float("Tanh"),
};
