import { type NetworkOptions, networkRuns } from "./network-methods";
import type { RunSpec } from "./spec";

/**
 * Does it hold for deeper networks with small kernels? ResNet-20, all of its 3×3 convolutions learned whole or predicted:
 * 2, 3 or 5 of the 9 weights of each kernel learned. Where the paper's kernels have 8×8 places for a smooth filter, these
 * have nine. Batches of 100, SGD at rate 0.1 (cosine), momentum 0.9, weight decay 1e-4 (He et al. 2016, but for the schedule).
 * @param options `methods` default to nokernel, SE, DCT and RandFixU, `proportions` to [2/9, 3/9, 5/9], `epochs` to 5
 */
export function depth({ epochs = 5, ...options }: NetworkOptions = {}): RunSpec[] {
  const { methods = ["nokernel", "SE", "DCT", "RandFixU"], proportions = [2 / 9, 3 / 9, 5 / 9] } = options;
  const training = { epochs, rate: 0.1, weightDecay: 1e-4 };
  return networkRuns(
    { name: "depth", model: "resnet20", training, columns: () => 1 },
    { ...options, methods, proportions },
  );
}
