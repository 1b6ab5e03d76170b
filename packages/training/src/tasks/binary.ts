import * as tf from "@tensorflow/tfjs-core";
import { targetsOf } from "../examples/examples";
import { areaUnderCurve } from "./area-under-curve";
import { meanLoss } from "./mean";
import { type Measure, sameShapeFault, type Task } from "./task";

/**
 * Binary classification: one output for each example, a logit, and a target of 0 or 1. The loss is the cross-entropy of
 * sigmoid(output), max(z, 0) − z t + log(1 + exp(−|z|)), for targets between 0 and 1 too. Metrics, with the class 1 where the
 * logit is above 0: `accuracy`, `precision`, `recall`, `f1`, and `auc`, the area under the receiver's curve.
 */
export const binary = (): Task => logistic("binary");

/**
 * Multi-label classification: several logits for each example, and as many targets of 0 or 1. Loss and metrics are those of
 * {@link binary}, over all labels of all examples.
 */
export const multiLabel = (): Task => logistic("multiLabel");

function logistic(name: string): Task {
  return {
    name,
    options: {},
    logits: [true],
    loss: ([logits], { targets, weights }) => {
      const target = tf.reshape(tf.cast(targets[0]!, "float32"), logits!.shape);
      return meanLoss(sigmoidCrossEntropy(logits!, target), weights);
    },
    fault(outputs, source) {
      const fault = sameShapeFault(name, outputs, targetsOf(source));
      const size = outputs[0]?.reduce<number>((product, length) => product * (length ?? Number.NaN), 1);
      if (fault || name !== "binary" || size === 1) return fault;
      return `binary takes one output; the model gives [${outputs[0]}]; end the model in one unit, or use multiLabel`;
    },
    measure: measureLogistic,
  };
}

/** max(z, 0) − z t + log(1 + exp(−|z|)), element by element. */
function sigmoidCrossEntropy(logits: tf.Tensor, targets: tf.Tensor): tf.Tensor {
  const softplus = tf.log1p(tf.exp(tf.neg(tf.abs(logits))));
  return tf.add(tf.sub(tf.relu(logits), tf.mul(logits, targets)), softplus);
}

function measureLogistic(): Measure {
  let [truePositives, falsePositives, falseNegatives, right, numbers] = [0, 0, 0, 0, 0];
  const [scores, labels]: [number[], boolean[]] = [[], []];
  return {
    add([outputs], { targets: [targets] }) {
      for (const [i, logit] of outputs!.entries()) {
        const [found, is] = [logit > 0, targets![i]! > 0.5];
        if (found === is && !Number.isNaN(logit)) right++;
        if (found && is) truePositives++;
        if (found && !is) falsePositives++;
        if (!found && is) falseNegatives++;
        scores.push(logit);
        labels.push(is);
      }
      numbers += outputs!.length;
    },
    result: () => ({
      accuracy: right / numbers,
      precision: truePositives / (truePositives + falsePositives),
      recall: truePositives / (truePositives + falseNegatives),
      f1: (2 * truePositives) / (2 * truePositives + falsePositives + falseNegatives),
      auc: areaUnderCurve(scores, labels),
    }),
  };
}
