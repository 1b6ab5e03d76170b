import type { LayersModel } from "@tensorflow/tfjs-layers";

/** The layers of a model, those of models within it in their place. */
export function leavesOf({ layers }: Pick<LayersModel, "layers">): LayersModel["layers"] {
  return layers.flatMap((layer) => ("layers" in layer ? leavesOf(layer as LayersModel) : layer));
}
