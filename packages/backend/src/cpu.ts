import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Candidate } from "./engine";
import { replaceKernels } from "./mend";
import { averagePoolGradient, type PoolAttributes, poolOf } from "./pool-gradients";
import type { CpuBackend } from "./wasm/borrow";

/** Plain JavaScript: right everywhere, slow everywhere. */
export const cpu: Candidate = {
  engine: "cpu",
  async open() {
    const version = await cpuVersion();
    const mended = replaceKernels("cpu", { AvgPoolGrad: mendAvgPoolGrad });
    if (!(await tf.setBackend("cpu"))) throw new Error("its backend does not start");
    await tf.ready();
    withoutGreeting(tf.backend());
    return { version, threads: 1, mended, borrowed: [] };
  },
};

/** "tfjs-backend-cpu 4.22.0". Loads it, which registers it. */
export const cpuVersion = async (): Promise<string> =>
  `tfjs-backend-cpu ${(await import("@tensorflow/tfjs-backend-cpu")).version_cpu}`;

/** Keeps a cpu backend from printing tfjs's advertisement for tfjs-node at its first tensor: the report says how to get it. */
export function withoutGreeting<Backend>(backend: Backend): Backend {
  (backend as { firstUse: boolean }).firstUse = false;
  return backend;
}

/**
 * `AvgPoolGrad` for cpu. The backend's own divides by the whole filter at the borders too, where padding takes no part
 * in the average.
 */
const mendAvgPoolGrad = (original: KernelConfig): KernelConfig => ({
  ...original,
  kernelFunc({ inputs, backend, attrs }): TensorInfo {
    const { dy, input } = inputs as Record<"dy" | "input", TensorInfo>;
    const cpu = backend as CpuBackend;
    const dx = new Float32Array(tf.util.sizeFromShape(input.shape));
    const pool = poolOf(input.shape, attrs as unknown as PoolAttributes);
    averagePoolGradient(cpu.data.get(dy.dataId).values as tf.TypedArray, dx, pool);
    return cpu.makeTensorInfo(input.shape, "float32", dx);
  },
});
