import * as tf from "@tensorflow/tfjs-core";
import type { UpdateRule } from "./step";

/** Place of a batch among those whose gradients make one update. */
export interface Share {
  /** Examples in the batch. */
  readonly count: number;
  /** Examples of the update so far, with those of this batch. */
  readonly total: number;
  /** Whether the update is done after this batch. */
  readonly isLast: boolean;
}

/** Scalars that {@link accumulated} takes after those of the rule. */
export const shareScalars = ({ count, total, isLast }: Share): readonly number[] => [count, 1 / total, isLast ? 1 : 0];

/**
 * Rule of an update by the mean gradient of several batches, weighted by their numbers of examples n_i:
 *
 *     s ← s + n_i g_i;    after the last batch: the update by s / Σ n_i, and s ← 0
 *
 * The same tensor operations run for every batch, so that they are one graph; all but the last batch's leave everything besides s
 * as it is.
 */
export const accumulated =
  (update: UpdateRule): UpdateRule =>
  (state, gradients, scalars) => {
    const [count, scale, last] = scalars.slice(-3);
    const isLast = tf.greater(last!, 0);
    const sums = state.sums!.map((sum, i) => tf.add(sum, tf.mul(gradients[i]!, count!)));
    const means = sums.map((sum) => tf.mul(sum, scale!));
    const next = update(state, means, scalars.slice(0, -3));
    const chosen = (after: readonly tf.Tensor[], before: readonly tf.Tensor[]) =>
      after.map((one, i) => tf.where(isLast, one, before[i]!));
    return {
      weights: chosen(next.weights, state.weights),
      slots: next.slots.map((tensors, i) => chosen(tensors, state.slots[i]!)),
      sums: chosen(sums.map(tf.zerosLike), sums),
      ...(next.averages && { averages: chosen(next.averages, state.averages!) }),
    };
  };
