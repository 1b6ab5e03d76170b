import { layers } from "@tensorflow/tfjs-layers";
import { factorizedConv2d } from "@weightcast/core";
import type { Activation } from "../plans/plan";
import { initialWeights, type LayerStart, type LayerWeights } from "./weights";

/** Convolution apart from its weights. */
interface ConvolutionWindow extends LayerStart {
  readonly filters: number;
  readonly kernelSize: [number, number];
  readonly strides: number;
  readonly padding: "same" | "valid";
  readonly useBias: boolean;
  readonly activation?: Activation;
}

/**
 * Convolution: input [batch, h, w, channels], output [batch, h′, w′, filters].
 * @throws RangeError for low-rank weights
 */
export function convolutionLayer(weights: LayerWeights, window: ConvolutionWindow): layers.Layer {
  switch (weights.kind) {
    case "dense": {
      const { seed: _, gain: __, ...rest } = window;
      return layers.conv2d({ ...rest, kernelInitializer: initialWeights(window) });
    }
    case "low-rank":
      throw new RangeError(
        `models: low-rank weights are for fully connected layers; ${window.name} is a convolution: choose "dense" or "factorized"`,
      );
    case "factorized": {
      const { kind: _, ...options } = weights;
      return factorizedConv2d({ ...window, ...options });
    }
  }
}
