import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Candidate } from "./engine";
import { replaceKernels } from "./patch";
import { averagePoolGradient, type PoolAttributes, poolOf } from "./pool-gradients";
import type { CpuBackend } from "./wasm/borrow";

/** Engine in plain JavaScript: runs everywhere, slowly. */
export const cpu: Candidate = {
  engine: "cpu",
  async open() {
    const version = await cpuVersion();
    const patched = replaceKernels("cpu", { AvgPoolGrad: patchAvgPoolGrad });
    if (!(await tf.setBackend("cpu"))) throw new Error("its backend does not start");
    await tf.ready();
    withoutGreeting(tf.backend());
    return { version, threads: 1, patched, borrowed: [] };
  },
};

/** Loads the cpu backend, which registers it. @returns its version: "tfjs-backend-cpu 4.22.0" */
export const cpuVersion = async (): Promise<string> =>
  `tfjs-backend-cpu ${(await import("@tensorflow/tfjs-backend-cpu")).version_cpu}`;

/**
 * Keeps a cpu backend from printing TensorFlow.js's advertisement for tfjs-node at its first tensor: the engine report
 * already says how to get it.
 */
export function withoutGreeting<Backend>(backend: Backend): Backend {
  (backend as { firstUse: boolean }).firstUse = false;
  return backend;
}

/**
 * `AvgPoolGrad` for cpu. The backend's own kernel divides by the size of the whole filter even at the borders, where
 * padding takes no part in the average.
 */
const patchAvgPoolGrad = (original: KernelConfig): KernelConfig => ({
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
