import { op, scalar, type Value } from "../graph/graph";
import { broadcast, inFloat, isNan, map, select } from "./elementwise";
import { type Kernels, refuse } from "./kernel";
import { cast } from "./shapes";

/** Numbers clipped to two bounds; NaN stays NaN. */
function clip(x: Value, min: number, max: number): Value {
  if (x.type === "bool") refuse("of booleans");
  const bound = (value: number) =>
    scalar(x.type === "int32" ? Math.trunc(Math.max(-(2 ** 31), Math.min(value, 2 ** 31 - 1))) : value, x.type);
  return op("Clip", [x, bound(min), bound(max)], x.shape);
}

/** Activations of layers, and those of their derivatives that have their own kernels. */
export const activations: Kernels = {
  ClipByValue: ({ inputs: { x }, attrs: { clipValueMin, clipValueMax } }) => clip(x!, clipValueMin, clipValueMax),
  Elu: inFloat((x) => map("Elu", x)),
  // y ≥ 0 ? dy : dy (y + 1)
  EluGrad: ({ inputs: { dy, y } }) =>
    broadcast("Mul", dy!, broadcast("Add", broadcast("Min", y!, scalar(0, "float32")), scalar(1, "float32"))),
  // These two return floats for every type.
  LeakyRelu: ({ inputs: { x }, attrs: { alpha } }) =>
    op("LeakyRelu", [cast(x!, "float32")], x!.shape, { alpha: { float: alpha } }),
  Prelu: ({ inputs: { x, alpha } }) => prelu(cast(x!, "float32"), cast(alpha!, "float32")),
  Relu: ({ inputs: { x } }) => (x!.type === "bool" ? x! : map("Relu", x!)),
  Relu6: ({ inputs: { x } }) => clip(x!, 0, 6),
  Selu: inFloat((x) => map("Selu", x)),
  Sigmoid: inFloat((x) => map("Sigmoid", x)),
  Softmax: ({ inputs: { logits }, attrs: { dim } }) => op("Softmax", [logits], logits!.shape, { axis: dim }),
  Softplus: inFloat((x) => map("Softplus", x)),
  Step: ({ inputs: { x }, attrs: { alpha = 0 } }) => {
    if (x!.type === "bool") refuse("of booleans");
    // The gradient of relu: min(max(2¹²⁷ x, 0), 1) takes a third of the time of Sign. It is 0 or 1 for every number that float32 holds with
    // all its digits.
    if (x!.type === "float32" && alpha === 0)
      return op("HardSigmoid", [x], x!.shape, { alpha: { float: 2 ** 127 }, beta: { float: 0 } });
    const positive = op("Greater", [x, scalar(0, x!.type)], x!.shape, {}, "bool");
    const step = select(positive, scalar(1, x!.type), scalar(alpha, x!.type));
    // NaN stays NaN.
    return x!.type === "float32" ? select(isNan(x!), x!, step) : step;
  },
};

/** Parametric ReLU: x, multiplied by alpha where it is negative; alpha is broadcast to x. */
export function prelu(x: Value, alpha: Value): Value {
  const fits =
    alpha.shape.length <= x.shape.length &&
    alpha.shape.every((size, i) => size === 1 || size === x.shape[i + x.shape.length - alpha.shape.length]);
  return fits ? op("PRelu", [x, alpha], x.shape) : refuse("with an alpha of a larger shape than its input");
}
