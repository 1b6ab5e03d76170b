import { serialization } from "@tensorflow/tfjs-core";
import { FactorizedDense } from "./factorized-dense";
import { LowRankDense } from "./low-rank-dense";

/** Makes `loadLayersModel` know this package's layers. Call it once; calling it again changes nothing. */
export function registerLayers(): void {
  serialization.registerClass(FactorizedDense);
  serialization.registerClass(LowRankDense);
}
