import { weightCount } from "@weightcast/models/plans";
import { layersOf, type RunSpec } from "@weightcast/runs/spec";
import { grid, overSeeds } from "../../grid";
import { type Narrower, narrowerRuns, narrowerThan } from "../../narrower";
import { type NetworkMethod, type NetworkOptions, networkData } from "../../networks";

/**
 * Networks of {@link depth}: those of every such figure, Gaussian derivatives, dense networks of fewer filters; DCT with less
 * weight decay the fewer weights are learned; DCT atoms as fixed filters, with a rectifier before their mixing; DCT and fewer filters with
 * distillation from the dense network; principal components of its filters, over windows or channels; and random atoms over whole patches.
 */
export const depthMethods = [
  "nokernel",
  "narrower",
  "SE",
  "DCT",
  "Gauss",
  "RandFixU",
  "RandCon",
  "DCT-decay",
  "DCT-relu",
  "DCT-distill",
  "narrower-distill",
  "PCA",
  "PCA-channels",
  "RandFixU-patch",
] as const satisfies readonly (NetworkMethod | "Gauss" | "narrower" | "narrower-distill" | Variant)[];

/** Methods that are DCT with a change. */
type Variant = keyof typeof variants;

type DepthMethod = (typeof depthMethods)[number];

/** Methods that are run unless others are named. */
export const usual: readonly DepthMethod[] = ["nokernel", "narrower", "SE", "DCT", "Gauss", "RandFixU"];

/** Options of {@link depth}. */
export type DepthOptions = Omit<NetworkOptions, "methods"> & { readonly methods?: readonly DepthMethod[] };

/** Weights of the 3×3 convolutions of ResNet-20 with so many filters in its stages. */
const weightsOf = (widths: readonly number[]): number =>
  layersOf({ model: "resnet20", widths }).reduce((sum, layer) => sum + weightCount(layer), 0);

/**
 * Filters of the stages of a dense ResNet-20 with a share of the usual weights: the largest first stage whose network has no more, with 2 and 4
 * times as many in the others, and then the most that still fit in the last.
 */
export function narrowerWidths(proportion: number): readonly [number, number, number] {
  const most = proportion * weightsOf([16, 32, 64]);
  let first = 1;
  while (weightsOf([first + 1, 2 * (first + 1), 4 * (first + 1)]) <= most) first++;
  let last = 4 * first;
  while (weightsOf([first, 2 * first, last + 1]) <= most) last++;
  return [first, 2 * first, last];
}

/**
 * Does prediction also work for deeper networks with small kernels? Runs of ResNet-20, all of its 3×3 convolutions learned
 * whole, or 3 or 6 of the 9 weights of each kernel learned and the others predicted; and of dense networks of as many learned weights by having
 * fewer filters. The paper's kernels have 8×8 places for a smooth filter; these have nine. Batches of 100, SGD at rate 0.1 (cosine),
 * momentum 0.9, weight decay 1e-4 (He et al. 2016, except for the schedule); of DCT-decay, 1e-4 times the learned share.
 * In DCT-relu the atoms are fixed filters of each channel, and a rectifier stands between their maps and V, which mixes them (as in
 * networks of pre-defined filters): as many weights are learned as of DCT. DCT-distill and narrower-distill also learn the outputs of the
 * dense network, PCA has the principal components of its filters, layer by layer: the network nokernel of the same seed, which is trained first
 * and kept. PCA-channels and RandFixU-patch have bases across channels. Share 0.9 and temperature 4 are those of Tian et al. 2020 (*Contrastive representation distillation*, CIFAR).
 * @param options `methods` default to nokernel, narrower, SE, DCT, Gauss and RandFixU, `proportions` to [3/9, 6/9], `epochs` to 5
 * @throws RangeError naming a wrong option
 */
