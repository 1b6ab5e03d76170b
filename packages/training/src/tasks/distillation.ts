import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { checkOptionNames } from "../arguments/shown";
import { usualDistillation } from "../names";
import { meanLoss } from "./mean";
import { evaluationLoss, type Task } from "./task";

/** Options of {@link distillation}. */
export interface DistillationOptions {
  /** a: part of the loss that is the distance to the teacher, in (0, 1]. @default 0.9 */
  readonly weight?: number;
  /** T: logits are divided by it before their softmax, > 0; higher ones show more of what the teacher knows about the other classes. @default 2 */
  readonly temperature?: number;
}

/**
 * Distillation: a task whose loss also compares the outputs with those of a teacher on the same inputs (Hinton et al. 2015).
 *
 *   loss = (1 − a) · task's loss + a · distance
 *
 * The distance of logits of classes is T² times the cross-entropy of softmax(z / T) with the teacher's softmax, less that of the
 * teacher with itself; of logits of their own (binary, multi-label) the same with sigmoids; of other outputs the mean squared difference.
 * Targets, metrics and faults are the task's, and so is the loss of an evaluation, so that it compares with that of networks without a
 * teacher.
 *
 * @param teacher model with the inputs and outputs of the one that is trained; its weights are constants
 * @throws RangeError if an option is out of range
 */
export function distillation(teacher: LayersModel, task: Task, options: DistillationOptions = {}): Task {
  checkOptionNames("distillation", options, { weight: true, temperature: true });
  const { weight = usualDistillation.weight, temperature = usualDistillation.temperature } = options;
  if (!(weight > 0 && weight <= 1)) throw new RangeError(`distillation: weight must be in (0, 1]; got ${weight}`);
  if (!(temperature > 0 && temperature < Infinity))
    throw new RangeError(`distillation: temperature must be above 0; got ${temperature}`);
  const distance = (output: tf.Tensor, expected: tf.Tensor, i: number): tf.Tensor => {
    if (!task.logits[i]) return tf.square(tf.sub(output, expected));
    const [z, t] = [tf.div(output, temperature), tf.div(expected, temperature)];
    const divergence = task.name === "classification" ? ofClasses(z, t) : ofSigmoids(z, t);
    return tf.mul(divergence, temperature ** 2);
  };
  return {
    ...task,
    name: `distillation of ${task.name}`,
    options: { ...task.options, distillation: { weight, temperature } },
    loss(outputs, batch) {
      const inputs = [...batch.inputs];
      const taught = [
        teacher.apply(inputs.length === 1 ? inputs[0]! : inputs, { training: false }),
      ].flat() as tf.Tensor[];
      const apart = outputs.map((output, i) => meanLoss(distance(output, taught[i]!, i), batch.weights));
      const mean = tf.div(tf.addN(apart), apart.length);
      if (weight === 1) return mean as tf.Scalar;
      return tf.add(tf.mul(task.loss(outputs, batch), 1 - weight), tf.mul(mean, weight)) as tf.Scalar;
    },
    evaluationLoss: (outputs, batch) => evaluationLoss(task, outputs, batch),
    fault(outputs, source) {
      const own = task.fault(outputs, source);
      if (own !== undefined) return own;
      const shape = (sizes: readonly (number | null)[]) => `[${sizes.map((size) => size ?? "any").join(", ")}]`;
      const shapes = (list: readonly (readonly (number | null)[])[]) => list.map(shape).join(" and ");
      const taught = teacher.outputs.map((output) => output.shape.slice(1));
      return shapes(taught) === shapes(outputs)
        ? undefined
        : `distillation: the teacher must have the outputs of the model, ${shapes(outputs)}; it has ${shapes(taught)}`;
    },
  };
}

/** KL(softmax(t) ‖ softmax(z)) over the last axis. */
function ofClasses(z: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const expected = tf.logSoftmax(t);
  return tf.sum(tf.mul(tf.exp(expected), tf.sub(expected, tf.logSoftmax(z))), -1);
}

/** KL of two outcomes, by logits. */
function ofSigmoids(z: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const p = tf.sigmoid(t);
  // log σ(x) = −softplus(−x)
  const yes = tf.sub(tf.softplus(tf.neg(z)), tf.softplus(tf.neg(t)));
  const no = tf.sub(tf.softplus(z), tf.softplus(t));
  return tf.add(tf.mul(p, yes), tf.mul(tf.sub(1, p), no));
}
