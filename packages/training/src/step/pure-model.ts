import type * as tfl from "@tensorflow/tfjs-layers";
import { leavesOf } from "@weightcast/core";
import type { Task } from "../tasks/task";
import { assertLogits } from "./logits";

/**
 * Refuses models that a step would silently train wrong.
 * @throws TypeError naming the layer and what to do
 */
export function assertPure(model: tfl.LayersModel, task: Task): void {
  for (const layer of leavesOf(model)) {
    const kind = layer.getClassName();
    const config = layer.getConfig();
    if (layer.stateful)
      throw new TypeError(
        `createStep: a step must be a pure function, and layer "${layer.name}" (${kind}) keeps state between calls; create it with stateful: false`,
      );
    if (hasRecurrentDropout(config))
      throw new TypeError(
        `createStep: a step must be a pure function, and layer "${layer.name}" (${kind}) draws random numbers for its built-in dropout; use layers.dropout before or after it instead`,
      );
    if (kind === "BatchNormalization" && !(config.center && config.scale))
      throw new TypeError(
        `createStep: TensorFlow.js cannot train a batch normalization without center or scale, such as layer "${layer.name}"; leave both on`,
      );
  }
  assertLogits("createStep", model, task);
}

/** Whether a recurrent layer, or a cell in it, has built-in dropout. */
function hasRecurrentDropout(config: unknown): boolean {
  if (typeof config !== "object" || config === null) return false;
  return Object.entries(config).some(([key, value]) =>
    key === "dropout" || key === "recurrentDropout" ? value > 0 : hasRecurrentDropout(value),
  );
}
