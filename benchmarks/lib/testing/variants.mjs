import { workloads } from "../../workloads/index.mjs";
import { describe } from "../layers.mjs";

/**
 * Layers of a workload's variant, or the result of another function of its model.
 * @param get is given the model, and whether the variant is prepared; the model is disposed of afterwards
 */
export function layersOf(workload, name, get = describe) {
  const variant = workloads[workload].variants.find((variant) => variant.name === name);
  const model = variant.model();
  const found = get(model, variant.prepared);
  model.dispose();
  return found;
}
