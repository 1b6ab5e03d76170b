import { layersBy, layersOf, type RunSpec } from "@weightcast/runs/spec";
import { overSeeds } from "../../grid";

/** Options of {@link speech}. */
export interface SpeechOptions {
  /** The folder of TIMIT. */
  readonly data?: { readonly name?: string; readonly folder?: string };
  /** Learned shares of the weights of both layers. @default [0.05, 0.1, 0.25] */
  readonly proportions?: readonly number[];
  /** J, each a curve. @default [1, 5, 10], the paper's */
  readonly columns?: readonly number[];
  /** @default [1, 2, 3] */
  readonly seeds?: readonly number[];
  /** Passes over the training frames. @default 10 */
  readonly epochs?: number;
  /** Number of training frames. @default all */
  readonly train?: number;
  /** Learning rate at the start. @default 0.05 */
  readonly rate?: number;
  /** Frames to measure on, of speakers kept out of training, in place of the core test set. @default none */
  readonly validation?: number;
}

/** Units of each hidden layer: 1024, less what J columns of equal width leave over, so 1020 for 5 and 10. */
const unitsOf = (columns: number): number => 1024 - (1024 % columns);

/**
 * Runs of Figure 4, right (Denil et al. 2013, §4.1): a perceptron 440–1024–1024–39 on TIMIT, sigmoid, both hidden layers learned whole or
 * predicted by the covariance of their inputs (Emp-Emp) with J columns. The paper gives two layers of 1024, the dictionary and J; here
 * columns have equally many units, so that 5 and 10 of them have 1020 in all. Ours: the task, which is the phone in the middle of 11
 * frames of 40 log mel energies, one of 39 classes; SGD with momentum 0.9 on a cosine, batches of 100. So errors are to be compared with
 * those of the dense network here, not with the paper's.
 * In the order of seeds, then proportions, then columns; the dense network once per seed.
 * @throws RangeError without a folder, or naming a wrong option
 */
export function speech(options: SpeechOptions = {}): RunSpec[] {
  const { data, proportions = [0.05, 0.1, 0.25], columns = [1, 5, 10], seeds = [1, 2, 3] } = options;
  const { epochs = 10, train, rate = 0.05, validation } = options;
  if (data?.folder === undefined)
    throw new RangeError(
      "speech: name the folder of TIMIT by --data, with TRAIN and TEST in it; the corpus is licensed by the LDC (LDC93S1) and can't be downloaded",
    );
  const common = {
    data: { ...data, ...(train !== undefined && { train }), ...(validation !== undefined && { validation }) },
    training: { epochs, rate },
  };
  const network = (J: number) => ({ model: "mlp" as const, hidden: [unitsOf(J), unitsOf(J)] });
  const predicted = proportions.flatMap((proportion) =>
    columns.map((J) => ({
      label: `Emp-Emp J=${J}`,
      ...common,
      network: { ...network(J), layers: layersBy("Emp-Emp", layersOf(network(J)), { proportion, columns: J }) },
    })),
  );
  return overSeeds(
    "speech",
    [{ label: "nokernel", ...common, network: { ...network(1), layers: {} } }, ...predicted],
    seeds,
  );
}
