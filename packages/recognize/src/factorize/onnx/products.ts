import { stream } from "@weightcast/random";
import { integerOf } from "../../onnx/attributes";
import { transposed } from "../matrix-site";
import type { Activation, Form } from "./form";

/** MatMul: y = x W, with W [n, m] → (x U) V. */
export const matMul: Form = {
  ...{ weights: 1, x: 0 },
  matrix: (_, { shape }, values) =>
    shape.length === 2 ? { inputs: shape[0]!, weights: values } : "its weights are not a matrix",
  rows: (_, { shape }, x, most, seed) => lastAxis(x, shape[0]!, most, seed),
  replace({ inputs: [x], outputs: [y] }, _, { inputs, outputs, rank, u, v }, around) {
    const between = around.free();
    return [
      { op: "MatMul", inputs: [x!, around.constant(u, [inputs, rank])], output: between },
      { inputs: [between, around.constant(v, [rank, outputs])], output: y! },
    ];
  },
};

/** Gemm: y = α x W + β c, with W or its transpose stored → α (x U) V + β c. */
export const gemm: Form = {
  ...{ weights: 1, x: 0 },
  matrix(node, { shape }, values) {
    if (integerOf(node, "transA", 0) !== 0) return "the node transposes its input";
    const [rows, cols] = shape as [number, number];
    return isTransposed(node) ? { inputs: cols, weights: transposed(values, cols) } : { inputs: rows, weights: values };
  },
  rows: (node, { shape }, x, most, seed) => lastAxis(x, shape[isTransposed(node) ? 1 : 0]!, most, seed),
  replace(node, _, { inputs, outputs, rank, u, v }, around) {
    const [x, , ...bias] = node.inputs;
    const between = around.free();
    const second = isTransposed(node)
      ? around.constant(transposed(v, outputs), [outputs, rank])
      : around.constant(v, [rank, outputs]);
    return [
      { op: "MatMul", inputs: [x!, around.constant(u, [inputs, rank])], output: between },
      { inputs: [between, second, ...bias], output: node.outputs[0]! },
    ];
  },
};

const isTransposed = (node: Parameters<typeof integerOf>[0]): boolean => integerOf(node, "transB", 0) !== 0;

/** Rows of the last axis. */
function lastAxis({ data }: Activation, width: number, most: number, seed: string): Float32Array {
  const count = data.length / width;
  if (count <= most) return data;
  const { uniform } = stream(0, seed);
  const rows = new Float32Array(most * width);
  for (let row = 0; row < most; row++) {
    const from = Math.floor(uniform() * count) * width;
    rows.set(data.subarray(from, from + width), row * width);
  }
  return rows;
}
