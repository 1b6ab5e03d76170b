import * as tf from "@tensorflow/tfjs-core";
import { checkOptionNames } from "../arguments/shown";
import { checkName } from "../error";
import { targetsOf } from "../examples/examples";
import { meanLoss } from "./mean";
import { type Measure, sameShapeFault, type Task } from "./task";

/** Losses of {@link regression}. */
export const regressionLosses = ["squared", "absolute", "huber"] as const;

/** Options of {@link regression}. */
export interface RegressionOptions {
  /** `squared`: (y − t)²; `absolute`: |y − t|; `huber`: ½ d² below delta, delta·(d − ½ delta) above, d = |y − t|. @default "squared" */
  readonly loss?: (typeof regressionLosses)[number];
  /** Where Huber's loss turns from a parabola into a line, > 0. @default 1 */
  readonly delta?: number;
}

/**
 * Regression: outputs are compared with targets of the same shape, numbers of any size. The loss is the mean over all of
 * them. Metrics: `mae`, `rmse`, and `r2` = 1 − Σ(t − y)² / Σ(t − t̄)², the mean over the numbers of a target.
 * @throws RangeError if an option is out of range
 */
export function regression(options: RegressionOptions = {}): Task {
  checkOptionNames("regression", options, { loss: true, delta: true });
  const { loss = "squared", delta = 1 } = options;
  checkName("regression: loss", loss, regressionLosses);
  if (!(delta > 0 && delta < Infinity)) throw new RangeError(`regression: delta must be above 0; got ${delta}`);
  const distance = (difference: tf.Tensor): tf.Tensor => {
    if (loss === "squared") return tf.square(difference);
    const d = tf.abs(difference);
    if (loss === "absolute") return d;
    const inner = tf.minimum(d, delta);
    return tf.add(tf.mul(tf.square(inner), 0.5), tf.mul(tf.sub(d, inner), delta));
  };
  return {
    name: "regression",
    options: { loss, ...(loss === "huber" && { delta }) },
    logits: [false],
    loss: ([outputs], { targets, weights }) =>
      meanLoss(distance(tf.sub(outputs!, tf.reshape(tf.cast(targets[0]!, "float32"), outputs!.shape))), weights),
    fault: (outputs, source) => sameShapeFault("regression", outputs, targetsOf(source)),
    measure: measureRegression,
  };
}

/** Sums of errors, and of the targets by column. */
function measureRegression(): Measure {
  let [absolute, squared, numbers, examples] = [0, 0, 0, 0];
  // Welford's mean and sum of squared deviations of the targets, and the squared errors, of each number of a target.
  let columns: { mean: number; deviations: number; errors: number }[] = [];
  return {
    add([outputs], { targets: [targets] }, count) {
      const width = targets!.length / count;
      if (columns.length === 0) columns = Array.from({ length: width }, () => ({ mean: 0, deviations: 0, errors: 0 }));
      for (let i = 0; i < count; i++) {
        examples++;
        for (const [k, column] of columns.entries()) {
          const target = targets![i * width + k]!;
          const error = outputs![i * width + k]! - target;
          absolute += Math.abs(error);
          squared += error * error;
          column.errors += error * error;
          const before = target - column.mean;
          column.mean += before / examples;
          column.deviations += before * (target - column.mean);
        }
      }
      numbers += targets!.length;
    },
    result: () => ({
      mae: absolute / numbers,
      rmse: Math.sqrt(squared / numbers),
      r2: columns.reduce((sum, { errors, deviations }) => sum + 1 - errors / deviations, 0) / columns.length,
    }),
  };
}
