import * as tf from "@tensorflow/tfjs-core";
import { shown } from "../../arguments/shown";
import type { Update, Updated } from "../../step/optimizer";
import { sgd } from "../../step/sgd";
import { float32Powers, type OpenOptimizer, oneMinus, type Rule } from "./rule";

// Each rule is that of TensorFlow.js, operation by operation: they differ from PyTorch's in where ε stands, and in the
// rate, which is part of what RMSProp remembers.

/** Moving mean: before·decay + value·(1 − decay). */
const mean = (before: tf.Tensor, value: tf.Tensor, decay: number) =>
  tf.add(tf.mul(before, decay), tf.mul(value, 1 - decay));

/** Rule with the rate as its only scalar. */
const plain = (
  name: string,
  options: Readonly<Record<string, number | boolean>>,
  slots: number,
  update: (update: Update) => Updated,
) => ({ name: `tf.${name}`, options, slots, scalars: (rate: number) => [rate], update });

function momentum({ momentum, useNesterov }: { momentum: number; useNesterov: boolean }): Rule {
  return momentum === 0
    ? { optimizer: sgd(), fields: [] }
    : { optimizer: sgd({ momentum, nesterov: useNesterov }), fields: [["accumulations", "momentum"]] };
}

/** s ← s + g²,  w ← w − rate·g / √(s + ε); s begins at 0.1, and ε is that of the backend. */
function adagrad({ initialAccumulatorValue: initial }: { initialAccumulatorValue: number }): Rule {
  const epsilon = tf.backend().epsilon();
  return {
    optimizer: plain("adagrad", { epsilon, initial }, 1, ({ weight, gradient, slots, scalars }) => {
      const sum = tf.add(slots[0]!, tf.square(gradient));
      const change = tf.mul(tf.div(gradient, tf.sqrt(tf.add(sum, epsilon))), scalars[0]!);
      return { weight: tf.sub(weight, change), slots: [sum] };
    }),
    fields: [["accumulatedGrads", "accumulator"]],
    initial,
  };
}

/** d = √(u + ε) / √(s + ε)·g with s and u before the update,  w ← w − rate·d. */
function adadelta({ rho, epsilon }: { rho: number; epsilon: number }): Rule {
  return {
    optimizer: plain("adadelta", { rho, epsilon }, 2, ({ weight, gradient, slots, scalars }) => {
      const [squares, updates] = slots as [tf.Tensor, tf.Tensor];
      const ratio = tf.div(tf.sqrt(tf.add(updates, epsilon)), tf.sqrt(tf.add(squares, epsilon)));
      const change = tf.mul(ratio, gradient);
      return {
        weight: tf.sub(weight, tf.mul(change, scalars[0]!)),
        slots: [mean(squares, tf.square(gradient), rho), mean(updates, tf.square(change), rho)],
      };
    }),
    fields: [
      ["accumulatedGrads", "accum_grad"],
      ["accumulatedUpdates", "accum_var"],
    ],
  };
}

/** w ← w − rate·(m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε). */
function adam({ beta1, beta2, epsilon }: { beta1: number; beta2: number; epsilon: number }): Rule {
  const [power1, power2] = [float32Powers(beta1), float32Powers(beta2)];
  return {
    optimizer: {
      name: "tf.adam",
      options: { beta1, beta2, epsilon },
      slots: 2,
      scalars: (rate, step) => [rate, oneMinus(power1(step)), oneMinus(power2(step))],
      update({ weight, gradient, slots, scalars }) {
        const [rate, correction1, correction2] = scalars as [tf.Tensor, tf.Tensor, tf.Tensor];
        const first = mean(slots[0]!, gradient, beta1);
        const second = mean(slots[1]!, tf.square(gradient), beta2);
        const root = tf.add(tf.sqrt(tf.div(second, correction2)), epsilon);
        const change = tf.mul(tf.div(tf.div(first, correction1), root), rate);
        return { weight: tf.sub(weight, change), slots: [first, second] };
      },
    },
    fields: [
      ["accumulatedFirstMoment", "m"],
      ["accumulatedSecondMoment", "v"],
    ],
    after: (steps) => ({ accBeta1: power1(steps), accBeta2: power2(steps) }),
  };
}

/** u ← max(β₂ u, |g|),  w ← w − rate / (1 + decay·t) / (1 − β₁ᵗ)·m / (u + ε). */
function adamax(options: { beta1: number; beta2: number; epsilon: number; decay: number }): Rule {
  const { beta1, beta2, epsilon, decay = 0 } = options;
  const power = float32Powers(beta1);
  return {
    optimizer: {
      name: "tf.adamax",
      options: { beta1, beta2, epsilon, decay },
      slots: 2,
      scalars: (rate, step) => [rate / (1 + step * decay) / oneMinus(power(step))],
      update({ weight, gradient, slots, scalars }) {
        const first = mean(slots[0]!, gradient, beta1);
        const largest = tf.maximum(tf.mul(slots[1]!, beta2), tf.abs(gradient));
        const change = tf.mul(scalars[0]!, tf.div(first, tf.add(largest, epsilon)));
        return { weight: tf.sub(weight, change), slots: [first, largest] };
      },
    },
    fields: [
      ["accumulatedFirstMoment", "m"],
      ["accumulatedWeightedInfNorm", "v"],
    ],
    after: (steps) => ({ iteration: steps, accBeta1: power(steps) }),
  };
}

/** v ← μ v + rate·g / √(s + ε)  (if centered √(s − (m² + ε))),  w ← w − v. */
function rmsprop(options: { decay: number; momentum: number; epsilon: number; centered: boolean }): Rule {
  const { decay, momentum, epsilon, centered } = options;
  return {
    optimizer: plain("rmsprop", { decay, momentum, epsilon, centered }, centered ? 3 : 2, (update) => {
      const { weight, gradient, slots, scalars } = update;
      const square = mean(slots[0]!, tf.square(gradient), decay);
      const average = centered ? [mean(slots[2]!, gradient, decay)] : [];
      const [first] = average;
      const root = tf.sqrt(first ? tf.sub(square, tf.add(tf.square(first), epsilon)) : tf.add(square, epsilon));
      const velocity = tf.add(tf.mul(slots[1]!, momentum), tf.div(tf.mul(gradient, scalars[0]!), root));
      return { weight: tf.sub(weight, velocity), slots: [square, velocity, ...average] };
    }),
    fields: [
      ["accumulatedMeanSquares", "rms"],
      ["accumulatedMoments", "momentum"],
      ...(centered ? [["accumulatedMeanGrads", "mg"] as const] : []),
    ],
  };
}

/** Rules by the optimizer's class name. A rule's options are the optimizer's fields. */
const rules: Readonly<Record<string, (optimizer: never) => Rule>> = {
  SGD: () => ({ optimizer: sgd(), fields: [] }),
  Momentum: momentum,
  Adagrad: adagrad,
  Adadelta: adadelta,
  Adam: adam,
  Adamax: adamax,
  RMSProp: rmsprop,
};

/**
 * Update rule of an optimizer of tf.train, with its current options.
 * @throws TypeError for an optimizer of another kind
 */
export function ruleOf(who: string, optimizer: tf.Optimizer): Rule {
  const kind = optimizer.getClassName();
  const rule = Object.hasOwn(rules, kind) ? rules[kind] : undefined;
  if (!rule)
    throw new TypeError(
      `${who}: the optimizer must be one of tf.train (${Object.keys(rules).join(", ")}); got ${shown(kind)}; use model.fit`,
    );
  return rule(optimizer as OpenOptimizer as never);
}
