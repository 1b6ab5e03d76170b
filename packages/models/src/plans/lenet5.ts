import { checkNames, checkPositive, imageOptions, listed, type PlanOptions } from "./options";
import type { Part, Plan } from "./plan";

/** Options of {@link lenet5Plan}. */
export interface LeNet5Options extends PlanOptions {
  /** Shape of an image: [28, 28, channels], padded with 2 zeros on each side, or [32, 32, channels]. @default [32, 32, 3] */
  readonly input?: readonly number[];
  /** @default "relu" */
  readonly activation?: "relu" | "tanh";
  /** @default "max" */
  readonly pool?: "max" | "average";
  /** Filters of the two convolutions, then units of each fully connected layer before the logits. @default [6, 16, 120, 84] */
  readonly widths?: readonly number[];
}

/** Usual widths of LeNet-5: filters of its convolutions, then units of its fully connected layers without the logits. */
export const lenet5Widths: readonly number[] = [6, 16, 120, 84];

/**
 * LeNet-5 in its usual modern form (after LeCun et al. 1998, §II.B): convolutions of 6 and 16 kernels 5×5, 'valid', each
 * followed by 2×2 pooling, and fully connected layers of 120 and 84 units and the logits; 61,706 weights and biases for
 * images of one channel. The original of 1998 connected the 16 maps to only some of the 6, and had learned pooling with
 * sigmoids, scaled tanh, and radial basis functions as outputs.
 *
 * Predictable: `conv_1`, `conv_2`, `fc_1`, whose kernel is the 5×5 map of 16 channels, and `fc_2`, whose input is flat:
 * kernel [120]. Other `widths` make it narrower or wider, with one `fc_` layer for each number from the third on.
 * @throws RangeError unless images are 28×28 or 32×32, and `widths` at least two positive integers
 */
export function lenet5Plan(options: LeNet5Options = {}): Plan {
  checkNames("lenet5", options, ["input", "classes", "activation", "pool", "widths"]);
  const { activation = "relu", pool = "max", widths = lenet5Widths } = options;
  const { input, classes } = imageOptions("lenet5", options);
  if (!Array.isArray(widths) || widths.length < 2)
    throw new RangeError(
      `lenet5: widths must be the filters of both convolutions, then the units of each fully connected layer, such as [${lenet5Widths.join(", ")}]; got ${listed(widths)}`,
    );
  for (const width of widths) checkPositive("lenet5", "widths", width);
  const [first, second, ...units] = widths as readonly number[];
  const [rows, columns] = input;
  if (rows !== columns || (rows !== 28 && rows !== 32))
    throw new RangeError(`lenet5: images must be 28 × 28 or 32 × 32; got ${rows} × ${columns}: resize or pad them`);
  const pooling: Part = { kind: "pool", pool, size: 2, strides: 2 };
  return {
    name: "lenet5",
    input,
    activation,
    start: "unit",
    parts: [
      ...(rows === 28 ? [{ kind: "pad", by: 2 } as const] : []),
      { kind: "convolution", name: "conv_1", filters: first!, size: 5, padding: "valid" },
      { kind: "activation" },
      pooling,
      { kind: "convolution", name: "conv_2", filters: second!, size: 5, padding: "valid" },
      { kind: "activation" },
      pooling,
      ...units.flatMap((count, i): Part[] => [
        { kind: "connected", name: `fc_${i + 1}`, units: count },
        { kind: "activation" },
      ]),
      { kind: "connected", name: "logits", units: classes, logits: true },
    ],
  };
}
