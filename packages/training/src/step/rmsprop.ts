import * as tf from "@tensorflow/tfjs-core";
import { checkOptionNames } from "../arguments/shown";
import { type Optimizer, rateHints, type Update, type Updated } from "./optimizer";

/** Options of {@link rmsprop}. */
export interface RmspropOptions {
  /** α: decay of the mean of squared gradients, in [0, 1). @default 0.99 */
  readonly decay?: number;
  /** μ: share of the velocity kept from one update to the next, in [0, 1). @default 0 */
  readonly momentum?: number;
  /** Whether the squared mean of the gradients is subtracted from the mean of their squares. @default false */
  readonly centered?: boolean;
  /** ε: added to the root, > 0. @default 1e-8 */
  readonly epsilon?: number;
}

/**
 * RMSprop (Tieleman & Hinton 2012), as PyTorch has it:
 *
 *     g ← ∂L/∂w + weightDecay·w
 *     s ← α s + (1 − α) g²,    m ← α m + (1 − α) g    (m if centered)
 *     d = g / (√s + ε)         (if centered: g / (√(s − m²) + ε))
 *     w ← w − rate·d           (with momentum: v ← μ v + d, w ← w − rate·v)
 *
 * One slot, s; one more each for m and v.
 *
 * @throws RangeError if an option is out of range
 */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  checkOptionNames("rmsprop", options, { decay: true, momentum: true, centered: true, epsilon: true }, rateHints);
  const { decay = 0.99, momentum = 0, centered = false, epsilon = 1e-8 } = options;
  if (!(decay >= 0 && decay < 1)) throw new RangeError(`rmsprop: decay must be in [0, 1); got ${decay}`);
  if (!(momentum >= 0 && momentum < 1)) throw new RangeError(`rmsprop: momentum must be in [0, 1); got ${momentum}`);
  if (!(epsilon > 0 && epsilon < Infinity)) throw new RangeError(`rmsprop: epsilon must be above 0; got ${epsilon}`);

  const meanOf = (before: tf.Tensor, value: tf.Tensor) => tf.add(tf.mul(before, decay), tf.mul(value, 1 - decay));
  const update = ({ weight, gradient, slots, scalars, weightDecay }: Update): Updated => {
    const regularized = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(weight, weightDecay));
    const square = meanOf(slots[0]!, tf.square(regularized));
    const mean = centered ? [meanOf(slots[1]!, regularized)] : [];
    // By rounding, the difference of an almost constant gradient's moments may be below zero.
    const variance = centered ? tf.relu(tf.sub(square, tf.square(mean[0]!))) : square;
    const direction = tf.div(regularized, tf.add(tf.sqrt(variance), epsilon));
    const velocity = momentum > 0 ? [tf.add(tf.mul(slots.at(-1)!, momentum), direction)] : [];
    return {
      weight: tf.sub(weight, tf.mul(scalars[0]!, velocity[0] ?? direction)),
      slots: [square, ...mean, ...velocity],
    };
  };

  return {
    name: "rmsprop",
    options: { decay, momentum, centered, epsilon },
    slots: 1 + (centered ? 1 : 0) + (momentum > 0 ? 1 : 0),
    scalars: (rate) => [rate],
    update,
  };
}
