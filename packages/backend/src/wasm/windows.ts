import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { attributes, backendOf, four, input, type KernelArguments, run } from "./heap";

/**
 * Kernel for wasm that moves a window over images [n, h, w, c], a convolution or a pooling, called in a way that XNNPACK
 * understands.
 *
 * TensorFlow.js decides the size of the output; XNNPACK computes it again, from the padding. The two agree only if on each
 * axis, with the padding before the input and after it,
 *
 *     0 ≤ before + input + after − ((output − 1)·stride + window) < stride
 *
 * They do not for "same" if the windows end before the input does (XNNPACK subtracts sizes without a sign, so the padding
 * underflows), for a `dimRoundingMode` that rounds up, for one number as the padding of windows or strides that are not
 * square (tfjs-core sizes both axes by those of the rows), and for outputs without entries. Then results are wrong, and
 * written out of bounds. In these cases, and only in them, the original kernel is called with explicit padding that ends
 * where the last window ends; if that is before the end of the input, on the part of the input that the windows reach.
 *
 * Measured (one core): the comparison takes 3 µs per call; nothing else is done in the usual cases.
 *
 * @param borrowed the kernel of the cpu backend, for what XNNPACK cannot do: tensors without entries, pooling windows that
 * lie in the padding
 * @param original the kernel of the wasm backend
 */
export const patchWindows = (borrowed: KernelConfig, original: KernelConfig): KernelConfig => ({
  ...original,
  kernelFunc(args: KernelArguments) {
    if (attributes<WindowAttributes>(args).dataFormat === "NCHW") return original.kernelFunc(args);
    const axes = axesOf(args);
    if (isDegenerate(args, axes)) return borrowed.kernelFunc(args);
    return axes.every(agrees) ? original.kernelFunc(args) : explicitly(original, args, axes);
  },
});

/** Calls a kernel with explicit padding that ends where the last window ends. */
function explicitly(original: KernelConfig, args: KernelArguments, axes: readonly Axis[]): TensorInfo {
  const backend = backendOf(args);
  const x = input(args, "x");
  const [images, height, width, channels] = four(x);
  const [rows, columns] = axes.map((axis) => axis.input + Math.min(axis.end, 0)) as [number, number];
  const size = [images, rows, columns, channels];
  const part =
    rows === height && columns === width ? undefined : run("Slice", backend, { x }, { begin: [0, 0, 0, 0], size });
  const pad = [[0, 0], ...axes.map(({ before, end }) => [before, Math.max(end, 0)]), [0, 0]];
  const attrs = { ...args.attrs, pad, dimRoundingMode: "floor" } as unknown as tf.NamedAttrMap;
  const out = original.kernelFunc({ ...args, inputs: { ...args.inputs, x: part ?? x }, attrs }) as TensorInfo;
  if (part) backend.disposeData(part.dataId);
  return out;
}

/** Attributes that say how the window moves. */
interface WindowAttributes {
  readonly strides: [number, number] | number;
  readonly pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  /** Size of the window of a pooling; convolutions have an input "filter". */
  readonly filterSize?: [number, number] | number;
  /** Of convolutions only. */
  readonly dilations?: [number, number] | number | null;
  /** Of convolutions only; pooling knows NHWC alone. */
  readonly dataFormat?: "NHWC" | "NCHW";
}

/** Windows along one axis. */
interface Axis {
  readonly input: number;
  readonly output: number;
  readonly stride: number;
  /** Entries from the first of a window to its last: its size, if it is not dilated. */
  readonly window: number;
  /** Padding before the input. */
  readonly before: number;
  /** Padding after the input. */
  readonly after: number;
  /** Padding after the input that the last window reaches; negative if it ends before the input does. */
  readonly end: number;
  readonly same: boolean;
}

/** Windows along the rows and along the columns. */
function axesOf(args: KernelArguments): readonly [Axis, Axis] {
  const { pad, strides, dilations, dimRoundingMode, filterSize } = attributes<WindowAttributes>(args);
  const x = four(input(args, "x"));
  const [height, width] = filterSize === undefined ? input(args, "filter").shape : pair(filterSize);
  // Its channels do not matter: only sizes are read that do not depend on them.
  const filter: [number, number, number, number] = [height!, width!, x[3], 1];
  const info = tf.backend_util.computeConv2DInfo([...x], filter, strides, dilations ?? 1, pad, dimRoundingMode);
  const { top, bottom, left, right } = info.padInfo;
  const axis = (size: number, output: number, stride: number, window: number, before: number, after: number): Axis => {
    const end = (output - 1) * stride + window - size - before;
    return { input: size, output, stride, window, before, after, end, same: pad === "same" };
  };
  return [
    axis(info.inHeight, info.outHeight, info.strideHeight, info.effectiveFilterHeight, top, bottom),
    axis(info.inWidth, info.outWidth, info.strideWidth, info.effectiveFilterWidth, left, right),
  ];
}

/** Whether XNNPACK computes the size of the output that TensorFlow.js decided. */
const agrees = ({ stride, after, end, same }: Axis) => (same ? end === after : end <= after && after - end < stride);

/** Whether there is nothing to compute, or a window of a pooling that sees no entry. */
function isDegenerate(args: KernelArguments, axes: readonly Axis[]): boolean {
  const tensors = [input(args, "x"), args.inputs.filter as TensorInfo | undefined];
  if (tensors.some((tensor) => tensor && tf.util.sizeFromShape(tensor.shape) === 0)) return true;
  const isPooling = args.inputs.filter === undefined;
  return axes.some(
    ({ input, output, window, before, end }) =>
      output <= 0 || -end >= input || (isPooling && (before >= window || end >= window)),
  );
}

const pair = (value: readonly [number, number] | number) => (typeof value === "number" ? [value, value] : value);
