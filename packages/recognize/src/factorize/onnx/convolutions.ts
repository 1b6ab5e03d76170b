import { integerOf } from "../../onnx/attributes";
import { transposed } from "../matrix-site";
import type { Form } from "./form";
import { patches, windowOf } from "./patches";

/**
 * Conv with W [m, c, k…]: y = x ∗ W → (x ∗ U) ∗ V, with U [r, c, k…], which has the node's strides and padding, and V [m, r, 1…].
 * Of a depthwise one, W [m, 1, k…], the kernel is formed when a session starts: Vᵀ Uᵀ, with Vᵀ [m, r] and Uᵀ [r, k…].
 */
export const conv: Form = {
  ...{ weights: 1, x: 0 },
  matrix(node, { shape }, values) {
    const groups = integerOf(node, "group", 1);
    if (groups !== 1 && shape[1] !== 1) return `its channels are in ${groups} groups`;
    const inputs = values.length / shape[0]!;
    // A number of the shape takes 8 bytes.
    return { inputs, weights: transposed(values, inputs), besides: isDepthwise(node, shape) ? 2 * shape.length : 0 };
  },
  rows: (node, { shape }, x, most, seed) => patches(x, windowOf(node, shape), most, seed),
  replace(node, { shape }, { rank, inputs, outputs, u, v }, around) {
    const [x, , bias] = node.inputs;
    const y = node.outputs[0]!;
    const [first, second] = [transposed(u, rank), transposed(v, outputs)];
    if (isDepthwise(node, shape)) {
      const [product, kernel] = [around.free(), around.free()];
      const factors = [around.constant(second, [outputs, rank]), around.constant(first, [rank, inputs])];
      return [
        { op: "MatMul", inputs: factors, output: product },
        { op: "Reshape", inputs: [product, around.integers(shape)], output: kernel },
        { inputs: node.inputs.with(1, kernel), output: y },
      ];
    }
    const between = around.free();
    const ones = shape.slice(2).map(() => 1);
    return [
      { inputs: [x!, around.constant(first, [rank, ...shape.slice(1)])], output: between },
      {
        op: "Conv",
        inputs: [between, around.constant(second, [outputs, rank, ...ones]), ...(bias ? [bias] : [])],
        output: y,
      },
    ];
  },
};

const isDepthwise = (node: Parameters<typeof integerOf>[0], shape: readonly number[]): boolean =>
  integerOf(node, "group", 1) !== 1 && shape[1] === 1;
