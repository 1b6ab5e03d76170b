import { type RunInput, type RunSpec, resolveRun } from "./spec";
import { scheduleOf } from "./training-options";

/** Networks whose first-layer filters `fig1` is about. */
export const fig1Networks = ["mnist", "cifar"] as const;
export type Fig1Network = (typeof fig1Networks)[number];

/** Options of {@link fig1}. */
export interface Fig1Options {
  /** @default both */
  readonly networks?: readonly Fig1Network[];
  /** Passes through the training images. @default 10 */
  readonly epochs?: number;
  /** Training images. @default all */
  readonly train?: number;
  /** Pull of the weights to zero. @default 5e-4 of mnist, 4e-3 of cifar */
  readonly weightDecay?: number;
  /** @default 1 */
  readonly seed?: number;
  /** Images of the cifar network, for instance a folder. @default CIFAR-10, downloaded */
  readonly cifar?: RunInput["data"];
}

/**
 * The networks of Figure 1 (Denil et al. 2013) that are classifiers of small images, nothing in them predicted: the dense
 * 784–500–500–10 on MNIST, with filters of 28×28, and the convnet on CIFAR-10, with 48 filters of 8×8×3.
 *
 * Weights that no gradient moves, such as those of pixels that are always black, stay as they were drawn, and nothing
 * predicts a random number. So there is more weight decay than a low test error asks for: see {@link startLeft}.
 */
export function fig1(options: Fig1Options = {}): RunSpec[] {
  const { networks = fig1Networks, epochs = 10, train, weightDecay, seed = 1, cifar = { name: "cifar10" } } = options;
  const some = train !== undefined && { train };
  const inputs: Readonly<Record<Fig1Network, RunInput>> = {
    mnist: { label: "mnist", data: { name: "mnist", ...some }, training: { epochs, weightDecay: weightDecay ?? 5e-4 } },
    cifar: {
      label: "cifar",
      data: { ...cifar, ...some },
      network: { model: "convnet" },
      training: { epochs, weightDecay: weightDecay ?? 4e-3 },
    },
  };
  return networks.map((name) => resolveRun({ ...inputs[name], seed }, `fig1 ${name}`));
}

/**
 * The share that weight decay leaves of a first weight that no gradient moves, under SGD:
 *
 *   exp(−decay · Σ rate/(1 − momentum)), over all updates
 *
 * With `fig1`'s defaults 5% of the dense network's on 60,000 images, 14% of the convnet's on 50,000.
 * @param steps updates in the whole run
 */
export function startLeft({ training }: RunSpec, steps: number): number {
  const rateAt = scheduleOf(training, steps);
  let sum = 0;
  for (let step = 0; step < steps; step++) sum += rateAt(step);
  return Math.exp((-training.weightDecay * sum) / (1 - training.momentum));
}
