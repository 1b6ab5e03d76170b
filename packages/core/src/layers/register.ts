import { serialization } from "@tensorflow/tfjs-core";
import { AdaptedLayer } from "../adapters/adapted-layer";
import { FactorizedConv1D } from "./factorized-conv1d";
import { FactorizedConv2D } from "./factorized-conv2d";
import { FactorizedDense } from "./factorized-dense";
import { FactorizedDepthwiseConv2D } from "./factorized-depthwise-conv2d";
import { LowRankDense } from "./low-rank-dense";

/** Registers this package's layers with `loadLayersModel`. Call it once; calling it again changes nothing. */
export function registerLayers(): void {
  serialization.registerClass<serialization.Serializable>(FactorizedDense);
  serialization.registerClass<serialization.Serializable>(FactorizedConv2D);
  serialization.registerClass<serialization.Serializable>(FactorizedConv1D);
  serialization.registerClass<serialization.Serializable>(FactorizedDepthwiseConv2D);
  serialization.registerClass(LowRankDense);
  serialization.registerClass<serialization.Serializable>(AdaptedLayer);
}
