import { useEngine } from "@weightcast/backend";
import { network } from "./network.mjs";

/** Initial weights of all contenders, in the order W (or V), b of each layer, and the fixed U of each layer. */
export async function problem(variant) {
  await useEngine("cpu");
  const { model, state } = network(variant);
  const plain = (tensor) => ({ shape: tensor.shape, data: tensor.dataSync() });
  const factorized = model.layers.filter((layer) => "atoms" in layer);
  return {
    variant,
    weights: state.weights.map(plain),
    atoms: factorized.map((layer) => plain(layer.atoms())),
    columns: factorized[0]?.columns ?? 1,
  };
}
