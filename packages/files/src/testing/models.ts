import type { LayersModel } from "@tensorflow/tfjs-layers";
import { fourier } from "@weightcast/dictionary-fourier";
import { allConvolutional, convmixer, convnet, lenet5, mlp, type PredictableLayer, resnet20 } from "@weightcast/models";

/** Every network of `@weightcast/models`, small, dense and factorized. */
export function networks(kind: "dense" | "factorized"): readonly (readonly [string, () => LayersModel])[] {
  const weights = ({ kernel: domain }: PredictableLayer) =>
    ({ kind: "factorized", dictionary: fourier(domain), rank: { proportion: 0.3 } }) as const;
  const options = kind === "dense" ? { seed: 1 } : { seed: 1, weights };
  return [
    ["mlp", () => mlp({ ...options, input: [14, 14], hidden: [40, 30] })],
    ["lenet5", () => lenet5(options)],
    ["convnet", () => convnet({ ...options, input: [16, 16, 3] })],
    ["allConvolutional", () => allConvolutional({ ...options, input: [16, 16, 3], width: 8 })],
    ["resnet20", () => resnet20({ ...options, input: [16, 16, 3], blocks: 1 })],
    ["convmixer", () => convmixer({ ...options, input: [12, 12, 3], width: 8, depth: 1 })],
  ];
}
