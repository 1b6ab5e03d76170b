import { type RunInput, type RunSpec, resolveRun } from "@weightcast/runs/spec";

/** Networks whose first-layer filters are predicted in Figure 1. */
export const fig1Networks = ["mnist", "cifar"] as const;
/** Network of Figure 1. */
export type Fig1Network = (typeof fig1Networks)[number];

/** Options of {@link fig1}. */
export interface Fig1Options {
  /** @default both */
  readonly networks?: readonly Fig1Network[];
  /** Passes over the training images. @default 10 */
  readonly epochs?: number;
  /** Number of training images. @default all */
  readonly train?: number;
  /** Weight decay. @default 5e-4 for mnist, 4e-3 for cifar */
  readonly weightDecay?: number;
  /** @default 1 */
  readonly seed?: number;
  /** Images of the cifar network, such as a folder. @default CIFAR-10, downloaded */
  readonly cifar?: Exclude<RunInput["data"], string>;
}

/**
 * Runs of the networks of Figure 1 (Denil et al. 2013) that classify small images, with all weights learned: the dense
 * network 784–500–500–10 on MNIST, with filters of 28×28, and the convnet on CIFAR-10, with 48 filters of 8×8×3.
 *
 * Weights that no gradient moves, such as those of pixels that are always black, stay as they were drawn, and nothing
 * predicts a random number. So there is more weight decay than is best for the test error: see `startLeft`.
 * @throws RangeError naming a wrong option
 */
export function fig1(options: Fig1Options = {}): RunSpec[] {
  const { networks = fig1Networks, epochs = 10, train, weightDecay, seed = 1, cifar = { name: "cifar10" } } = options;
  const some = train !== undefined && { train };
  const inputs: Readonly<Record<Fig1Network, RunInput>> = {
    mnist: {
      label: "mnist",
      data: { name: "mnist", ...some },
      network: { model: "mlp" },
      training: { epochs, weightDecay: weightDecay ?? 5e-4 },
    },
    cifar: {
      label: "cifar",
      data: { ...cifar, ...some },
      network: { model: "convnet" },
      training: { epochs, weightDecay: weightDecay ?? 4e-3 },
    },
  };
  return networks.map((name) => resolveRun({ ...inputs[name], seed }, `fig1 ${name}`));
}
