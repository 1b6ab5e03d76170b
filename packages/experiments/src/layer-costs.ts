import type { LayersModel } from "@tensorflow/tfjs-layers";
import { account } from "@weightcast/core";
import type { NetworkSpec } from "./network-spec";
import { networks } from "./networks";
import type { LayerCosts } from "./record";

/** What each layer of a network that can be predicted learns, has fixed and stores; dense ones learn all of their weights. */
export function costsOf(model: LayersModel, { model: name }: NetworkSpec, classes: number): LayerCosts[] {
  const input = model.inputs[0]!.shape.slice(1) as number[];
  const { layers } = account(model);
  return networks[name].predictable({ input, classes }).map(({ name: layer, kernel, channels, filters }) => {
    const dense = kernel[0] * kernel[1] * channels * filters;
    const predicted = layers.find((one) => one.layer === layer);
    const { dynamic, static: fixed, stored } = predicted ?? { dynamic: dense, static: 0, stored: 0 };
    return { layer, kernel, channels, filters, dense, dynamic, static: fixed, stored };
  });
}
