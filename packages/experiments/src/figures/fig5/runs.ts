import type { RunSpec } from "@weightcast/runs/spec";
import { type GridRun, grid } from "../../grid";
import { type NetworkOptions, networkData } from "../../networks";

/** Options of {@link fig5}. */
export interface Fig5Options extends NetworkOptions {
  /** @default "convnet", the paper's */
  readonly model?: GridRun["model"];
}

/** J of a fully connected layer, as in the paper; convolutions have one column. */
const connectedColumns = 5;

/**
 * Runs of Figure 5 (Denil et al. 2013, §4.2): the paper's convolutional network, every layer except the last learned whole or
 * predicted by the squared exponential kernel; one column in convolutions, five in the fully connected layer. Batches of 100,
 * SGD at rate 0.02 (cosine, after a warm-up of a twelfth of the run), momentum 0.9, weight decay 1e-3: the paper gives none
 * of these. Without the warm-up one seed never left chance, and others lost several points (results/).
 * @param options `methods` default to nokernel and SE, `proportions` to [0.25, 0.5, 0.75, 1], the paper's, `epochs` to 12
 * @throws RangeError naming a wrong option
 */
export function fig5({ model = "convnet", epochs = 12, ...options }: Fig5Options = {}): RunSpec[] {
  const { methods = ["nokernel", "SE"], proportions = [0.25, 0.5, 0.75, 1], seeds = [1, 2, 3] } = options;
  const training = { epochs, rate: 0.02, warmup: epochs / 12, weightDecay: 1e-3 };
  const columns: GridRun["columns"] = ({ name }) => (name.startsWith("fc_") ? connectedColumns : 1);
  return grid(
    { figure: "fig5", model, data: networkData(options), training, columns },
    { methods, proportions, seeds },
  );
}
