import * as tf from "@tensorflow/tfjs-core";
import { checkOptionNames } from "../arguments/shown";
import { classesOf, targetsOf } from "../examples/examples";
import { softmaxCrossEntropy } from "../step/loss";
import { meanLoss } from "./mean";
import { allows, type Measure, type OutputShape, oneEachFault, type Task } from "./task";

/** Options of {@link classification}. */
export interface ClassificationOptions {
  /** s: share of the target that is spread evenly over all classes, in [0, 1) (Szegedy et al. 2016). @default 0 */
  readonly labelSmoothing?: number;
  /** Weight of each class in the loss, ≥ 0, by class number. @default 1 each */
  readonly classWeights?: readonly number[];
  /** k of the metric `topK`, an integer ≥ 1: the share of examples whose class is among the k largest outputs. @default none */
  readonly topK?: number;
}

/**
 * Classification: outputs [batch, …, classes] without a softmax are compared with class numbers [batch, …]; of sequences, one at
 * each step. The loss is the mean cross-entropy of softmax(outputs). Metrics: `error`, the share whose largest output is not that
 * of their class, and `topK`.
 * @throws RangeError if an option is out of range
 */
export function classification(options: ClassificationOptions = {}): Task {
  checkOptionNames("classification", options, { labelSmoothing: true, classWeights: true, topK: true });
  const { labelSmoothing = 0, classWeights, topK } = options;
  if (!(labelSmoothing >= 0 && labelSmoothing < 1))
    throw new RangeError(`classification: labelSmoothing must be in [0, 1); got ${labelSmoothing}`);
  if (classWeights && !(Array.isArray(classWeights) && classWeights.every((one) => one >= 0 && one < Infinity)))
    throw new RangeError(`classification: classWeights must be numbers of at least 0; got ${classWeights}`);
  if (topK !== undefined && !(Number.isSafeInteger(topK) && topK >= 1))
    throw new RangeError(`classification: topK must be an integer of at least 1; got ${topK}`);
  return {
    name: "classification",
    options: {
      ...(labelSmoothing > 0 && { labelSmoothing }),
      ...(classWeights && { classWeights: [...classWeights] }),
    },
    logits: [true],
    loss([outputs], { targets: [targets], weights }) {
      const classes = outputs!.shape.at(-1)!;
      const [logits, labels] = [tf.reshape(outputs!, [-1, classes]), tf.reshape(targets!, [-1])];
      if (!weights && !classWeights && labelSmoothing === 0)
        return softmaxCrossEntropy(outputs!.rank === 2 ? outputs! : logits, outputs!.rank === 2 ? targets! : labels);
      const oneHot = tf.cast(tf.oneHot(labels as tf.Tensor1D, classes), "float32");
      const smooth = tf.add(tf.mul(oneHot, 1 - labelSmoothing), labelSmoothing / classes);
      const each = tf.neg(tf.sum(tf.mul(smooth, tf.logSoftmax(logits)), -1));
      const weighted = classWeights
        ? tf.mul(each, tf.squeeze(tf.matMul(oneHot, tf.tensor2d(classWeights.slice(), [classes, 1])), [1]))
        : each;
      return meanLoss(tf.reshape(weighted, targets!.shape), weights);
    },
    fault(outputs, source) {
      const targets = targetsOf(source);
      const several = oneEachFault("classification", outputs, targets);
      if (several !== undefined) return several;
      const [output, target] = [outputs[0]!, targets[0]!];
      const classes = output.at(-1);
      if (target.dtype !== "int32")
        return `the targets of classification are class numbers, int32; the source gives ${target.dtype}; for numbers of any size use regression`;
      if (classWeights && classes !== classWeights.length)
        return `classification: classWeights must have a weight for each class; the model gives [${output}] and there are ${classWeights.length} weights`;
      return classFault(output, target.shape, classesOf(source));
    },
    measure: () => measureClasses(topK),
  };
}

/** Fault of outputs [batch, …, classes] for class numbers [batch, …]. */
export function classFault(output: OutputShape, target: readonly number[], classes: number | undefined) {
  if (classes !== undefined)
    return allows(output, [...target, classes])
      ? undefined
      : `the model gives [${output}] and the source has ${classes} classes; end the model in as many units`;
  return output.length > 0 && allows(output.slice(0, -1), target)
    ? undefined
    : `classification compares outputs [batch, …, classes] with class numbers [batch, …]; the model gives [${output}] and the source's targets are [${target}]`;
}

/** Counts of the misclassified examples. A NaN among the outputs of an example is wrong. */
export function measureClasses(topK?: number): Measure & { wrongByClass(): readonly number[] } {
  const wrong: number[] = [];
  let [count, among] = [0, 0];
  const wrongSum = () => wrong.reduce((sum, one) => sum + one, 0);
  return {
    add([outputs], { targets: [labels] }) {
      const classes = outputs!.length / labels!.length;
      while (wrong.length < classes) wrong.push(0);
      for (const [i, label] of labels!.entries()) {
        const place = placeOf(outputs!, i * classes, classes, label);
        if (place > 0) wrong[label]!++;
        if (topK !== undefined && place < topK) among++;
      }
      count += labels!.length;
    },
    result: () => ({
      error: wrongSum() / count,
      ...(topK !== undefined && { topK: among / count }),
    }),
    wrongByClass: () => wrong,
  };
}

/** Number of outputs that come before that of the label: larger ones, and equal ones of smaller classes. Comparisons with NaN are false. */
function placeOf(outputs: Float32Array, from: number, classes: number, label: number): number {
  const expected = outputs[from + label]!;
  let place = 0;
  for (let c = 0; c < classes; c++) {
    const other = outputs[from + c]!;
    if (!(c < label ? other < expected : other <= expected)) place++;
  }
  return place;
}
