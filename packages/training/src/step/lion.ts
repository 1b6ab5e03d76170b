import * as tf from "@tensorflow/tfjs-core";
import { checkOptionNames } from "../arguments/shown";
import { type Optimizer, rateHints, type Update, type Updated } from "./optimizer";

/** Options of {@link lion}. */
export interface LionOptions {
  /** β₁: share of the momentum in an update, in [0, 1). @default 0.9 */
  readonly beta1?: number;
  /** β₂: decay of the momentum, in [0, 1). @default 0.99 */
  readonly beta2?: number;
}

/**
 * Lion (Chen et al. 2023), with decoupled weight decay: every weight moves by the same amount.
 *
 *     w ← w − rate·weightDecay·w − rate·sign(β₁ m + (1 − β₁) g),    m ← β₂ m + (1 − β₂) g
 *
 * One slot, m. Its learning rates are 3 to 10 times smaller than Adam's.
 *
 * @throws RangeError if an option is out of range
 */
export function lion(options: LionOptions = {}): Optimizer {
  checkOptionNames("lion", options, { beta1: true, beta2: true }, rateHints);
  const { beta1 = 0.9, beta2 = 0.99 } = options;
  for (const [name, beta] of Object.entries({ beta1, beta2 }))
    if (!(beta >= 0 && beta < 1)) throw new RangeError(`lion: ${name} must be in [0, 1); got ${beta}`);

  const update = ({ weight, gradient, slots, scalars, weightDecay }: Update): Updated => {
    const rate = scalars[0]!;
    const mixed = (beta: number) => tf.add(tf.mul(slots[0]!, beta), tf.mul(gradient, 1 - beta));
    const decayed = weightDecay === 0 ? weight : tf.sub(weight, tf.mul(weight, tf.mul(rate, weightDecay)));
    return { weight: tf.sub(decayed, tf.mul(rate, tf.sign(mixed(beta1)))), slots: [mixed(beta2)] };
  };
  return { name: "lion", options: { beta1, beta2 }, slots: 1, scalars: (rate) => [rate], update };
}
