import { withoutGreeting } from "../cpu";
import type { RunningEngine } from "../engine";
import { addKernels, replaceKernels } from "../mend";
import { mendBatchMatMul } from "./batch-matmul";
import { borrowKernel, type CpuBackend } from "./borrow";
import { conv2DBackpropFilter, mendConv2DBackpropInput } from "./conv2d-gradients";
import { mendFusedMatMul } from "./fused-matmul";
import { mendGather } from "./gather";
import { mendIdentity } from "./identity";
import { mendAvgPoolGrad, mendMaxPoolGrad } from "./pool-gradients";
import { mendSlice } from "./slice";
import { unsortedSegmentSum } from "./unsorted-segment-sum";

/** Kernels that tfjs-core's gradients need, wasm lacks and this package does not write anew either. */
const borrowed = ["DepthwiseConv2dNativeBackpropFilter", "DepthwiseConv2dNativeBackpropInput"];

/**
 * Replaces wasm's slow and wrong kernels and adds those that gradients need and wasm lacks, but for those of complex
 * numbers, which wasm has not at all. Must run after the wasm and the cpu backend registered their kernels and before
 * `setBackend("wasm")`.
 */
export function mendWasm(cpu: {
  readonly MathBackendCPU: new () => unknown;
}): Pick<RunningEngine, "mended" | "borrowed"> {
  const lender = withoutGreeting(new cpu.MathBackendCPU()) as CpuBackend;
  const replaced = replaceKernels("wasm", {
    AvgPoolGrad: mendAvgPoolGrad,
    BatchMatMul: mendBatchMatMul,
    Conv2DBackpropInput: mendConv2DBackpropInput,
    GatherV2: mendGather,
    Identity: mendIdentity,
    MaxPoolGrad: mendMaxPoolGrad,
    Slice: mendSlice,
    _FusedMatMul: mendFusedMatMul,
  });
  const added = addKernels("wasm", {
    Conv2DBackpropFilter: () => conv2DBackpropFilter(borrowKernel("Conv2DBackpropFilter", lender)),
    UnsortedSegmentSum: () => unsortedSegmentSum,
  });
  return {
    mended: [...replaced, ...added].sort(),
    borrowed: addKernels("wasm", Object.fromEntries(borrowed.map((name) => [name, () => borrowKernel(name, lender)]))),
  };
}
