import { backend_util } from "@tensorflow/tfjs-core";
import { op, type Value } from "../graph";
import { type Kernels, refuse } from "../kernel";
import { broadcast } from "./elementwise";
import { transpose } from "./shapes";

/** Matrix products. */
export const matmul: Kernels = {
  BatchMatMul: ({ inputs: { a, b }, attrs: { transposeA, transposeB } }) => product(a!, b!, transposeA, transposeB),
  _FusedMatMul: ({ inputs: { a, b, bias, preluActivationWeights }, attrs }) => {
    const { transposeA, transposeB, activation = "linear", leakyreluAlpha } = attrs;
    const multiplied = product(a!, b!, transposeA, transposeB);
    const sum = bias ? broadcast("Add", multiplied, bias) : multiplied;
    return activate(sum, activation, preluActivationWeights, leakyreluAlpha);
  },
};

/** a b over the last two axes, the others broadcast. */
function product(a: Value, b: Value, transposeA: boolean, transposeB: boolean): Value {
  const left = transposeA ? swapLast(a) : a;
  const right = transposeB ? swapLast(b) : b;
  const batch = backend_util.assertAndGetBroadcastShape(left.shape.slice(0, -2), right.shape.slice(0, -2));
  return op("MatMul", [left, right], [...batch, left.shape.at(-2)!, right.shape.at(-1)!]);
}

function swapLast(x: Value): Value {
  const axes = [...x.shape.keys()];
  return transpose(x, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
}

/** The activations that TensorFlow.js fuses into products and convolutions. */
export function activate(x: Value, activation: string, slopes?: Value, alpha?: number): Value {
  switch (activation) {
    case "linear":
      return x;
    case "relu":
      return op("Relu", [x], x.shape);
    case "sigmoid":
      return op("Sigmoid", [x], x.shape);
    case "elu":
      return op("Elu", [x], x.shape);
    case "leakyrelu":
      return op("LeakyRelu", [x], x.shape, { alpha: { float: alpha ?? 0.2 } });
    case "prelu":
      return op("PRelu", [x, slopes], x.shape);
    default:
      return refuse(`with the activation ${activation}`);
  }
}
