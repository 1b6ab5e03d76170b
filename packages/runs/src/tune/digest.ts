import { createHash } from "node:crypto";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/** First 16 digits of the SHA-256 of a text or bytes. */
export const digest = (text: string | Uint8Array): string =>
  createHash("sha256").update(text).digest("hex").slice(0, 16);

/** Digest of a model's weights, or of a tensor. */
export function digestOf(of: LayersModel | tf.Tensor): string {
  const tensors = of instanceof tf.Tensor ? [of] : of.getWeights();
  return digest(tensors.map((tensor) => digest(new Uint8Array(tensor.dataSync().slice().buffer))).join());
}
