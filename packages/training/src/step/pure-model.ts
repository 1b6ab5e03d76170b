import type * as tfl from "@tensorflow/tfjs-layers";
import { leavesOf } from "@weightcast/core";
import type { Task } from "../tasks/task";
import { isStateful } from "./layer-states";
import { assertLogits } from "./logits";
import { hasKnownMasks } from "./recurrent-dropout";
import { weightOwners } from "./variables";

/**
 * Refuses models that a step would silently train wrong.
 * @throws TypeError naming the layer and what to do
 */
export function assertPure(model: tfl.LayersModel, task: Task): void {
  for (const layer of leavesOf(model)) {
    const kind = layer.getClassName();
    const config = layer.getConfig();
    if (layer.stateful && !isStateful(layer))
      throw new TypeError(
        `createStep: a step must be a pure function, and layer "${layer.name}" (${kind}) keeps state between calls in a way of its own; create it with stateful: false`,
      );
    if (weightOwners(layer).some(drawsItself))
      throw new TypeError(
        `createStep: a step must be a pure function, and layer "${layer.name}" (${kind}) draws random numbers for a dropout of its own, and is none of tf.layers; use layers.dropout before or after it instead`,
      );
    if (kind === "BatchNormalization" && !(config.center && config.scale))
      throw new TypeError(
        `createStep: TensorFlow.js cannot train a batch normalization without center or scale, such as layer "${layer.name}"; leave both on`,
      );
  }
  assertLogits("createStep", model, task);
}

/** Whether a layer has an option of a built-in dropout, and is not one whose masks are known: a cell of one's own, for example. */
const drawsItself = (layer: tfl.layers.Layer): boolean => !hasKnownMasks(layer) && hasDropout(layer.getConfig());

function hasDropout(config: unknown): boolean {
  if (typeof config !== "object" || config === null) return false;
  return Object.entries(config).some(([key, value]) =>
    key === "dropout" || key === "recurrentDropout" ? value > 0 : hasDropout(value),
  );
}
