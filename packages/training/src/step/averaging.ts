import * as tf from "@tensorflow/tfjs-core";
import { checkOptionNames, shown } from "../arguments/shown";
import type { UpdateRule } from "./step";

/** Exponential moving average of the weights. */
export interface AveragingOptions {
  /** Share of the average that is kept at each update, in [0, 1); 0.999 is usual. */
  readonly decay: number;
}

/** Refuses a decay that is out of range. @throws TypeError or RangeError naming the option */
export function checkAveraging(who: string, averaging: AveragingOptions): void {
  checkOptionNames(`${who}: averaging`, averaging, { decay: true });
  const { decay } = averaging;
  if (!(typeof decay === "number" && decay >= 0 && decay < 1))
    throw new RangeError(`${who}: averaging.decay must be in [0, 1); got ${shown(decay)}`);
}

/** Scalar that {@link averaged} takes after those of the rule. @param step number of updates done before */
export const averagingScalars = ({ decay }: AveragingOptions, step: number): readonly number[] => [
  step === 0 ? 1 : 1 - decay,
];

/**
 * Rule of an update after which each weight's average moves towards the weight:
 *
 *     a ← a + (1 − decay) (w − a),    after the first update a = w
 *
 * as in PyTorch's `AveragedModel` with `get_ema_multi_avg_fn(decay)`.
 */
export const averaged =
  (update: UpdateRule): UpdateRule =>
  (state, gradients, scalars) => {
    const next = update(state, gradients, scalars.slice(0, -1));
    const share = scalars.at(-1)!;
    const averages = state.averages!.map((average, i) =>
      tf.add(average, tf.mul(tf.sub(next.weights[i]!, average), share)),
    );
    return { ...next, averages };
  };
