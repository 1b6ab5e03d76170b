import { layers } from "@tensorflow/tfjs-layers";
import { factorizedDense, lowRankDense } from "@weightcast/core";
import type { Activation } from "../plans/plan";
import { initialWeights, type LayerStart, type LayerWeights } from "./weights";

/** Fully connected layer apart from its weights. */
interface Connection extends LayerStart {
  readonly units: number;
  readonly activation?: Activation;
}

/** Fully connected layer: input [batch, n_v], output [batch, units]. */
export function connectedLayer(weights: LayerWeights, connection: Connection): layers.Layer {
  switch (weights.kind) {
    case "dense": {
      const { seed: _, gain: __, ...rest } = connection;
      return layers.dense({ ...rest, kernelInitializer: initialWeights(connection) });
    }
    case "low-rank": {
      const { kind: _, ...options } = weights;
      return lowRankDense({ ...connection, ...options });
    }
    case "factorized": {
      const { kind: _, ...options } = weights;
      return factorizedDense({ ...connection, ...options });
    }
  }
}
