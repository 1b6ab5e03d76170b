import { backend_util } from "@tensorflow/tfjs-core";
import { arrayOf, constant, integers, op, ops, scalar, sizeOf, type Value } from "../graph";
import { type Kernels, refuse } from "../kernel";
import { reshape } from "./shapes";
import { channelsFirst, channelsLast, type Window, windowOf } from "./window";

/** Pooling of images [n, h, w, c], and its gradients. */
export const pooling: Kernels = {
  AvgPool: ({ inputs: { x }, attrs }) => {
    const { window, shape } = layout(x!, attrs);
    return channelsLast(op("AveragePool", [channelsFirst(x!)], shape, { ...pool(window), count_include_pad: 0 }));
  },
  AvgPoolGrad: ({ inputs: { dy, input }, attrs }) => averageGradient(dy!, gradientWindow(dy!, input!, attrs)),
  MaxPool: ({ inputs: { x }, attrs }) => {
    const { window, shape } = layout(x!, attrs);
    return channelsLast(op("MaxPool", [channelsFirst(x!)], shape, pool(window)));
  },
  MaxPoolGrad: ({ inputs: { dy, input }, attrs }) => maxGradient(dy!, input!, gradientWindow(dy!, input!, attrs)),
};

// biome-ignore lint/suspicious/noExplicitAny: the attributes of the kernel
type Attributes = any;

/** The window, and ONNX's shape of the result. */
function layout(x: Value, { filterSize, strides, pad, dimRoundingMode }: Attributes) {
  if (x.type !== "float32") refuse(`of ${x.type}`);
  const shape = x.shape as [number, number, number, number];
  const info = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  const window = windowOf(info);
  if (window.pads.some((pad, i) => pad >= window.kernel[(i % 2) as 0 | 1]))
    refuse(`with windows [${window.kernel}] that see nothing but padding [${window.pads}]`);
  return { window, shape: [x.shape[0]!, x.shape[3]!, ...window.output] };
}

function gradientWindow(dy: Value, input: Value, attrs: Attributes): Window {
  const { window, shape } = layout(input, attrs);
  const [n, c, h, w] = shape;
  // TensorFlow.js's gradients forget `dimRoundingMode`.
  if ([n, h, w, c].join() !== dy.shape.join()) refuse(`for slopes [${dy.shape}] of a result [${[n, h, w, c]}]`);
  return window;
}

const pool = ({ kernel, strides, pads }: Window) => ({ kernel_shape: kernel, strides, pads });

/**
 * Each slope goes to the largest entry of its window, to the first of equals. The pooling is done again: with places it
 * takes ONNX Runtime five times as long, too long for those who need no gradient.
 */
function maxGradient(dy: Value, input: Value, window: Window): Value {
  const slopes = channelsFirst(dy);
  const x = channelsFirst(input);
  const [, places] = ops(
    "MaxPool",
    [x],
    [
      { shape: slopes.shape, type: "float32" },
      { shape: slopes.shape, type: "int64" },
    ],
    pool(window),
  );
  const zeros = op("Expand", [scalar(0, "float32"), integers([sizeOf(x.shape)])], [sizeOf(x.shape)]);
  const flat = (value: Value) => reshape(value, [sizeOf(slopes.shape)]);
  const gradient = op("ScatterElements", [zeros, flat(places!), flat(slopes)], zeros.shape, {
    axis: 0,
    reduction: "add",
  });
  return channelsLast(reshape(gradient, x.shape));
}

/**
 * Each slope goes in equal parts to the entries of its window. The average is linear, along rows and along columns:
 * Rᵀ dy C, with R and C the averages along each. ONNX Runtime's ConvTranspose takes three times as long.
 */
function averageGradient(dy: Value, window: Window): Value {
  const slopes = channelsFirst(dy);
  const [n, c, rows] = slopes.shape as [number, number, number];
  const [height, width] = window.input;
  const wide = op("MatMul", [slopes, averages(window, 1)], [n, c, rows, width]);
  return channelsLast(op("MatMul", [averages(window, 0, "transposed"), wide], [n, c, height, width]));
}

/** The matrix [output, input] that averages along an axis; padding takes no part. */
function averages(window: Window, axis: 0 | 1, as: "is" | "transposed" = "is"): Value {
  const [input, output, kernel] = [window.input[axis], window.output[axis], window.kernel[axis]];
  const data = arrayOf("float32", input * output);
  for (let to = 0; to < output; to++) {
    const start = to * window.strides[axis] - window.pads[axis];
    const [first, end] = [Math.max(0, start), Math.min(input, start + kernel)];
    for (let from = first; from < end; from++)
      data[as === "is" ? to * input + from : from * output + to] = 1 / (end - first);
  }
  return constant(data, as === "is" ? [output, input] : [input, output], "float32");
}
