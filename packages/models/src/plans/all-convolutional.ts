import { checkNames, checkPositive, imageOptions, listed, type PlanOptions } from "./options";
import type { Part, Plan } from "./plan";

/** Options of {@link allConvolutionalPlan}. */
export interface AllConvolutionalOptions extends PlanOptions {
  /** Filters of the first three convolutions; the later ones have twice as many. @default 96, the paper's */
  readonly width?: number;
  /**
   * Shares of the inputs, and of the maps after each convolution with strides, that training drops; the paper's are
   * [0.2, 0.5]. @default [0, 0]
   */
  readonly dropout?: readonly [inputs: number, maps: number];
}

/**
 * All-CNN-C (Springenberg et al. 2015, *Striving for simplicity: the all convolutional net*): nine convolutions, rectifiers,
 * strides instead of pooling, and the mean over the last map as logits; 1,369,738 weights and biases for images of 32×32×3.
 * The last convolution, 1×1, is applied to the mean instead of the map, which gives the same logits sooner. One departure:
 * no rectifier follows it, so that logits can be negative.
 *
 * Predictable: `conv_1` … `conv_7`, 3×3, and `conv_8`, 1×1, whose dictionary is over the channels: kernel [1, 1, channels].
 * @throws RangeError unless `width` is a positive integer and the shares of `dropout` are in [0, 1)
 */
export function allConvolutionalPlan(options: AllConvolutionalOptions = {}): Plan {
  checkNames("allConvolutional", options, ["input", "classes", "width", "dropout"]);
  const { width = 96, dropout = [0, 0] } = options;
  const { input, classes } = imageOptions("allConvolutional", options);
  checkPositive("allConvolutional", "width", width);
  if (!Array.isArray(dropout) || dropout.length !== 2 || !dropout.every((rate) => rate >= 0 && rate < 1))
    throw new RangeError(`allConvolutional: dropout must be two shares in [0, 1); got ${listed(dropout)}`);
  const [inputs, maps] = dropout.map((rate): Part[] => (rate > 0 ? [{ kind: "dropout", rate }] : []));
  const convolution = (
    index: number,
    filters: number,
    more: { strides?: number; size?: number; padding?: "valid" } = {},
  ): Part[] => [{ kind: "convolution", name: `conv_${index}`, filters, size: 3, ...more }, { kind: "activation" }];
  return {
    name: "allConvolutional",
    input,
    activation: "relu",
    start: "unit",
    parts: [
      ...inputs!,
      ...convolution(1, width),
      ...convolution(2, width),
      ...convolution(3, width, { strides: 2 }),
      ...maps!,
      ...convolution(4, 2 * width),
      ...convolution(5, 2 * width),
      ...convolution(6, 2 * width, { strides: 2 }),
      ...maps!,
      ...convolution(7, 2 * width, { padding: "valid" }),
      ...convolution(8, 2 * width, { size: 1 }),
      { kind: "average" },
      { kind: "connected", name: "logits", units: classes, logits: true },
    ],
  };
}
