import { sizeOf } from "@weightcast/types";
import { isResidual, type Placed, type PlacedPart, place } from "./place";
import type { Connected, Convolution, Depthwise, Plan, Shape } from "./plan";

/** Layer that a dictionary can predict, with everything needed to make a dictionary for it. */
export interface PredictableLayer {
  /** Its name in the model. */
  readonly name: string;
  readonly kind: "convolution" | "depthwise" | "connected";
  /**
   * Grid that its dictionary is over. Rows and columns of a convolution's kernel, or of the whole map that a connected layer
   * takes: every channel shares the dictionary. If there is only one position, or the input is flat, nothing is shared:
   * [1, 1, channels] for a 1×1 convolution, [n] (or the grid of the plan, [28, 28]) for a flat input.
   */
  readonly kernel: Shape;
  /** Channels of its input that share the dictionary; 1 where nothing is shared. */
  readonly channels: number;
  /** n_h: filters, or units of a connected layer; of a depthwise convolution, in which every channel has its own, 1. */
  readonly filters: number;
  /** Shape of its input: [rows, columns, channels] or [n]. */
  readonly input: Shape;
  /** How its window moves over a map; none for a flat input. */
  readonly window?: { readonly strides: number; readonly padding: "same" | "valid" };
}

/** Weights of a predictable layer, without bias: prod(kernel) · channels · filters. */
export const weightCount = ({ kernel, channels, filters }: PredictableLayer): number =>
  sizeOf(kernel) * channels * filters;

/**
 * Layers of a plan that a dictionary can predict, in order: all layers with weights except the last, which gives the logits.
 * @throws RangeError for an input that is too small for a part
 */
export function predictable(plan: Plan): PredictableLayer[] {
  if (!Array.isArray(Object(plan).parts))
    throw new TypeError(
      `predictable: the plan must be one of a network, such as mlp.plan(); got ${JSON.stringify(plan)}`,
    );
  return layersIn(place(plan));
}

function layersIn(placed: readonly Placed[]): PredictableLayer[] {
  return placed.flatMap((one) => {
    if (isResidual(one)) return layersIn(one.body);
    const { part } = one;
    if (part.kind === "depthwise") return depthwiseLayer(one as PlacedPart<Depthwise>);
    if (part.kind === "convolution" || (part.kind === "connected" && !part.logits))
      return predictableLayer(one as PlacedPart<Convolution | Connected>);
    return [];
  });
}

/** Facts about a convolution or a connected layer that its dictionary depends on. */
function predictableLayer({ part, name, input }: PlacedPart<Convolution | Connected>): PredictableLayer {
  const filters = part.kind === "convolution" ? part.filters : part.units;
  const layer = { name, kind: part.kind, filters, input } as const;
  if (part.kind === "connected" && input.length === 1) return { ...layer, kernel: part.grid ?? input, channels: 1 };
  const [rows, columns, channels] = input as readonly [number, number, number];
  const kernel = part.kind === "convolution" ? [part.size, part.size] : [rows, columns];
  const { strides = 1, padding = "same" } = part.kind === "convolution" ? part : { padding: "valid" as const };
  const moving = { ...layer, window: { strides, padding } };
  return sizeOf(kernel) === 1 ? { ...moving, kernel: [1, 1, channels], channels: 1 } : { ...moving, kernel, channels };
}

/** The same of a convolution of each channel on its own: its dictionary is over the kernel's places, even if there is only one. */
function depthwiseLayer({ part: { size }, name, input }: PlacedPart<Depthwise>): PredictableLayer {
  const window = { strides: 1, padding: "same" } as const;
  return { name, kind: "depthwise", kernel: [size, size], channels: input[2]!, filters: 1, input, window };
}
