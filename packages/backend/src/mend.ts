import type { KernelConfig } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

const mark = Symbol.for("weightcast/backend/mended");

/** Whether a kernel is one that this package registered. */
const isMended = (config: KernelConfig | undefined) => config !== undefined && mark in config.kernelFunc;

/** Registers a kernel as one of this package's. */
const register = (config: KernelConfig) =>
  tf.registerKernel({ ...config, kernelFunc: Object.assign(config.kernelFunc, { [mark]: true }) });

/**
 * Replaces kernels of a backend; what was replaced before stays. Must run after the backend registered its kernels and
 * before it is chosen, which sets kernels up.
 * @returns the names, sorted
 */
export function replaceKernels(
  backend: string,
  mends: Readonly<Record<string, (original: KernelConfig) => KernelConfig>>,
): readonly string[] {
  for (const [name, mend] of Object.entries(mends)) {
    const original = tf.getKernel(name, backend);
    if (isMended(original)) continue;
    tf.unregisterKernel(name, backend);
    register(mend(original));
  }
  return Object.keys(mends).sort();
}

/**
 * Adds kernels that a backend lacks; what it has stays.
 * @returns the names of those this package added, now or before, sorted
 */
export function addKernels(backend: string, kernels: Readonly<Record<string, () => KernelConfig>>): readonly string[] {
  for (const [name, create] of Object.entries(kernels)) if (!tf.getKernel(name, backend)) register(create());
  return Object.keys(kernels)
    .filter((name) => isMended(tf.getKernel(name, backend)))
    .sort();
}
