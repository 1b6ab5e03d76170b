import { type Network, type NetworkOptions, network } from "./network";
import type { Part } from "./plan";

/** Options of {@link allConvolutional}. */
export interface AllConvolutionalOptions extends NetworkOptions {
  /** Filters of the first three convolutions; the later ones have twice as many. @default 96, the paper's */
  readonly width?: number;
  /** Share of the inputs, and of the maps behind each convolution with strides, that training drops; the paper's are [0.2, 0.5]. @default [0, 0] */
  readonly dropout?: readonly [inputs: number, maps: number];
}

/**
 * All-CNN-C (Springenberg et al. 2015, *Striving for simplicity: the all convolutional net*): nine convolutions, rectifiers,
 * strides instead of pooling, and the mean over the last map as logits; 1,369,738 weights and biases for images of 32×32×3.
 * The last convolution, 1×1, is applied to the mean instead of the map, which gives the same logits sooner. One departure:
 * no rectifier behind it, so that logits can be negative.
 *
 * Predictable: `conv_1` … `conv_7`, 3×3, and `conv_8`, 1×1.
 * @throws RangeError unless `width` is a positive integer and the shares of `dropout` are in [0, 1)
 */
export const allConvolutional: Network<AllConvolutionalOptions> = /* @__PURE__ */ network<AllConvolutionalOptions>(
  "allConvolutional",
  ({ classes, width = 96, dropout = [0, 0] }) => {
    if (!Number.isInteger(width) || width < 1)
      throw new RangeError(`allConvolutional: width must be a positive integer; got ${width}`);
    if (dropout.length !== 2 || !dropout.every((rate) => rate >= 0 && rate < 1))
      throw new RangeError(`allConvolutional: dropout must be two shares in [0, 1); got [${dropout.join(", ")}]`);
    const [inputs, maps] = dropout.map((rate): Part[] => (rate > 0 ? [{ kind: "dropout", rate }] : []));
    const convolution = (
      index: number,
      filters: number,
      more: { strides?: number; size?: number; padding?: "valid" } = {},
    ): Part[] => [{ kind: "convolution", name: `conv_${index}`, filters, size: 3, ...more }, { kind: "activation" }];
    return {
      activation: "relu",
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
  },
);
