import { constant, filled, op, scalar, type Value } from "../../graph/graph";
import { broadcast } from "../elementwise";
import type { Kernels } from "../kernel";
import { reshape } from "../shapes";
import { channelsFirst, channelsLast } from "./window";

/** Batch normalization and local response normalization. */
export const normalization: Kernels = {
  FusedBatchNorm: ({ inputs: { x, mean, variance, scale, offset }, attrs: { varianceEpsilon } }) => {
    const epsilon = varianceEpsilon ?? 0.001;
    return mean!.shape.length === 1 && x!.shape.length === 4
      ? byChannel(
          x!,
          mean!,
          variance!,
          scale ?? filled(mean!.shape, 1, "float32"),
          offset ?? filled(mean!.shape, 0, "float32"),
          epsilon,
        )
      : byElement(x!, mean!, variance!, scale, offset, epsilon);
  },
  LRN: ({ inputs: { x }, attrs: { depthRadius, bias, alpha, beta } }) => {
    const size = 2 * depthRadius + 1;
    const images = channelsFirst(x!);
    // ONNX divides α by `size`.
    const attributes = { size, bias: { float: bias }, alpha: { float: alpha * size }, beta: { float: beta } };
    return channelsLast(op("LRN", [images], images.shape, attributes));
  },
  // With N = bias + α Σ x² over the channels around, y = x N^−β.
  LRNGrad: ({ inputs: { x, y, dy }, attrs: { depthRadius, bias, alpha, beta } }) => {
    const number = (value: number) => scalar(value, "float32");
    const around = neighbors(x!.shape[3]!, depthRadius);
    const sums = (values: Value) => op("MatMul", [values, around], values.shape);
    const norm = broadcast("Add", broadcast("Mul", sums(broadcast("Mul", x!, x!)), number(alpha)), number(bias));
    const own = broadcast("Mul", dy!, broadcast("Pow", norm, number(-beta)));
    const others = sums(broadcast("Div", broadcast("Mul", dy!, y!), norm));
    return broadcast("Sub", own, broadcast("Mul", broadcast("Mul", x!, others), number(2 * alpha * beta)));
  },
};

/** Matrix that adds up, for every channel, those at most `radius` away. */
function neighbors(channels: number, radius: number): Value {
  const data = Float32Array.from({ length: channels ** 2 }, (_, i) =>
    Number(Math.abs(Math.floor(i / channels) - (i % channels)) <= radius),
  );
  return constant(data, [channels, channels], "float32");
}

/** Normalization by ONNX's own operator, which ONNX Runtime merges into a preceding convolution. Statistics are vectors. */
function byChannel(x: Value, mean: Value, variance: Value, scale: Value, offset: Value, epsilon: number): Value {
  const normalize = (images: Value) =>
    op("BatchNormalization", [images, scale, offset, mean, variance], images.shape, { epsilon: { float: epsilon } });
  const [images, height, width, channels] = x.shape as [number, number, number, number];
  // TensorFlow.js turns a batch [n, c] into [1, 1, n, c].
  if (images === 1 && height === 1) return reshape(normalize(reshape(x, [width, channels])), x.shape);
  return channelsLast(normalize(channelsFirst(x)));
}

/** (x − mean) scale / √(variance + ε) + offset, with statistics of any shape that broadcasts to that of x. */
function byElement(
  x: Value,
  mean: Value,
  variance: Value,
  scale: Value | undefined,
  offset: Value | undefined,
  epsilon: number,
): Value {
  const sum = broadcast("Add", variance, scalar(epsilon, "float32"));
  const deviation = op("Sqrt", [sum], sum.shape);
  const centered = broadcast("Sub", x, mean);
  const scaled = broadcast("Div", scale ? broadcast("Mul", centered, scale) : centered, deviation);
  return offset ? broadcast("Add", scaled, offset) : scaled;
}
