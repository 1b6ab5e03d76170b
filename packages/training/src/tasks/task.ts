import type * as tf from "@tensorflow/tfjs-core";
import type { Json } from "@weightcast/types";
import type { BatchValues, Source } from "../examples/examples";

/** Shape of a model's output, without the batch axis; `null` for a size that depends on the input. */
export type OutputShape = readonly (number | null)[];

/** Batch as tensors, as losses take them. */
export interface TaskTensors {
  readonly inputs: readonly tf.Tensor[];
  readonly targets: readonly tf.Tensor[];
  /** [batch]: the weight of each example. @default 1 each */
  readonly weights?: tf.Tensor;
}

/** Metrics by name, each over all examples of an evaluation. */
export type Metrics = { readonly [name: string]: number };

/** Sums of an evaluation, batch by batch. */
export interface Measure {
  /** @param outputs one array for each of the model's outputs */
  add(outputs: readonly Float32Array[], batch: BatchValues, count: number): void;
  /** Metrics of all batches so far. */
  result(): Metrics;
  /** Number of the misclassified examples of each class, for tasks with classes. */
  wrongByClass?(): readonly number[];
}

/** What a model is trained for: what its outputs are compared with, the loss, and the metrics of an evaluation. */
export interface Task {
  readonly name: string;
  /** Resolved options; part of a run's identity in checkpoints. */
  readonly options: { readonly [key: string]: Json };
  /** For each output, whether the loss applies softmax or sigmoid to it itself, so that a model must not end in one. */
  readonly logits: readonly boolean[];
  /** Loss of a batch, one number; tensor operations only. Weights multiply the examples' losses before their mean. */
  loss(outputs: readonly tf.Tensor[], batch: TaskTensors): tf.Scalar;
  /** Loss of a batch in an evaluation, if training adds something to it that says nothing about the model, such as a teacher. @default loss */
  evaluationLoss?(outputs: readonly tf.Tensor[], batch: TaskTensors): tf.Scalar;
  /**
   * Numbers that are computed from the outputs of each batch beside the loss, in training too, such as its accuracy; one number each,
   * by tensor operations only. @default none
   */
  watch?(outputs: readonly tf.Tensor[], batch: TaskTensors): readonly tf.Tensor[];
  /** What is wrong with outputs of these shapes for the examples of a source, in a sentence; undefined if nothing is. */
  fault(outputs: readonly OutputShape[], source: Source): string | undefined;
  /** Fresh sums for an evaluation. */
  measure(): Measure;
}

/** Loss of a batch in an evaluation. */
export const evaluationLoss = (task: Task, outputs: readonly tf.Tensor[], batch: TaskTensors): tf.Scalar =>
  task.evaluationLoss ? task.evaluationLoss(outputs, batch) : task.loss(outputs, batch);

/** Whether a shape with unknown sizes allows another. */
export const allows = (expected: OutputShape, shape: readonly number[]): boolean =>
  expected.length === shape.length && expected.every((size, axis) => size === null || size === shape[axis]);

/** Fault of a task of one output with one target, if there are others. @param name of the task */
export const oneEachFault = (name: string, outputs: readonly unknown[], targets: readonly unknown[]) =>
  outputs.length === 1 && targets.length === 1
    ? undefined
    : `${name} compares one output with one target; the model gives ${outputs.length} and the source ${targets.length}; combine tasks by multiOutput`;

/** Fault of a task of one output that is compared with a target of the same shape. @param name of the task */
export function sameShapeFault(
  name: string,
  outputs: readonly OutputShape[],
  targets: readonly { shape: readonly number[] }[],
): string | undefined {
  const several = oneEachFault(name, outputs, targets);
  if (several !== undefined) return several;
  const [[output], [target]] = [outputs, targets];
  // A single number may be [] or [1].
  const plain = (shape: OutputShape) => (shape.length === 1 && shape[0] === 1 ? [] : shape);
  if (allows(plain(output!), plain(target!.shape) as readonly number[])) return undefined;
  return `${name} compares outputs with targets of their shape; the model gives [${output}] and the source's targets are [${target!.shape}]`;
}
