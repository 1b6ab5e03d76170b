import * as tf from "@tensorflow/tfjs-core";
import { checkOptionNames } from "../arguments/shown";
import { type Optimizer, rateHints, type Update, type Updated } from "./optimizer";

/** Options of {@link adam}. */
export interface AdamOptions {
  /** β₁: decay of the mean of gradients, in [0, 1). @default 0.9 */
  readonly beta1?: number;
  /** β₂: decay of the mean of squared gradients, in [0, 1). @default 0.999 */
  readonly beta2?: number;
  /** ε: added to the root of the second moment, > 0. @default 1e-8 */
  readonly epsilon?: number;
}

/**
 * Adam (Kingma & Ba 2015) with decoupled weight decay (Loshchilov & Hutter 2019, "AdamW"):
 *
 *     m ← β₁ m + (1 − β₁) g,    v ← β₂ v + (1 − β₂) g²
 *     w ← w − rate·weightDecay·w − rate · (m / c₁) / (√(v / c₂) + ε),    c_k = 1 − β_k^t, t = 1, 2, …
 *
 * computed in an equivalent form with fewer operations, α_t m / (√v + ε_t), where α_t = rate·√c₂ / c₁ and
 * ε_t = ε·√c₂ are computed in float64 and passed as scalars. Two slots, m and v.
 *
 * @throws RangeError if an option is out of range
 */
export function adam(options: AdamOptions = {}): Optimizer {
  checkOptionNames("adam", options, { beta1: true, beta2: true, epsilon: true }, rateHints);
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  if (!(beta1 >= 0 && beta1 < 1)) throw new RangeError(`adam: beta1 must be in [0, 1); got ${beta1}`);
  if (!(beta2 >= 0 && beta2 < 1)) throw new RangeError(`adam: beta2 must be in [0, 1); got ${beta2}`);
  if (!(epsilon > 0 && epsilon < Infinity)) throw new RangeError(`adam: epsilon must be above 0; got ${epsilon}`);

  const scalars = (rate: number, step: number): readonly number[] => {
    const root = Math.sqrt(1 - beta2 ** (step + 1));
    return [(rate * root) / (1 - beta1 ** (step + 1)), epsilon * root, rate];
  };

  const update = ({ weight, gradient, slots, scalars, weightDecay }: Update): Updated => {
    const [scaledRate, scaledEpsilon, rate] = scalars;
    const mean = tf.add(tf.mul(slots[0]!, beta1), tf.mul(gradient, 1 - beta1));
    const square = tf.add(tf.mul(slots[1]!, beta2), tf.mul(tf.square(gradient), 1 - beta2));
    const change = tf.div(tf.mul(mean, scaledRate!), tf.add(tf.sqrt(square), scaledEpsilon!));
    const decayed = weightDecay === 0 ? weight : tf.sub(weight, tf.mul(weight, tf.mul(rate!, weightDecay)));
    return { weight: tf.sub(decayed, change), slots: [mean, square] };
  };

  return { name: "adam", options: { beta1, beta2, epsilon }, slots: 2, scalars, update };
}
