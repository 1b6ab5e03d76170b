import { withoutGreeting } from "../cpu";
import type { RunningEngine } from "../engine";
import { addKernels, replaceKernels } from "../patch";
import { patchBatchMatMul } from "./batch-matmul";
import { borrowKernel, type CpuBackend } from "./borrow";
import { conv2DBackpropFilter, patchConv2DBackpropInput } from "./conv2d-gradients";
import { patchFusedMatMul } from "./fused-matmul";
import { patchGather } from "./gather";
import { patchIdentity } from "./identity";
import { patchAvgPoolGrad, patchMaxPoolGrad } from "./pool-gradients";
import { patchSlice } from "./slice";
import { unsortedSegmentSum } from "./unsorted-segment-sum";

/** Kernels that tfjs-core's gradients need, that wasm lacks and for which this package has no implementation either. */
const borrowed = ["DepthwiseConv2dNativeBackpropFilter", "DepthwiseConv2dNativeBackpropInput"];

/**
 * Replaces wasm's slow and wrong kernels, and adds those that gradients need and wasm lacks, except the kernels of
 * complex numbers, which wasm does not support at all. Must run after the wasm and cpu backends have registered their
 * kernels and before `setBackend("wasm")`.
 */
export function patchWasm(cpu: {
  readonly MathBackendCPU: new () => unknown;
}): Pick<RunningEngine, "patched" | "borrowed"> {
  const lender = withoutGreeting(new cpu.MathBackendCPU()) as CpuBackend;
  const replaced = replaceKernels("wasm", {
    AvgPoolGrad: patchAvgPoolGrad,
    BatchMatMul: patchBatchMatMul,
    Conv2DBackpropInput: patchConv2DBackpropInput,
    GatherV2: patchGather,
    Identity: patchIdentity,
    MaxPoolGrad: patchMaxPoolGrad,
    Slice: patchSlice,
    _FusedMatMul: patchFusedMatMul,
  });
  const added = addKernels("wasm", {
    Conv2DBackpropFilter: () => conv2DBackpropFilter(borrowKernel("Conv2DBackpropFilter", lender)),
    UnsortedSegmentSum: () => unsortedSegmentSum,
  });
  return {
    patched: [...replaced, ...added].sort(),
    borrowed: addKernels("wasm", Object.fromEntries(borrowed.map((name) => [name, () => borrowKernel(name, lender)]))),
  };
}
