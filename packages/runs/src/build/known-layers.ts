import { entryOf } from "@weightcast/datasets/catalog";
import { type PredictableLayer, predictable } from "@weightcast/models/plans";
import { layerUnder, planOf, type RunSpec } from "../spec";

/** Images of a run, as far as its needs depend on them. */
export interface ImageFacts {
  /** Shape of one image. */
  readonly shape: readonly number[];
  readonly classes: number;
  /** Training images. */
  readonly train: number;
}

/** Images of a published data set; those of a folder, and the rows of a table, are unknown before they are read. */
export const publishedImages = ({ data: { name, folder, table } }: Pick<RunSpec, "data">): ImageFacts | undefined =>
  (folder ?? table) === undefined ? entryOf(name) : undefined;

/** Layers of a run that can be predicted and whose sizes are known, as their dictionaries see them; without the images' shape these are few. */
export function knownLayers(
  { network, data }: Pick<RunSpec, "network" | "data">,
  images = publishedImages({ data }),
): readonly PredictableLayer[] {
  const layers = predictable(planOf(network, images)).map((layer) => layerUnder(layer, network.layers[layer.name]));
  // Beyond the first layer of a perceptron, no size depends on the images.
  return images ? layers : network.model === "mlp" ? layers.slice(1) : [];
}
