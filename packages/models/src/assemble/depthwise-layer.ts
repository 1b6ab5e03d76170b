import { layers } from "@tensorflow/tfjs-layers";
import { factorizedDepthwiseConv2d } from "@weightcast/core";
import { initialWeights, type LayerStart, type LayerWeights } from "./weights";

/** Convolution of each channel on its own, apart from its weights. */
interface DepthwiseWindow extends LayerStart {
  /** Rows and columns of the kernels. */
  readonly size: number;
}

/**
 * Depthwise convolution, strides 1, padding "same": input and output [batch, h, w, channels].
 * @throws RangeError for low-rank weights, or more columns than one
 */
export function depthwiseLayer(weights: LayerWeights, { size, ...start }: DepthwiseWindow): layers.Layer {
  const window = { kernelSize: [size, size] as [number, number], padding: "same" } as const;
  switch (weights.kind) {
    case "dense":
      return layers.depthwiseConv2d({ name: start.name, ...window, depthwiseInitializer: initialWeights(start) });
    case "low-rank":
      throw new RangeError(
        `models: low-rank weights are for fully connected layers; ${start.name} is a depthwise convolution: choose "dense" or "factorized"`,
      );
    case "factorized": {
      const { kind: _, ...options } = weights;
      return factorizedDepthwiseConv2d({ ...start, ...window, ...options });
    }
  }
}
