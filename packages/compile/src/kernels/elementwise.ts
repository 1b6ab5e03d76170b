import { backend_util } from "@tensorflow/tfjs-core";
import { op, scalar, type Value } from "../graph";
import type { Kernel, Kernels } from "../kernel";

const unary =
  (name: string): Kernel =>
  ({ inputs: { x } }) =>
    op(name, [x], x!.shape);

const binary =
  (name: string): Kernel =>
  ({ inputs: { a, b } }) =>
    broadcast(name, a!, b!);

/** An operator of two operands, with NumPy's broadcasting. */
export const broadcast = (name: string, a: Value, b: Value): Value =>
  op(name, [a, b], backend_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]));

/** Functions of each element. */
export const elementwise: Kernels = {
  Add: binary("Add"),
  Exp: unary("Exp"),
  Log: unary("Log"),
  Multiply: binary("Mul"),
  Neg: unary("Neg"),
  RealDiv: binary("Div"),
  Relu: unary("Relu"),
  Sigmoid: unary("Sigmoid"),
  Sqrt: unary("Sqrt"),
  Square: ({ inputs: { x } }) => broadcast("Mul", x!, x!),
  Sub: binary("Sub"),
  Step: ({ inputs: { x }, attrs: { alpha = 0 } }) => {
    const positive = op("Greater", [x, scalar(0, x!.type)], x!.shape, {}, "bool");
    const slope = op("Where", [positive, scalar(1, x!.type), scalar(alpha, x!.type)], x!.shape, {}, x!.type);
    // NaN stays NaN.
    return op("Where", [op("IsNaN", [x], x!.shape, {}, "bool"), x, slope], x!.shape, {}, x!.type);
  },
};
