import * as tf from "@tensorflow/tfjs-core";
import type { Measure, Task, TaskTensors } from "../tasks/task";
import type { Compiled, LossOrMetric } from "./compiled-model";

/** Measure without metrics: those of tf.layers are watched. */
const nothing = (): Measure => ({ add() {}, result: () => ({}) });

/**
 * Task of a model that was compiled by tf.layers: its very losses and metrics. A batch has a target for each output and
 * then, where there are any, a weight of each example for each output.
 *
 * As in tf.layers, the loss is the mean of the sum of the outputs' losses, and metrics are not weighted.
 */
export function layersTask({ losses, metrics }: Compiled): Task {
  const weighted = (outputs: readonly tf.Tensor[], { targets }: TaskTensors) =>
    losses.map((loss, i) => weigh(loss(targets[i]!, outputs[i]!), targets[losses.length + i]));
  return {
    name: "layers",
    options: { losses: losses.map(nameOf), metrics: metrics.map(([metric]) => nameOf(metric)) },
    logits: losses.map(() => false),
    loss: (outputs, batch) => tf.mean(weighted(outputs, batch).reduce((sum, loss) => tf.add(sum, loss))) as tf.Scalar,
    watch(outputs, batch) {
      const several = losses.length > 1 ? weighted(outputs, batch) : [];
      return metrics.map(([metric, output], i) =>
        tf.mean(several[i] ?? metric(batch.targets[output]!, outputs[output]!)),
      );
    },
    // Checked against the model when the data are read.
    fault: () => undefined,
    measure: nothing,
  };
}

const nameOf = (lossOrMetric: LossOrMetric): string => lossOrMetric.name;

/** Losses [batch, …] times the weights [batch] of their examples. */
function weigh(losses: tf.Tensor, weights: tf.Tensor | undefined): tf.Tensor {
  if (!weights) return losses;
  return tf.mul(losses, tf.reshape(weights, [-1, ...losses.shape.slice(1).map(() => 1)]));
}
