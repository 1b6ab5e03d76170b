import type { LayerSpec } from "./hidden-spec";
import type { NetworkLayerSpec, NetworkSpec } from "./network-spec";

/** A layer whose weights are predicted, of hidden layers or of a network, with its name in the model. */
export type PredictedLayer = { readonly name: string } & (
  | Exclude<LayerSpec, { readonly weights: "dense" }>
  | NetworkLayerSpec
);

/** What a run says of its layers. */
interface Layers {
  readonly hidden: readonly LayerSpec[];
  readonly network?: NetworkSpec | undefined;
}

/** The predicted layers of a run, whatever kind of network it is, from the input on. */
export function predictedLayers({ hidden, network }: Layers): PredictedLayer[] {
  if (network) return Object.entries(network.layers).map(([name, layer]) => ({ name, ...layer }));
  return hidden.flatMap((layer, i) => (layer.weights === "dense" ? [] : [{ name: `hidden_${i + 1}`, ...layer }]));
}
