import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { backendOf, type KernelArguments, view } from "./heap";

/** What a borrowed kernel uses of tfjs's cpu backend. */
export interface CpuBackend {
  readonly data: { get(dataId: object): { readonly values: tf.backend_util.BackendValues } };
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: tf.TypedArray): TensorInfo;
  disposeData(dataId: object): boolean;
}

/**
 * A kernel that wasm lacks, run by the cpu backend: right, at the speed of JavaScript. The kernel reads the inputs
 * where they are, in wasm memory (it neither changes nor keeps them); the results are copied back.
 *
 * @param name a kernel that is registered for "cpu"
 * @param cpu a cpu backend of the caller's own: it holds nothing between calls
 */
export function borrowKernel(name: string, cpu: CpuBackend): KernelConfig {
  const lender = tf.getKernel(name, "cpu");
  if (!lender) throw new RangeError(`borrowKernel: the cpu backend has no kernel ${name}`);
  const kernelFunc = (args: KernelArguments): TensorInfo | TensorInfo[] => {
    const backend = backendOf(args);
    const lent = (x: TensorInfo) => cpu.makeTensorInfo(x.shape, x.dtype, view(backend, x));
    const inputs = Object.fromEntries(
      Object.entries(args.inputs).map(([key, value]) => [
        key,
        Array.isArray(value) ? value.map(lent) : value && lent(value as TensorInfo),
      ]),
    ) as tf.NamedTensorInfoMap;
    const results = lender.kernelFunc({ ...args, inputs, backend: cpu });
    const back = (result: TensorInfo) => {
      // A copy first: a result may be an input's memory, which moves when wasm's grows.
      const values = (cpu.data.get(result.dataId).values as tf.TypedArray).slice();
      return backend.makeOutput(result.shape, result.dtype, undefined, values);
    };
    const copies = Array.isArray(results) ? results.map(back) : back(results);
    for (const info of [results, Object.values(inputs)].flat(3) as (TensorInfo | undefined)[])
      if (info) cpu.disposeData(info.dataId);
    return copies;
  };
  return { kernelName: name, backendName: "wasm", kernelFunc };
}
