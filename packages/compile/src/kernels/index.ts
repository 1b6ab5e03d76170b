import { activations } from "./activations";
import { arithmetic } from "./arithmetic";
import { comparisons } from "./comparisons";
import { constants } from "./constants";
import { elementwise } from "./elementwise";
import { convolution } from "./images/convolution";
import { depthwise } from "./images/depthwise";
import { normalization } from "./images/normalization";
import { pooling } from "./images/pooling";
import { resizing } from "./images/resizing";
import { indexing } from "./indexing";
import { joining } from "./joining";
import { type Kernels, refuse } from "./kernel";
import { matmul } from "./matmul";
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
  ...resizing,
  ...indexing,
  ...joining,
  ...matmul,
  ...normalization,
  ...pooling,
  ...reductions,
  ...shapes,
  ...slicing,
};

/** Kernels without a counterpart that only gradients call. They are listed so that errors can name the layer they belong to. */
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
