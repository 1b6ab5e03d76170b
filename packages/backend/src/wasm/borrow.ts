import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { backendOf, type KernelArguments, view } from "./heap";

/** Members of TensorFlow.js's cpu backend that a borrowed kernel uses. */
export interface CpuBackend {
  readonly data: { get(dataId: object): { readonly values: tf.backend_util.BackendValues } };
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: tf.TypedArray): TensorInfo;
  disposeData(dataId: object): boolean;
}

/**
 * Kernel that wasm lacks or has wrong, run by the cpu backend: correct, at the speed of JavaScript. It reads the inputs in place, in
 * wasm memory (it neither changes nor keeps them); the results are copied back.
 *
 * @param name a kernel that is registered for "cpu"
 * @param cpu a cpu backend that nobody else uses: it is empty between calls
 */
export function borrowKernel(name: string, cpu: CpuBackend): KernelConfig {
  const lender = tf.getKernel(name, "cpu");
  if (!lender) throw new RangeError(`borrowKernel: the cpu backend has no kernel ${name}`);
  const kernelFunc = (args: KernelArguments): TensorInfo | TensorInfo[] => {
    const backend = backendOf(args);
    // Some kernels read the rank, which tensors have.
    const lend = (x: TensorInfo) => ({
      ...cpu.makeTensorInfo(x.shape, x.dtype, view(backend, x)),
      rank: x.shape.length,
    });
    const inputs = Object.fromEntries(
      Object.entries(args.inputs).map(([key, value]) => [
        key,
        Array.isArray(value) ? value.map(lend) : value && lend(value as TensorInfo),
      ]),
    ) as tf.NamedTensorInfoMap;
    const results = lender.kernelFunc({ ...args, inputs, backend: cpu });
    const copyBack = (result: TensorInfo) => {
      // Copied first: a result may share an input's memory, which moves when wasm's memory grows.
      const values = (cpu.data.get(result.dataId).values as tf.TypedArray).slice();
      return backend.makeOutput(result.shape, result.dtype, undefined, values);
    };
    const copies = Array.isArray(results) ? results.map(copyBack) : copyBack(results);
    for (const info of [results, Object.values(inputs)].flat(3) as (TensorInfo | undefined)[])
      if (info) cpu.disposeData(info.dataId);
    return copies;
  };
  return { kernelName: name, backendName: "wasm", kernelFunc };
}
