import type { RunSpec } from "@weightcast/runs/spec";
import { grid } from "../../grid";
import { type NetworkOptions, networkData } from "../../networks";

/**
 * Does prediction also work for deeper networks with small kernels? Runs of ResNet-20, all of its 3×3 convolutions learned
 * whole, or 2, 3 or 5 of the 9 weights of each kernel learned and the others predicted. The paper's kernels have 8×8 places
 * for a smooth filter; these have nine. Batches of 100, SGD at rate 0.1 (cosine), momentum 0.9, weight decay 1e-4 (He et al.
 * 2016, except for the schedule).
 * @param options `methods` default to nokernel, SE, DCT and RandFixU, `proportions` to [2/9, 3/9, 5/9], `epochs` to 5
 * @throws RangeError naming a wrong option
 */
export function depth({ epochs = 5, ...options }: NetworkOptions = {}): RunSpec[] {
  const { methods = ["nokernel", "SE", "DCT", "RandFixU"], proportions = [2 / 9, 3 / 9, 5 / 9] } = options;
  const { seeds = [1, 2, 3] } = options;
  const training = { epochs, rate: 0.1, weightDecay: 1e-4 };
  return grid(
    { figure: "depth", model: "resnet20", data: networkData(options), training, columns: 1 },
    { methods, proportions, seeds },
  );
}
