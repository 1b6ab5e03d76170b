import * as tf from "@tensorflow/tfjs-core";
import { checkOptionNames } from "../arguments/shown";
import { type Optimizer, rateHints, type Update, type Updated } from "./optimizer";

/** Options of {@link adagrad}. */
export interface AdagradOptions {
  /** ε: added to the root, > 0. @default 1e-10 */
  readonly epsilon?: number;
}

/**
 * Adagrad (Duchi, Hazan & Singer 2011), as PyTorch has it:
 *
 *     g ← ∂L/∂w + weightDecay·w,    s ← s + g²,    w ← w − rate·g / (√s + ε)
 *
 * One slot, s.
 *
 * @throws RangeError if epsilon is out of range
 */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  checkOptionNames("adagrad", options, { epsilon: true }, rateHints);
  const { epsilon = 1e-10 } = options;
  if (!(epsilon > 0 && epsilon < Infinity)) throw new RangeError(`adagrad: epsilon must be above 0; got ${epsilon}`);

  const update = ({ weight, gradient, slots, scalars, weightDecay }: Update): Updated => {
    const regularized = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(weight, weightDecay));
    const sum = tf.add(slots[0]!, tf.square(regularized));
    const change = tf.div(tf.mul(scalars[0]!, regularized), tf.add(tf.sqrt(sum), epsilon));
    return { weight: tf.sub(weight, change), slots: [sum] };
  };
  return { name: "adagrad", options: { epsilon }, slots: 1, scalars: (rate) => [rate], update };
}
