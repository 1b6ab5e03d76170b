import { allConvolutional, convnet, lenet5, type Network, type PredictableLayer, resnet20 } from "@weightcast/models";
import type { NetworkName } from "./network-spec";

/** The networks that a run may name. */
export const networks: Readonly<Record<NetworkName, Network>> = {
  convnet,
  lenet5,
  "all-convolutional": allConvolutional,
  resnet20,
};

/**
 * The layers of a network that have something to predict: whose kernel has more than one place, the whole map of a fully
 * connected layer among them. In order.
 */
export const layersOf = (model: NetworkName): PredictableLayer[] =>
  networks[model].predictable().filter(({ kernel: [rows, columns] }) => rows * columns > 1);
