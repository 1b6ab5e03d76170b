import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Task } from "@weightcast/training";
import { endOf } from "../model/end-of";

/** Least probability whose logarithm is taken: well above the smallest float32. */
const least = 1e-30;

/**
 * What a model is trained for, by what its outputs are: logits, or probabilities by a softmax at its end.
 * @throws RangeError if a model for classes ends in another function, such as sigmoid
 */
export function goalOf(path: string, model: LayersModel, task: Task): Task {
  if (task.name !== "classification") return task;
  const end = endOf(model);
  if (end === "linear") return task;
  if (end !== "softmax")
    throw new RangeError(
      `${path}: its outputs must be logits of classes, or their softmax; they are those of ${end}; adapt it in code, with a loss that suits it`,
    );
  return {
    ...task,
    name: "classification by probabilities",
    logits: [false],
    // log p are logits: their softmax is p.
    loss: ([outputs], batch) => task.loss([tf.log(tf.maximum(outputs!, least))], batch),
  };
}
