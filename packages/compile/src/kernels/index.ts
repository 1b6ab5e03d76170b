import { type Kernels, refuse } from "../kernel";
import { activations } from "./activations";
import { arithmetic } from "./arithmetic";
import { comparisons } from "./comparisons";
import { constants } from "./constants";
import { convolution } from "./convolution";
import { depthwise } from "./depthwise";
import { elementwise } from "./elementwise";
import { images } from "./images";
import { indexing } from "./indexing";
import { joining } from "./joining";
import { matmul } from "./matmul";
import { normalization } from "./normalization";
import { pooling } from "./pooling";
import { reductions } from "./reductions";
import { shapes } from "./shapes";
import { slicing } from "./slicing";

/** Every TensorFlow.js kernel that a graph can express. */
export const kernels: Kernels = {
  ...activations,
  ...arithmetic,
  ...comparisons,
  ...constants,
  ...convolution,
  ...depthwise,
  ...elementwise,
  ...images,
  ...indexing,
  ...joining,
  ...matmul,
  ...normalization,
  ...pooling,
  ...reductions,
  ...shapes,
  ...slicing,
};

/** Kernels that only gradients call, and that have no counterpart: known by name, so that errors can tell whose they are. */
export const withoutCounterpart: Kernels = Object.fromEntries(
  [
    "Cumprod",
    "Dilation2DBackpropFilter",
    "Dilation2DBackpropInput",
    "LRNGrad",
    "ResizeBilinearGrad",
    "ResizeNearestNeighborGrad",
  ].map((name) => [name, () => refuse("")]),
);
