import type { layers } from "@tensorflow/tfjs-layers";
import { FactorizedConv1D } from "./factorized-conv1d";
import { FactorizedConv2D } from "./factorized-conv2d";
import { FactorizedDense } from "./factorized-dense";
import { FactorizedDepthwiseConv2D } from "./factorized-depthwise-conv2d";

/** The layers with W = U V, U fixed. */
export const factorizedLayers = [
  FactorizedDense,
  FactorizedConv2D,
  FactorizedConv1D,
  FactorizedDepthwiseConv2D,
] as const;

/** A layer with W = U V, U fixed. */
export type FactorizedLayer = InstanceType<(typeof factorizedLayers)[number]>;

/** Whether a layer is one of this package's with U fixed. */
export const isFactorized = (layer: layers.Layer): layer is FactorizedLayer =>
  factorizedLayers.some((kind) => layer instanceof kind);