export function depth({ epochs = 5, ...options }: DepthOptions = {}): RunSpec[] {
  const { methods = usual, proportions = [3 / 9, 6 / 9], seeds = [1, 2, 3] } = options;
  const shared: Shared = {
    figure: "depth",
    model: "resnet20",
    data: networkData(options),
    training: { epochs, rate: 0.1, weightDecay: 1e-4 },
    columns: 1,
  };
  const predicted = methods.filter(
    (method) => method !== "narrower" && method !== "narrower-distill" && !isVariant(method),
  );
  const changed = methods.filter(isVariant);
  const smaller = narrowerRuns(narrower, proportions, shared);
  const others = [
    ...(methods.includes("narrower") ? smaller : []),
    ...(methods.includes("narrower-distill")
      ? smaller.map((run) => ({ ...run, label: distilledName(run.label), teacher: distilled }))
      : []),
  ];
  return seeds.flatMap((seed) => [
    ...grid(shared, { methods: predicted, proportions, seeds: [seed] }),
    ...changed.flatMap((method) => proportions.flatMap((proportion) => varied(method, proportion, seed, shared))),
    ...overSeeds("depth", others, [seed]),
  ]);
}

/** Label of a narrower network with distillation: "narrower-distill 33.3%". */
export const distilledName = (label: string): string => label.replace("narrower", "narrower-distill");

type Shared = Parameters<typeof grid>[0];

/** Networks that have as many weights by having fewer filters. */
export const narrower: Narrower = { model: "resnet20", label: narrowerThan, widths: narrowerWidths };

/** The dense network as the teacher of others. */
const distilled = { network: { model: "resnet20", layers: {} }, distill: 0.9, temperature: 4 } as const;

/** Changes of a resolved run of DCT, with which it learns as many weights. */
const variants = {
  /** Weight decay times the learned share: fewer weights need less to keep them from fitting noise. */
  "DCT-decay": (run: RunSpec, proportion: number): RunSpec => ({
    ...run,
    training: { ...run.training, weightDecay: proportion * run.training.weightDecay },
  }),
  /** The atoms themselves as fixed filters of each channel, and a rectifier before V mixes their maps. */
  "DCT-relu": (run: RunSpec): RunSpec => withLayers(run, { basis: "atoms", mapActivation: "relu" }),
  /** The loss also compares with the outputs of the dense network. */
  "DCT-distill": (run: RunSpec): RunSpec => ({ ...run, teacher: distilled }),
  /** Principal components of the filters of the dense network, in each layer its own, in place of the lowest frequencies. */
  PCA: (run: RunSpec): RunSpec => ({
    ...withLayers(run, { dictionary: "filters", options: {} }),
    teacher: { ...distilled, distill: 0 },
  }),
  /** Principal components of the channels of the dense network's filters, the same at every place of the window. */
  "PCA-channels": (run: RunSpec): RunSpec => ({
    ...withLayers(run, { dictionary: "filters", options: { over: "channels" }, over: "patch" }),
    teacher: { ...distilled, distill: 0 },
  }),
  /** Random atoms over all channels of a window. */
  "RandFixU-patch": (run: RunSpec): RunSpec =>
    withLayers(run, { dictionary: "gaussian", options: {}, selection: "uniform", over: "patch" }),
} as const;

/** Run with the same change of each predicted layer. */
const withLayers = ({ network, ...run }: RunSpec, change: object): RunSpec => ({
  ...run,
  network: {
    ...network,
    layers: Object.fromEntries(
      Object.entries(network.layers).map(([name, layer]) => [name, { ...layer, ...change }]),
    ) as typeof network.layers,
  },
});

const isVariant = (method: string): method is Variant => Object.hasOwn(variants, method);

function varied(method: Variant, proportion: number, seed: number, shared: Shared): RunSpec[] {
  const runs = grid(shared, { methods: ["DCT"], proportions: [proportion], seeds: [seed] });
  return runs.map((run) => ({ ...variants[method](run, proportion), label: method }));
}
