import * as tf from "@tensorflow/tfjs-core";
import { checkOptionNames } from "../arguments/shown";
import { type Optimizer, rateHints, type Update, type Updated } from "./optimizer";

/** Options of {@link sgd}. */
export interface SgdOptions {
  /** μ: share of the velocity kept from one update to the next, in [0, 1). @default 0 */
  readonly momentum?: number;
  /** Nesterov's momentum: look ahead along the new velocity (in the form of Sutskever et al. 2013). @default false */
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent with momentum:
 *
 *     g ← ∂L/∂w + weightDecay·w        (L2 regularization, as in the paper)
 *     v ← μ v + g
 *     w ← w − rate·v                   (with nesterov: w − rate·(g + μ v))
 *
 * One slot, v, if μ > 0. PyTorch's convention: the rate is not part of the velocity.
 *
 * @throws RangeError if momentum is not in [0, 1), or nesterov is set without momentum
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  checkOptionNames("sgd", options, { momentum: true, nesterov: true }, rateHints);
  const { momentum = 0, nesterov = false } = options;
  if (!(momentum >= 0 && momentum < 1)) throw new RangeError(`sgd: momentum must be in [0, 1); got ${momentum}`);
  if (nesterov && momentum === 0)
    throw new RangeError("sgd: nesterov needs a momentum above 0; got 0; try { momentum: 0.9, nesterov: true }");

  const update = ({ weight, gradient, slots, scalars, weightDecay }: Update): Updated => {
    const rate = scalars[0]!;
    const descend = (direction: tf.Tensor) => tf.sub(weight, tf.mul(rate, direction));
    const regularized = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(weight, weightDecay));
    if (momentum === 0) return { weight: descend(regularized), slots: [] };
    const velocity = tf.add(tf.mul(slots[0]!, momentum), regularized);
    const direction = nesterov ? tf.add(regularized, tf.mul(velocity, momentum)) : velocity;
    return { weight: descend(direction), slots: [velocity] };
  };

  return {
    name: "sgd",
    options: { momentum, nesterov },
    slots: momentum === 0 ? 0 : 1,
    scalars: (rate) => [rate],
    update,
  };
}
