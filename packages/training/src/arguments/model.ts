import type * as tfl from "@tensorflow/tfjs-layers";
import { shown } from "./shown";

/**
 * Refuses what is no layers model.
 * @param who the caller's name, for the message
 * @throws TypeError that says what was given, and what to do
 */
export function checkModel(who: string, model: tfl.LayersModel): void {
  const { layers, apply } = Object(model) as Partial<tfl.LayersModel>;
  if (!Array.isArray(layers) || typeof apply !== "function")
    throw new TypeError(
      `${who}: the model must be a layers model of TensorFlow.js, as of sequential(…) or model(…); got ${shown(model)}`,
    );
  const { inputs, outputs } = model;
  if (!inputs?.length || !outputs?.length)
    throw new TypeError(
      `${who}: the model must know its input; got one that is not built: give its first layer an inputShape`,
    );
  const disposed = model.weights.find(
    (weight) => (weight as unknown as { val?: { isDisposed?: boolean } }).val?.isDisposed,
  );
  if (disposed) throw new TypeError(`${who}: the model must not be disposed; got one whose "${disposed.name}" is`);
}
