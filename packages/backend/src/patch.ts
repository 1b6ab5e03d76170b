import type { KernelConfig } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

const mark = Symbol.for("weightcast/backend/patched");

/** Whether this package registered the kernel. */
const isPatched = (config: KernelConfig | undefined) => config !== undefined && mark in config.kernelFunc;

/** Registers a kernel and marks it as one of this package. */
const register = (config: KernelConfig) =>
  tf.registerKernel({ ...config, kernelFunc: Object.assign(config.kernelFunc, { [mark]: true }) });

/**
 * Replaces kernels of a backend; kernels that were replaced before stay as they are. Must run after the backend has
 * registered its kernels and before it is chosen, because choosing it sets the kernels up.
 * @returns the names of the kernels, sorted
 */
export function replaceKernels(
  backend: string,
  patches: Readonly<Record<string, (original: KernelConfig) => KernelConfig>>,
): readonly string[] {
  for (const [name, patch] of Object.entries(patches)) {
    const original = tf.getKernel(name, backend);
    if (isPatched(original)) continue;
    tf.unregisterKernel(name, backend);
    register(patch(original));
  }
  return Object.keys(patches).sort();
}

/**
 * Adds kernels that a backend lacks; kernels that it has stay as they are.
 * @returns the names of the kernels that this package added, now or before, sorted
 */
export function addKernels(backend: string, kernels: Readonly<Record<string, () => KernelConfig>>): readonly string[] {
  for (const [name, create] of Object.entries(kernels)) if (!tf.getKernel(name, backend)) register(create());
  return Object.keys(kernels)
    .filter((name) => isPatched(tf.getKernel(name, backend)))
    .sort();
}
