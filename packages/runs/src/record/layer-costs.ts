import type { LayerAccount } from "@weightcast/core";
import { type PredictableLayer, predictable, weightCount } from "@weightcast/models/plans";
import { planOf, type RunSpec } from "../spec";
import type { LayerCosts } from "./record";

/** Costs of each layer that can be predicted, from the accounts of those that are: the others learn all of their weights. */
export function layerCosts(layers: readonly PredictableLayer[], accounts: readonly LayerAccount[]): LayerCosts[] {
  return layers.map((layer) => {
    const { name, kernel, channels, filters } = layer;
    const dense = weightCount(layer);
    const { dynamic, static: fixed, stored } = accounts.find((one) => one.layer === name) ?? allLearned(dense);
    return { layer: name, kernel, channels, filters, dense, dynamic, static: fixed, stored };
  });
}

const allLearned = (dense: number) => ({ dynamic: dense, static: 0, stored: 0 });

/** Costs of a recorded run whose record has none: earlier versions kept them only for some networks. */
export const recordedCosts = (
  { network }: RunSpec,
  {
    domain,
    account: { layers },
  }: { readonly domain: readonly number[]; readonly account: { readonly layers: readonly LayerAccount[] } },
): LayerCosts[] => layerCosts(predictable(planOf(network, { shape: domain, classes: 1 })), layers);
