import type { KernelConfig } from "@tensorflow/tfjs-core";
import { withoutGreeting } from "../cpu";
import type { RunningEngine } from "../engine";
import { addKernels, replaceKernels } from "../patch";
import { patchBatchMatMul } from "./batch-matmul";
import { borrowKernel, type CpuBackend } from "./borrow";
import { conv2DBackpropFilter, patchConv2DBackpropInput } from "./conv2d-gradients";
import { patchCast, patchPrelu } from "./elementwise";
import { patchFusedMatMul } from "./fused-matmul";
import { patchGather } from "./gather";
import { patchIdentity } from "./identity";
import { patchAvgPoolGrad, patchMaxPoolGrad } from "./pool-gradients";
import { patchSlice } from "./slice";
import { unsortedSegmentSum } from "./unsorted-segment-sum";
import { patchWindows } from "./windows";

/** Kernels that move a window over images by XNNPACK. */
const windowed = ["AvgPool", "Conv2D", "DepthwiseConv2dNative", "FusedConv2D", "FusedDepthwiseConv2D", "MaxPool"];

/** Kernels that tfjs-core's gradients need, that wasm lacks and for which this package has no implementation either. */
const lacking = ["DepthwiseConv2dNativeBackpropFilter", "DepthwiseConv2dNativeBackpropInput"];

/**
 * Kernels whose results are wrong on wasm and for which this package has no implementation. Those of maxima begin at the
 * smallest *positive* number, so that they never return a negative one; the gradients of `Conv3D` misplace entries.
 */
const wrong = [
  "Conv3DBackpropFilterV2",
  "Conv3DBackpropInputV2",
  "Dilation2D",
  "Dilation2DBackpropFilter",
  "Dilation2DBackpropInput",
  "MaxPool3D",
  "MaxPool3DGrad",
  "MaxPoolWithArgmax",
];

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
    Cast: patchCast,
    Conv2DBackpropInput: patchConv2DBackpropInput,
    GatherV2: patchGather,
    Identity: patchIdentity,
    MaxPoolGrad: patchMaxPoolGrad,
    Prelu: (original) => patchPrelu(borrowKernel("Prelu", lender), original),
    Slice: patchSlice,
    _FusedMatMul: patchFusedMatMul,
    ...byName(windowed, (name) => (original: KernelConfig) => patchWindows(borrowKernel(name, lender), original)),
  });
  const added = addKernels("wasm", {
    Conv2DBackpropFilter: () => conv2DBackpropFilter(borrowKernel("Conv2DBackpropFilter", lender)),
    UnsortedSegmentSum: () => unsortedSegmentSum,
  });
  const borrow = (names: readonly string[]) => byName(names, (name) => () => borrowKernel(name, lender));
  return {
    patched: [...replaced, ...added].sort(),
    borrowed: [...addKernels("wasm", borrow(lacking)), ...replaceKernels("wasm", borrow(wrong))].sort(),
  };
}

/** Object with an entry for each name. */
const byName = <Value>(names: readonly string[], create: (name: string) => Value): Record<string, Value> =>
  Object.fromEntries(names.map((name) => [name, create(name)]));
