import type * as tf from "@tensorflow/tfjs-core";
import type { Optimizer } from "../../step/optimizer";

/** Tensor that an optimizer of tf.train remembers for a weight. */
export interface Accumulator {
  readonly originalName: string;
  readonly variable: tf.Variable;
}

/** Optimizer of tf.train, with the fields that TensorFlow.js declares protected. */
export type OpenOptimizer = tf.Optimizer & {
  learningRate: number;
  iterations_?: number;
  readonly [field: string]: unknown;
};

/** Update rule of an optimizer of tf.train, and where it keeps what it remembers. */
export interface Rule {
  /** The rule; its step counts all updates of the optimizer, those of earlier calls too. */
  readonly optimizer: Optimizer;
  /** For each slot, the field that holds the accumulators of all weights, and the end of their names. */
  readonly fields: readonly (readonly [field: string, suffix: string])[];
  /** What slots hold before the first update. @default 0 */
  readonly initial?: number;
  /** Values of the optimizer's own variables after a number of updates, by their field. */
  after?(steps: number): Readonly<Record<string, number>>;
}

/**
 * β^step as tf.train computes it, by products in float32: after many updates that is not the rounded power.
 * @returns a function of the number of updates done; the first of them uses β itself
 */
export function float32Powers(beta: number): (step: number) => number {
  const factor = Math.fround(beta);
  let [at, power] = [0, factor];
  return (step) => {
    if (step < at) [at, power] = [0, factor];
    for (; at < step; at++) power = Math.fround(power * factor);
    return power;
  };
}

/** 1 − a power, in float32. */
export const oneMinus = (power: number): number => Math.fround(1 - power);
