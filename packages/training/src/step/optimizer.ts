import type * as tf from "@tensorflow/tfjs-core";
import type { Json } from "@weightcast/types";

/** Everything that the update of one weight depends on. */
export interface Update {
  readonly weight: tf.Tensor;
  /** ∂L/∂weight, of the weight's shape. */
  readonly gradient: tf.Tensor;
  /** The optimizer's memory of this weight: `Optimizer.slots` tensors of the weight's shape, zero at the start. */
  readonly slots: readonly tf.Tensor[];
  /** Values of `Optimizer.scalars`, as scalar tensors. */
  readonly scalars: readonly tf.Tensor[];
  /** Coefficient of the weight decay, 0 for none; each optimizer documents how it is applied. */
  readonly weightDecay: number;
}

/** A weight and its slots after an update: fresh tensors. */
export interface Updated {
  readonly weight: tf.Tensor;
  readonly slots: readonly tf.Tensor[];
}

/** Optimizer: the update of one weight as a pure function of tensors. */
export interface Optimizer {
  readonly name: string;
  /** Resolved options; part of a run's identity in checkpoints. */
  readonly options: { readonly [key: string]: Json };
  /** Number of tensors remembered for each weight. */
  readonly slots: number;
  /**
   * Everything except tensors that changes from one update to the next, computed in float64 on the host: the same few
   * numbers for all weights. They reach `update` as scalar tensors, so that they are inputs of a compiled graph.
   * @param rate learning rate, > 0
   * @param step number of updates done before this one, from 0
   */
  scalars(rate: number, step: number): readonly number[];
  /** The update. Runs tensor operations only; disposes nothing and leaves its inputs unchanged. */
  update(update: Update): Updated;
}

/** What the learning rate among an optimizer's options is called here. */
export const rateHints = Object.fromEntries(
  ["rate", "lr", "learningRate"].map((name) => [name, "the learning rate is the option schedule of train"]),
);
