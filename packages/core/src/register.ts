import { serialization } from "@tensorflow/tfjs-core";
import { factorizedLayers } from "./factorized-layers";
import { LowRankDense } from "./low-rank-dense";

/** Makes `loadLayersModel` know this package's layers. Call it once; calling it again changes nothing. */
export function registerLayers(): void {
  for (const layer of factorizedLayers) serialization.registerClass<serialization.Serializable>(layer);
  serialization.registerClass(LowRankDense);
}
