import type { Dataset } from "@weightcast/datasets";
import type { PredictableLayer } from "@weightcast/models";
import { type Fill, fills } from "./methods";
import type { NetworkName } from "./network-spec";
import { layersOf } from "./networks";
import { type RunInput, type RunSpec, resolveRun } from "./spec";

/** Ways to fill every layer of a network, by the paper's names: dense, the paper's SE kernel, and dictionaries to compare it with. */
export const networkMethods = ["nokernel", "SE", "RandFixU", "RandCon", "DCT"] as const;
export type NetworkMethod = (typeof networkMethods)[number];

/** The images of a comparison of networks. */
interface NetworkData {
  /** What results are named by. @default the data set's or the folder's */
  readonly name?: Dataset["name"];
  /** Folder of the images. @default none: a data set of that name */
  readonly folder?: string;
}

/** Options of comparisons of one network filled in several ways. */
export interface NetworkOptions {
  /** @default cifar10 */
  readonly data?: NetworkData;
  /** Training images. @default all */
  readonly train?: number;
  readonly methods?: readonly NetworkMethod[];
  /** Learned shares of the weights of each predicted layer. */
  readonly proportions?: readonly number[];
  /** @default [1, 2, 3] */
  readonly seeds?: readonly number[];
  /** Passes through the training images. */
  readonly epochs?: number;
}

/** What a comparison decides besides its options. */
interface Comparison {
  readonly name: string;
  readonly model: NetworkName;
  readonly training: RunInput["training"];
  /** J of a layer. */
  readonly columns: (layer: PredictableLayer) => number;
}

/**
 * The runs of a comparison: the dense network once a seed, the others at every proportion. In the order of seeds, then
 * proportions, then methods.
 */
export function networkRuns(
  { name, model, training, columns }: Comparison,
  {
    data = {},
    train,
    methods,
    proportions,
    seeds = [1, 2, 3],
  }: Omit<NetworkOptions, "epochs"> & Required<Pick<NetworkOptions, "methods" | "proportions">>,
): RunSpec[] {
  const run = (method: NetworkMethod, proportion: number, seed: number): RunSpec => {
    const input: RunInput = {
      label: method,
      data: { name: "cifar10", ...data, ...(train !== undefined && { train }) },
      network: { model, layers: method === "nokernel" ? {} : filled(method, model, proportion, columns) },
      training,
      seed,
    };
    return resolveRun(input, `${name} ${method}`);
  };
  return seeds.flatMap((seed) =>
    proportions.flatMap((proportion, i) =>
      methods.filter((method) => method !== "nokernel" || i === 0).map((method) => run(method, proportion, seed)),
    ),
  );
}

function filled(
  method: Exclude<NetworkMethod, "nokernel">,
  model: NetworkName,
  proportion: number,
  columns: Comparison["columns"],
): NonNullable<RunInput["network"]>["layers"] {
  const { dictionary, options = {}, selection = "uniform" }: Fill = fills[method];
  return Object.fromEntries(
    layersOf(model).map((layer) => [
      layer.name,
      { weights: "factorized", dictionary, options, proportion, selection, columns: columns(layer) },
    ]),
  );
}
