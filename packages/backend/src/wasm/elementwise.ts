import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { attributes, backendOf, input, type KernelArguments, run, view } from "./heap";

/**
 * `Cast` for wasm. The backend's own kernel keeps the lowest 8 bits of the integer part of a number that becomes a bool:
 * 0.5 and 256 became false.
 */
export const patchCast = (original: KernelConfig): KernelConfig => ({
  ...original,
  kernelFunc(args: KernelArguments) {
    const x = input(args, "x");
    if (attributes<{ dtype: string }>(args).dtype !== "bool" || (x.dtype !== "float32" && x.dtype !== "int32"))
      return original.kernelFunc(args);
    const backend = backendOf(args);
    const zero = backend.makeOutput([], x.dtype);
    view(backend, zero).fill(0);
    const out = run("NotEqual", backend, { a: x, b: zero });
    backend.disposeData(zero.dataId);
    return out;
  },
});

/**
 * `Prelu` for wasm. The backend's own kernel repeats alpha from its start, which is right only if alpha has the last axes
 * of x, after any axes of length one; for other shapes the cpu backend's kernel runs.
 */
export const patchPrelu = (borrowed: KernelConfig, original: KernelConfig): KernelConfig => ({
  ...original,
  kernelFunc(args: KernelArguments): TensorInfo | TensorInfo[] {
    const [x, alpha] = [input(args, "x"), input(args, "alpha")];
    const axes = alpha.shape.slice(alpha.shape.findIndex((size) => size !== 1));
    const repeats =
      alpha.shape.every((size) => size === 1) ||
      axes.every((size, i) => size === x.shape[x.shape.length - axes.length + i]);
    return (repeats ? original : borrowed).kernelFunc(args);
  },
});
