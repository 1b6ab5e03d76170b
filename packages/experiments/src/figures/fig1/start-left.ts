import { type RunSpec, scheduleOf } from "@weightcast/runs";

/**
 * Share of a random first weight that weight decay leaves where no gradient moves it, under SGD:
 *
 *   exp(−decay · Σ rate/(1 − momentum)), over all updates
 *
 * With the defaults of `fig1`, 5% in the dense network on 60,000 images and 14% in the convnet on 50,000.
 * @param steps number of updates in the whole run
 */
export function startLeft({ training }: RunSpec, steps: number): number {
  const rateAt = scheduleOf(training, steps);
  let sum = 0;
  for (let step = 0; step < steps; step++) sum += rateAt(step);
  return Math.exp((-training.weightDecay * sum) / (1 - training.momentum));
}
