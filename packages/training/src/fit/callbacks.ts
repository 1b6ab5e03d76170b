import { Callback, CallbackList, CustomCallback, History, type LayersModel } from "@tensorflow/tfjs-layers";
import { shown } from "../arguments/shown";
import type { CommonFitArgs, FitCallback } from "./fit-args";

/** Callbacks of a fit. */
export interface FitCallbacks {
  readonly list: CallbackList;
  readonly history: History;
  /** Whether there are others than the history, who may look at the model after an epoch. */
  readonly any: boolean;
  /** Whether one of them is called for every batch, so that updates must be done one by one. */
  readonly everyBatch: boolean;
}

/** Facts about a training that callbacks get. */
export interface FitParams {
  readonly [name: string]: unknown;
}

/**
 * Callbacks of tf.layers, with a history at their end.
 * @throws TypeError for what is none
 */
export function fitCallbacks(
  who: string,
  model: LayersModel,
  { callbacks = [], yieldEvery = "auto" }: CommonFitArgs,
  params: FitParams,
): FitCallbacks {
  const given = (Array.isArray(callbacks) ? callbacks : [callbacks]) as readonly FitCallback[];
  const history = new History();
  const made = given.map((one) => {
    if (typeof one !== "object" || one === null)
      throw new TypeError(
        `${who}: callbacks must be objects with onEpochEnd or another function of tf.layers, or callbacks.earlyStopping(); got ${shown(one)}`,
      );
    return isInstance(one) ? one : new CustomCallback(one, yieldEvery);
  });
  const list = new CallbackList([...made, history]);
  list.setParams(params as never);
  list.setModel(model);
  return { list, history, any: given.length > 0, everyBatch: given.some(isForBatches) };
}

const isInstance = (callback: object): callback is Callback => typeof Object(callback).setParams === "function";

/** Whether a callback does something for every batch: an instance, unless it has the empty methods of its base class. */
function isForBatches(callback: object): boolean {
  const { onBatchBegin, onBatchEnd, onYield } = callback as Record<string, unknown>;
  if (!isInstance(callback)) return [onBatchBegin, onBatchEnd, onYield].some((one) => typeof one === "function");
  if (callback instanceof CustomCallback) {
    const { batchBegin, batchEnd, yield: yielding } = callback as unknown as Record<string, unknown>;
    return [batchBegin, batchEnd, yielding].some((one) => typeof one === "function");
  }
  return onBatchBegin !== Callback.prototype.onBatchBegin || onBatchEnd !== Callback.prototype.onBatchEnd;
}
