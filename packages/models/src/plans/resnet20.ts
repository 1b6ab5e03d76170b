import { checkNames, checkPositive, imageOptions, listed, type PlanOptions } from "./options";
import type { Part, Plan } from "./plan";

/** Options of {@link resnet20Plan}. */
export interface ResNetOptions extends PlanOptions {
  /** n, residual blocks in each of the three stages: the network has 6n + 2 layers. @default 3 */
  readonly blocks?: number;
  /** Filters of the convolutions of each stage, none fewer than in the stage before. @default [16, 32, 64] */
  readonly widths?: readonly number[];
}

/** Usual widths of ResNet-20: filters of its three stages. */
export const resnet20Widths: readonly number[] = [16, 32, 64];

/**
 * ResNet-20 for CIFAR (He et al. 2016, *Deep residual learning for image recognition*, §4.2): a 3×3 convolution, three stages
 * of three blocks with 16, 32 and 64 filters, each block two 3×3 convolutions with batch normalization and a shortcut around
 * them, the mean over the map, and logits; 269,722 weights and biases for images of 32×32×3. Shortcuts have no weights (option
 * A). Convolutions have no biases; those with strides pad as TensorFlow does, so their windows lie a pixel further right and
 * down than the original's.
 *
 * Predictable: `conv_1` and the blocks' `stage_1_block_1_conv_1` … `stage_3_block_3_conv_2`, all 3×3.
 * @throws RangeError unless `blocks` is a positive integer, and `widths` are three that do not fall
 */
export function resnet20Plan(options: ResNetOptions = {}): Plan {
  checkNames("resnet20", options, ["input", "classes", "blocks", "widths"]);
  const { blocks = 3, widths = resnet20Widths } = options;
  const { input, classes } = imageOptions("resnet20", options);
  checkPositive("resnet20", "blocks", blocks);
  if (!Array.isArray(widths) || widths.length !== 3 || widths.some((width, i) => i > 0 && width < widths[i - 1]))
    throw new RangeError(
      `resnet20: widths must be the filters of the three stages, none fewer than before, such as [${resnet20Widths.join(", ")}]; got ${listed(widths)}`,
    );
  for (const width of widths) checkPositive("resnet20", "widths", width);
  const stages = (widths as readonly number[]).flatMap((filters, stage) =>
    Array.from({ length: blocks }, (_, block) =>
      residualBlock(`stage_${stage + 1}_block_${block + 1}`, filters, stage > 0 && block === 0 ? 2 : 1),
    ),
  );
  return {
    name: "resnet20",
    input,
    activation: "relu",
    start: "unit",
    parts: [
      ...normalized("conv_1", widths[0]!),
      { kind: "activation" },
      ...stages.flat(),
      { kind: "average" },
      { kind: "connected", name: "logits", units: classes, logits: true },
    ],
  };
}

const normalized = (name: string, filters: number, strides = 1): Part[] => [
  { kind: "convolution", name, filters, size: 3, strides, useBias: false },
  { kind: "normalization" },
];

const residualBlock = (name: string, filters: number, strides: number): Part[] => [
  {
    kind: "residual",
    strides,
    body: [
      ...normalized(`${name}_conv_1`, filters, strides),
      { kind: "activation" },
      ...normalized(`${name}_conv_2`, filters),
    ],
  },
  { kind: "activation" },
];
