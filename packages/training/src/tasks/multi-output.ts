import * as tf from "@tensorflow/tfjs-core";
import { hasParts, type Source, targetsOf } from "../examples/examples";
import { evaluationLoss, type Metrics, type Task } from "./task";

/** Options of {@link multiOutput}. */
export interface MultiOutputOptions {
  /** Factor of each task's loss in the sum, ≥ 0. @default 1 each */
  readonly weights?: readonly number[];
}

/**
 * Task of a model with several outputs: one task for each output and its target, in their order. The loss is the sum of theirs, times
 * the weights; metrics are named by the output's number, as `0.mae`.
 * @throws RangeError if the weights do not fit
 */
export function multiOutput(tasks: readonly Task[], { weights }: MultiOutputOptions = {}): Task {
  if (tasks.length === 0) throw new RangeError("multiOutput: there must be a task for each output; got none");
  if (weights && !(weights.length === tasks.length && weights.every((one) => one >= 0 && one < Infinity)))
    throw new RangeError(
      `multiOutput: weights must be ${tasks.length} numbers of at least 0, one for each task; got ${weights}`,
    );
  const summed =
    (lossOf: typeof evaluationLoss): Task["loss"] =>
    (outputs, batch) =>
      tasks
        .map((task, i) => {
          const loss = lossOf(task, [outputs[i]!], { ...batch, targets: [batch.targets[i]!] });
          return weights ? tf.mul(loss, weights[i]!) : loss;
        })
        .reduce((sum, loss) => tf.add(sum, loss)) as tf.Scalar;
  return {
    name: "multiOutput",
    options: {
      tasks: tasks.map(({ name, options }) => ({ name, ...options })),
      ...(weights && { weights: [...weights] }),
    },
    logits: tasks.flatMap(({ logits }) => logits),
    loss: summed((task, outputs, batch) => task.loss(outputs, batch)),
    evaluationLoss: summed(evaluationLoss),
    fault(outputs, source) {
      const targets = targetsOf(source);
      if (outputs.length !== tasks.length || targets.length !== tasks.length)
        return `multiOutput has ${tasks.length} tasks; the model gives ${outputs.length} outputs and the source ${targets.length} targets`;
      const faults = tasks.map((task, i) => task.fault([outputs[i]!], only(source, i)));
      const first = faults.findIndex((fault) => fault !== undefined);
      return first < 0 ? undefined : `output ${first}: ${faults[first]}`;
    },
    measure() {
      const measures = tasks.map((task) => task.measure());
      return {
        add(outputs, batch, count) {
          for (const [i, measure] of measures.entries())
            measure.add([outputs[i]!], { ...batch, targets: [batch.targets[i]!] }, count);
        },
        result: (): Metrics =>
          Object.fromEntries(
            measures.flatMap((measure, i) =>
              Object.entries(measure.result()).map(([name, value]) => [`${i}.${name}`, value]),
            ),
          ),
      };
    },
  };
}

/** Source with one of its targets. */
const only = (source: Source, index: number): Source =>
  hasParts(source) ? { ...source, targets: [source.targets[index]!] } : source;
