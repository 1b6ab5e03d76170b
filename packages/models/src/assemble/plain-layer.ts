import { layers } from "@tensorflow/tfjs-layers";
import type { Activation, PlainPart } from "../plans/plan";

/** Layer of a part that no dictionary predicts. */
export function plainLayer(part: PlainPart, name: string, activation: Activation): layers.Layer {
  switch (part.kind) {
    case "activation":
      return layers.activation({ name, activation });
    case "pool": {
      const options = { name, poolSize: part.size, strides: part.strides };
      return part.pool === "max" ? layers.maxPooling2d(options) : layers.averagePooling2d(options);
    }
    case "average":
      return layers.globalAveragePooling2d({ name });
    case "pad":
      return layers.zeroPadding2d({ name, padding: part.by });
    case "normalization":
      return layers.batchNormalization({ name, epsilon: 1e-5, momentum: 0.9 });
    case "dropout":
      // Without a seed: with one, tf.layers would drop the same units at every step.
      return layers.dropout({ name, rate: part.rate });
  }
}

/** Every `strides`-th pixel of a map, from the first. */
export const sampling = (name: string, strides: number): layers.Layer =>
  layers.averagePooling2d({ name, poolSize: 1, strides });

/** `count` channels of zeros after the last. tf.layers pads the last two axes of images that it takes to have channels first. */
export function moreChannels(name: string, count: number): layers.Layer {
  const after: [number, number] = [0, count];
  return layers.zeroPadding2d({ name, padding: [[0, 0], after], dataFormat: "channelsFirst" });
}
