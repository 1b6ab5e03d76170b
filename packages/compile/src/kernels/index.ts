import { activations } from "./activations";
import { arithmetic } from "./arithmetic";
import { comparisons } from "./comparisons";
import { constants } from "./constants";
import { counting } from "./counting";
import { elementwise } from "./elementwise";
import { convolution } from "./images/convolution";
import { depthwise } from "./images/depthwise";
import { morphology } from "./images/morphology";
import { normalization } from "./images/normalization";
import { pooling } from "./images/pooling";
import { resizing } from "./images/resizing";
import { resizingGradients } from "./images/resizing-gradients";
import { sampling } from "./images/sampling";
import { volumePooling } from "./images/volume-pooling";
import { volumes } from "./images/volumes";
import { indexing } from "./indexing";
import { joining } from "./joining";
import type { Kernels } from "./kernel";
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
  ...counting,
  ...depthwise,
  ...elementwise,
  ...resizing,
  ...resizingGradients,
  ...indexing,
  ...joining,
  ...matmul,
  ...morphology,
  ...normalization,
  ...pooling,
  ...reductions,
  ...sampling,
  ...shapes,
  ...slicing,
  ...volumePooling,
  ...volumes,
};
