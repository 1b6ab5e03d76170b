import * as tf from "@tensorflow/tfjs-core";
import type { OpenVariable } from "../../step/variables";
import type { Accumulator, OpenOptimizer, Rule } from "./rule";

/** Updates that an optimizer has done. */
export const stepsOf = (optimizer: OpenOptimizer): number => optimizer.iterations_ ?? 0;

/**
 * What an optimizer of tf.train remembers of each weight, slot by slot; before its first update, initial values.
 * @throws RangeError if it has trained other weights
 */
export function readMemory(
  who: string,
  optimizer: OpenOptimizer,
  { fields, initial = 0 }: Rule,
  weights: readonly OpenVariable[],
): readonly (readonly Float32Array[])[] {
  return weights.map(({ val, name }, i) =>
    fields.map(([field]) => {
      const known = (optimizer[field] as readonly Accumulator[])[i]?.variable;
      if (known && known.size !== val.size)
        throw new RangeError(
          `${who}: the optimizer must be new, or have trained this model; got one that remembers shape [${known.shape}] for "${name}" of shape [${val.shape}]; compile the model with a new optimizer`,
        );
      return known ? (known.dataSync() as Float32Array).slice() : new Float32Array(val.size).fill(initial);
    }),
  );
}

/** Gives an optimizer of tf.train what it would remember had it done the updates itself, so that training can go on anywhere. */
export function writeMemory(
  optimizer: OpenOptimizer,
  { fields, after }: Rule,
  weights: readonly OpenVariable[],
  slots: readonly (readonly Float32Array[])[],
  steps: number,
): void {
  tf.tidy(() => {
    for (const [k, [field, suffix]] of fields.entries()) {
      const accumulators = optimizer[field] as Accumulator[];
      for (const [i, { val, name }] of weights.entries()) {
        const value = tf.tensor(slots[i]![k]!, val.shape, "float32");
        const known = accumulators[i]?.variable;
        if (known) known.assign(value);
        else accumulators[i] = { originalName: `${name}/${suffix}`, variable: tf.variable(value, false) };
      }
    }
    for (const [field, value] of Object.entries(after?.(steps) ?? {}))
      (optimizer[field] as tf.Variable).assign(tf.scalar(value));
  });
  optimizer.iterations_ = steps;
}
