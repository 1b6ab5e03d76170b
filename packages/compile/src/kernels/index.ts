import { type Kernels, refuse } from "../kernel";
import { elementwise } from "./elementwise";
import { matmul } from "./matmul";
import { reductions } from "./reductions";
import { shapes } from "./shapes";

/** Every TensorFlow.js kernel that a graph can express. */
export const kernels: Kernels = { ...elementwise, ...reductions, ...shapes, ...matmul };

/** Kernels that only gradients call, and that have no counterpart: known by name, so that errors can tell whose they are. */
export const withoutCounterpart: Kernels = Object.fromEntries(
  [
    "Dilation2DBackpropFilter",
    "Dilation2DBackpropInput",
    "LRNGrad",
    "ResizeBilinearGrad",
    "ResizeNearestNeighborGrad",
  ].map((name) => [name, () => refuse("")]),
);
