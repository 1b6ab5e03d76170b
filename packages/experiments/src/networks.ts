import { datasetNames } from "@weightcast/datasets/catalog";
import type { Method } from "@weightcast/runs/spec";

/** Methods of figures about networks for color images: dense, the paper's SE kernel, and dictionaries to compare it with. */
export const networkMethods = ["nokernel", "SE", "RandFixU", "RandCon", "DCT"] as const satisfies readonly Method[];
/** Method of figures about networks for color images. */
export type NetworkMethod = (typeof networkMethods)[number];

/** Images of a figure: a published data set by its name, or a folder under a name of its own. */
interface ImagesOptions {
  readonly name?: string;
  readonly folder?: string;
}

/** Options of figures about networks for color images. */
export interface NetworkOptions {
  /** @default CIFAR-10, downloaded */
  readonly data?: ImagesOptions;
  /** Number of training images. @default all */
  readonly train?: number;
  readonly methods?: readonly NetworkMethod[];
  /** Learned shares of the weights of each predicted layer. */
  readonly proportions?: readonly number[];
  /** @default [1, 2, 3] */
  readonly seeds?: readonly number[];
  /** Passes over the training images. */
  readonly epochs?: number;
}

/** Images of the runs of such a figure. */
export const networkData = ({ data, train }: Pick<NetworkOptions, "data" | "train">) => ({
  name: "cifar10",
  ...data,
  ...(train !== undefined && { train }),
});

/** Description of the option --data of such a figure. */
export const networkDataText = `${datasetNames.filter((name) => name !== "mnist").join(", ")}, or a folder of images`;
