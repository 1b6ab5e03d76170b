import { type Network, type NetworkOptions, network } from "./network";
import type { Part } from "./plan";

/** Options of {@link lenet5}. */
export interface LeNet5Options extends NetworkOptions {
  /** Shape of an image: [28, 28, channels], to which 2 zeros are added on each side, or [32, 32, channels]. @default [32, 32, 3] */
  readonly input?: readonly number[];
  /** @default "relu" */
  readonly activation?: "relu" | "tanh";
  /** @default "max" */
  readonly pool?: "max" | "average";
}

/**
 * LeNet-5 as it is usually made now (after LeCun et al. 1998, §II.B): convolutions of 6 and 16 kernels 5×5, 'valid', each
 * with a 2×2 pooling behind it, and fully connected layers of 120 and 84 units and the logits; 61,706 weights and biases for
 * images of one channel. The original of 1998 connected the 16 maps to some of the 6 only, had learned pooling with
 * sigmoids, scaled tanh, and radial basis functions as outputs.
 *
 * Predictable: `conv_1`, `conv_2`, `fc_1`, whose kernel is the 5×5 map of 16 channels, and `fc_2`, whose input has no rows
 * and columns: kernel [1, 1].
 * @throws RangeError unless images are 28×28 or 32×32
 */
export const lenet5: Network<LeNet5Options> = /* @__PURE__ */ network<LeNet5Options>(
  "lenet5",
  ({ input: [rows, columns], classes, activation = "relu", pool = "max" }) => {
    if (rows !== columns || (rows !== 28 && rows !== 32))
      throw new RangeError(`lenet5: images must be 28 × 28 or 32 × 32; got ${rows} × ${columns}: resize or pad them`);
    const pooling: Part = { kind: "pool", pool, size: 2, strides: 2 };
    return {
      activation,
      parts: [
        ...(rows === 28 ? [{ kind: "pad", by: 2 } as const] : []),
        { kind: "convolution", name: "conv_1", filters: 6, size: 5, padding: "valid" },
        { kind: "activation" },
        pooling,
        { kind: "convolution", name: "conv_2", filters: 16, size: 5, padding: "valid" },
        { kind: "activation" },
        pooling,
        { kind: "connected", name: "fc_1", units: 120 },
        { kind: "activation" },
        { kind: "connected", name: "fc_2", units: 84 },
        { kind: "activation" },
        { kind: "connected", name: "logits", units: classes, logits: true },
      ],
    };
  },
);
