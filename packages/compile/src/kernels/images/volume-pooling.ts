import { backend_util } from "@tensorflow/tfjs-core";
import { op, type Value } from "../../graph/graph";
import { type Call, type Kernels, refuse } from "../kernel";
import { reshape } from "../shapes";
import { maxGradient, pool } from "./maxima";
import { averages } from "./pooling";
import { all, inward, outward, type VolumeWindow, volumeWindowOf } from "./volumes";
import { assertGradientShape } from "./window";

/** Pooling of volumes [n, d, h, w, c], and its gradients. */
export const volumePooling: Kernels = {
  AvgPool3D: ({ inputs: { x }, attrs }) => {
    const { window, shape } = layout(x!, attrs);
    return outward(op("AveragePool", [inward(x!, window)], shape, { ...pool(window), count_include_pad: 0 }), all);
  },
  AvgPool3DGrad: ({ inputs: { dy, input }, attrs }) => averageGradient(dy!, gradientWindow(dy!, input!, attrs)),
  MaxPool3D: ({ inputs: { x }, attrs }) => {
    const { window, shape } = layout(x!, attrs);
    return outward(op("MaxPool", [inward(x!, window)], shape, pool(window)), all);
  },
  MaxPool3DGrad: ({ inputs: { dy, input }, attrs }) => {
    const window = gradientWindow(dy!, input!, attrs);
    return outward(maxGradient(inward(dy!, all), inward(input!, window), window), window);
  },
};

/** Window of a pooling, and the shape of its result in ONNX's order of axes. */
function layout(x: Value, { filterSize, strides, pad, dimRoundingMode }: Call["attrs"]) {
  if (x.type !== "float32") refuse(`of ${x.type}`);
  const shape = x.shape as [number, number, number, number, number];
  const window = volumeWindowOf(backend_util.computePool3DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode));
  if (window.pads.some((pad, i) => pad >= window.kernel[i % 3]!))
    refuse(`with windows [${window.kernel}] that contain only padding [${window.pads}]`);
  return { window, shape: [x.shape[0]!, x.shape[4]!, ...window.output] };
}

function gradientWindow(dy: Value, input: Value, attrs: Call["attrs"]): VolumeWindow {
  const { window, shape } = layout(input, attrs);
  const [n, c, ...sizes] = shape as [number, number, ...number[]];
  assertGradientShape(dy, [n, ...sizes, c]);
  return window;
}

/** Gradient of average pooling, which is linear along each axis: one product by a matrix of averages for each. */
function averageGradient(dy: Value, window: VolumeWindow): Value {
  const gradients = inward(dy, all);
  const [n, c, frames, rows] = gradients.shape as [number, number, number, number];
  const [depth, height, width] = window.input as [number, number, number];
  const wide = op("MatMul", [gradients, averages(window, 2)], [n, c, frames, rows, width]);
  const high = op("MatMul", [averages(window, 1, "transposed"), wide], [n, c, frames, height, width]);
  const flat = reshape(high, [n, c, frames, height * width]);
  const deep = op("MatMul", [averages(window, 0, "transposed"), flat], [n, c, depth, height * width]);
  return outward(reshape(deep, [n, c, ...window.input]), window);
}
