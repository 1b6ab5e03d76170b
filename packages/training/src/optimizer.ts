import type * as tf from "@tensorflow/tfjs-core";
import type { Json } from "./json";

/** One weight's part in an update. */
export interface Update {
  readonly weight: tf.Tensor;
  /** ∂L/∂weight, of the weight's shape. */
  readonly gradient: tf.Tensor;
  /** What the optimizer remembers of this weight: `Optimizer.slots` tensors of the weight's shape, zero at the start. */
  readonly slots: readonly tf.Tensor[];
  /** The values of `Optimizer.scalars`, as tensors. */
  readonly scalars: readonly tf.Tensor[];
  /** Coefficient of the weight decay, 0 for none; each optimizer says what it does with it. */
  readonly weightDecay: number;
}

/** A weight and its slots after an update: fresh tensors. */
export interface Updated {
  readonly weight: tf.Tensor;
  readonly slots: readonly tf.Tensor[];
}

/** An optimizer: how a weight changes, as a pure function of tensors. */
export interface Optimizer {
  readonly name: string;
  /** Resolved options; part of a run's identity in checkpoints. */
  readonly options: { readonly [key: string]: Json };
  /** Tensors remembered for each weight. */
  readonly slots: number;
  /**
   * What changes from one update to the next besides tensors, computed in float64 on the host: the same few numbers
   * for all weights. They reach `update` as scalar tensors, so that a compiled graph takes them as inputs.
   * @param rate learning rate, > 0
   * @param step updates done before this one, from 0
   */
  scalars(rate: number, step: number): readonly number[];
  /** Tensor operations only; nothing is disposed, and the given tensors are left as they are. */
  update(update: Update): Updated;
}
