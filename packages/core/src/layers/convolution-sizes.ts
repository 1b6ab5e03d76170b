import { glorotVariance } from "./basics";
import type { LayerSizes } from "./build";
import type { Factorization } from "./factorization";
import { slidePays } from "./slide";
import { areaOf, imageOf, type Window } from "./window";

/** Convolution whose weights are to be created. */
export interface Convolution {
  /** Factory and name of the layer, for messages. */
  readonly who: string;
  readonly factorization: Factorization;
  readonly window: Window;
  readonly filters: number;
  /** Names of the window's axes, for messages. */
  readonly axes: string;
  /** Sizes of the window's axes, as a dictionary's domain has them. */
  readonly grid: readonly number[];
}

/**
 * Sizes of a convolution's weights.
 * @param shape [batch, height, width, C]
 * @throws RangeError if the window does not fit the image, or the dictionary does not fit the window
 */
export function convolutionSizes(
  { who, factorization, window, filters, axes, grid }: Convolution,
  shape: readonly (number | null)[],
): LayerSizes {
  const [height, width, depth] = imageOf(who, shape, window, axes);
  const shared = isShared(who, factorization.options.recipe.domain, grid, depth);
  return {
    kernel: [...grid, depth, filters],
    channels: shared ? depth : 1,
    outputs: filters,
    variance: areaOf(window) * depth * glorotOf(window, depth, filters),
    // Over whole patches there is no grid of two axes to slide along; a single axis has no factors.
    pays: slidePays(shared && grid.length === 2 ? factorization.order : "weights-first", window, [height, width]),
  };
}

/** Glorot's variance with fans as tf.layers counts them: window · channels in, window · filters out. */
export const glorotOf = (window: Window, depth: number, filters: number): number =>
  glorotVariance(areaOf(window) * depth, areaOf(window) * filters);

/**
 * Whether channels share a dictionary's atoms, rather than the atoms being over whole patches.
 * @param grid the window's sizes
 * @throws RangeError if the domain is neither the window nor the window with the channels
 */
function isShared(who: string, domain: readonly number[], grid: readonly number[], channels: number): boolean {
  const patch = [...grid, channels];
  const is = (other: readonly number[]) => domain.length === other.length && domain.every((n, i) => n === other[i]);
  if (!is(grid) && !is(patch))
    throw new RangeError(
      `${who}: the dictionary's domain must be [${grid.join(", ")}], the window that all channels share, or [${patch.join(", ")}], the whole patch; got [${domain.join(", ")}]`,
    );
  return is(grid);
}
