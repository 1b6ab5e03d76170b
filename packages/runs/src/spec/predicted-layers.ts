import type { PredictedSpec } from "./layers";
import type { NetworkSpec } from "./network";

/** Layer whose weights are predicted, with its name in the model. */
export type PredictedLayer = { readonly name: string } & PredictedSpec;

/** Predicted layers of a run, from the input on. */
export const predictedLayers = ({ network }: { readonly network: NetworkSpec }): PredictedLayer[] =>
  Object.entries(network.layers).map(([name, layer]) => ({ name, ...layer }));
