import { checkNames, checkPositive, imageOptions, type PlanOptions } from "./options";
import type { Part, Plan } from "./plan";

/** Options of {@link convmixerPlan}, by the paper's names. */
export interface ConvMixerOptions extends PlanOptions {
  /** h, channels of the patch embedding and of every map after it. @default 64 */
  readonly width?: number;
  /** d, ConvMixer layers. @default 8 */
  readonly depth?: number;
  /** p, rows and columns of a patch: the maps have 1/p of the image's rows and columns. @default 2 */
  readonly patchSize?: number;
  /** k, rows and columns of the depthwise kernels. @default 7 */
  readonly kernelSize?: number;
}

/** Usual width of a ConvMixer here. */
export const convmixerWidth = 64;

/**
 * ConvMixer (Trockman & Kolter 2022, *Patches are all you need?*, §2): a p×p convolution with strides p that embeds patches; d
 * layers, each a depthwise k×k convolution with a shortcut around it, then a 1×1 convolution; the mean over the map, and
 * logits. An activation and batch normalization follow every convolution, in this order. The learned kernels have
 * 3p²h + d (k²h + h²) weights; with biases, normalization and logits ConvMixer-64/8, the default, learns 62,538 for images of
 * 32×32×3.
 *
 * The paper's networks for CIFAR-10 have h = 256 and d = 8; this default trains on a CPU. One departure: rectifiers instead of
 * GELU, as in the other networks here.
 *
 * Predictable: `patches`, p×p; `layer_1_depthwise` …, k×k, one filter a channel, all of which share the dictionary; and
 * `layer_1_pointwise` …, 1×1, whose dictionary is over the channels: kernel [1, 1, h].
 * @throws RangeError unless all sizes are positive integers, and the image has a patch
 */
export function convmixerPlan(options: ConvMixerOptions = {}): Plan {
  checkNames("convmixer", options, ["input", "classes", "width", "depth", "patchSize", "kernelSize"]);
  const { width = convmixerWidth, depth = 8, patchSize = 2, kernelSize = 7 } = options;
  const { input, classes } = imageOptions("convmixer", options);
  for (const [name, value] of Object.entries({ width, depth, patchSize, kernelSize }))
    checkPositive("convmixer", name, value);
  const embedding = { name: "patches", filters: width, size: patchSize, strides: patchSize, padding: "valid" } as const;
  return {
    name: "convmixer",
    input,
    activation: "relu",
    start: "unit",
    parts: [
      { kind: "convolution", ...embedding },
      ...normalized,
      ...Array.from({ length: depth }, (_, i) => mixing(`layer_${i + 1}`, width, kernelSize)).flat(),
      { kind: "average" },
      { kind: "connected", name: "logits", units: classes, logits: true },
    ],
  };
}

const normalized: readonly Part[] = [{ kind: "activation" }, { kind: "normalization" }];

/** ConvMixer layer: mixes places, then channels. */
const mixing = (name: string, width: number, size: number): Part[] => [
  { kind: "residual", strides: 1, body: [{ kind: "depthwise", name: `${name}_depthwise`, size }, ...normalized] },
  { kind: "convolution", name: `${name}_pointwise`, filters: width, size: 1 },
  ...normalized,
];
