import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { averagePoolGradient, maxPoolGradient, type Pool, type PoolAttributes, poolOf } from "../pool-gradients";
import { attributes, backendOf, input, type KernelArguments, view } from "./heap";

/**
 * `MaxPoolGrad` for wasm. The backend's own kernel starts the search in each window at the smallest *positive* number, so
 * that the gradient of a window without a positive entry goes to the first entry of the whole tensor; and ties go to the
 * last entry.
 *
 * Measured (one core, ms before → after): 100 images 32×32×48, 2×2: 236 → 110.
 */
export const patchMaxPoolGrad = (original: KernelConfig): KernelConfig => ({
  ...original,
  kernelFunc: (args: KernelArguments): TensorInfo => {
    const backend = backendOf(args);
    return gradient(args, (dy, dx, pool) => maxPoolGradient(view(backend, input(args, "input")), dy, dx, pool));
  },
});

/**
 * `AvgPoolGrad` for wasm. The backend's own kernel divides by the size of the whole filter even at the borders, where
 * padding takes no part in the average.
 *
 * Measured (one core, ms before → after): 100 images 32×32×48, 2×2: 97 → 33.
 */
export const patchAvgPoolGrad = (original: KernelConfig): KernelConfig => ({
  ...original,
  kernelFunc: (args: KernelArguments): TensorInfo => gradient(args, averagePoolGradient),
});

function gradient(
  args: KernelArguments,
  fill: (dy: ReturnType<typeof view>, dx: ReturnType<typeof view>, pool: Pool) => void,
): TensorInfo {
  const backend = backendOf(args);
  const { shape } = input(args, "input");
  const out = backend.makeOutput(shape, "float32");
  const dx = view(backend, out);
  dx.fill(0);
  fill(view(backend, input(args, "dy")), dx, poolOf(shape, attributes<PoolAttributes>(args)));
  return out;
}
