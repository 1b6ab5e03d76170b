import { backend_util, type Tensor } from "@tensorflow/tfjs-core";
import { op, type Value } from "../graph/graph";
import { prelu } from "./activations";
import { broadcast } from "./elementwise";
import { type Kernels, refuse } from "./kernel";
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
  // TensorFlow.js's equations always have an arrow and never ellipses; those mean the same in ONNX.
  Einsum: ({ inputs, attrs: { equation } }) => {
    const operands = Object.values(inputs);
    if (operands[0]!.type === "bool") refuse("of booleans");
    const { allDims, idDims } = backend_util.decodeEinsumEquation(equation, operands.length);
    backend_util.checkEinsumDimSizes(allDims.length, idDims, operands as unknown as Tensor[]);
    const [from, to] = equation.replace(/\s/g, "").split("->") as [string, string];
    const sizes = new Map(
      from.split(",").flatMap((names, i) => [...names].map((name, j) => [name, operands[i]!.shape[j]!])),
    );
    return op(
      "Einsum",
      operands,
      [...to].map((name) => sizes.get(name)!),
      { equation: `${from}->${to}` },
    );
  },
};

/** Product a b over the last two axes; the other axes are broadcast. */
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

/**
 * Activation fused into a product or convolution of TensorFlow.js.
 * @param preluAlpha of "prelu" @param leakyAlpha of "leakyrelu" @default 0.2
 */
export function activate(x: Value, activation: string, preluAlpha?: Value, leakyAlpha?: number): Value {
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
      return op("LeakyRelu", [x], x.shape, { alpha: { float: leakyAlpha ?? 0.2 } });
    case "prelu":
      return prelu(x, preluAlpha!);
    default:
      return refuse(`with the activation ${activation}`);
  }
}
