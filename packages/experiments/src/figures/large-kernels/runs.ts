import { rankOf } from "@weightcast/dictionary";
import { weightCount } from "@weightcast/models/plans";
import { layersOf, type RunSpec } from "@weightcast/runs/spec";
import { grid, overSeeds } from "../../grid";
import { type Narrower, narrowerRuns, narrowerThan } from "../../narrower";
import { type NetworkMethod, type NetworkOptions, networkData } from "../../networks";

/** Networks of {@link largeKernels}: those of every such figure, Gaussian derivatives, and dense networks of fewer channels. */
export const largeKernelsMethods = [
  "nokernel",
  "narrower",
  "SE",
  "DCT",
  "Gauss",
  "RandFixU",
  "RandCon",
] as const satisfies readonly (NetworkMethod | "Gauss" | "narrower")[];

/** Options of {@link largeKernels}. */
export type LargeKernelsOptions = Omit<NetworkOptions, "methods"> & {
  readonly methods?: readonly (typeof largeKernelsMethods)[number][];
};

const model = "convmixer";
/** Layers of a ConvMixer. @param width channels @default the usual */
const layersWith = (width?: number) => layersOf({ model, ...(width !== undefined && { widths: [width] }) });
const isDepthwise = ({ kind }: ReturnType<typeof layersWith>[number]): boolean => kind === "depthwise";
/** Classes of CIFAR-10; of other images, counts are a little off. */
const classes = 10;

/**
 * Numbers that a ConvMixer learns, everything counted: kernels, a bias and the two vectors of a normalization for each
 * convolution, and the logits.
 * @param proportion learned share of each depthwise kernel, in (0, 1] @default 1
 * @param width channels @default the usual
 */
export function learnedNumbers(proportion = 1, width?: number): number {
  return layersWith(width).reduce(
    (sum, layer) => {
      const { kernel, channels, filters } = layer;
      const places = kernel[0]! * kernel[1]!;
      const learned = isDepthwise(layer) ? rankOf({ proportion }, places) * channels : weightCount(layer);
      return sum + learned + 3 * (isDepthwise(layer) ? channels : filters);
    },
    classes * (layersWith(width).at(-1)!.filters + 1),
  );
}

/** Channels of the widest dense ConvMixer that learns no more numbers than the usual one with so much of its depthwise kernels. */
export function narrowerWidth(proportion: number): number {
  const most = learnedNumbers(proportion);
  let width = 1;
  while (learnedNumbers(1, width + 1) <= most) width++;
  return width;
}

/** Networks that learn as many numbers by having fewer channels; the label has the share of the dense network's: "narrower 69.7%". */
export const narrower: Narrower = {
  model,
  label: (proportion) => narrowerThan(learnedNumbers(proportion) / learnedNumbers()),
  widths: (proportion) => [narrowerWidth(proportion)],
};

/**
 * Does prediction work for a deep network of large kernels? Runs of ConvMixer-64/8, all of its 7×7 depthwise kernels learned
 * whole, or 12 or 6 of the 49 weights of each learned and the others predicted; and of dense networks that learn as many
 * numbers in all by having fewer channels. Patches and 1×1 convolutions, which have no neighbors to predict from, are always
 * learned: so with 24.5% of the depthwise weights, 69.7% of all numbers are. Batches of 100, SGD at rate 0.1 (cosine),
 * momentum 0.9, weight decay 1e-4, as for ResNet-20 in `depth`; the paper of ConvMixer uses AdamW and more augmentation.
 * @param options `methods` default to all but RandCon, `proportions` to [12/49, 6/49], `epochs` to 5
 * @throws RangeError naming a wrong option
 */
export function largeKernels({ epochs = 5, ...options }: LargeKernelsOptions = {}): RunSpec[] {
  const { methods = largeKernelsMethods.filter((method) => method !== "RandCon") } = options;
  const { proportions = [12 / 49, 6 / 49], seeds = [1, 2, 3] } = options;
  const data = networkData(options);
  const training = { epochs, rate: 0.1, weightDecay: 1e-4 };
  const layers = layersWith().filter(isDepthwise);
  const predicted = methods.filter((method) => method !== "narrower");
  const others = methods.includes("narrower") ? narrowerRuns(narrower, proportions, { data, training }) : [];
  return seeds.flatMap((seed) => [
    ...grid(
      { figure: "large-kernels", model, layers, data, training, columns: 1 },
      { methods: predicted, proportions, seeds: [seed] },
    ),
    ...overSeeds("large-kernels", others, [seed]),
  ]);
}
