import { util } from "@tensorflow/tfjs-core";
import { integers, op } from "../graph";
import type { Kernel, Kernels } from "../kernel";

const reduction =
  (name: string): Kernel =>
  ({ inputs: { x }, attrs: { axis, keepDims = false } }) => {
    const axes = util.parseAxisParam(axis, [...x!.shape]);
    const shape = keepDims
      ? x!.shape.map((size, i) => (axes.includes(i) ? 1 : size))
      : x!.shape.filter((_, i) => !axes.includes(i));
    return op(name, [x, integers(axes)], shape, { keepdims: keepDims ? 1 : 0, noop_with_empty_axes: 1 });
  };

/** Sums and their like along axes. */
export const reductions: Kernels = {
  Max: reduction("ReduceMax"),
  Mean: reduction("ReduceMean"),
  Sum: reduction("ReduceSum"),
};
