import { checkOptions } from "@weightcast/dictionary";
import type { LayerBasics } from "./basics";
import type { FactorizedBasics } from "./factorization";
import type { WindowOptions } from "./window";

/** Names of a kind of options; the compiler holds them complete. */
type Names<Options> = Readonly<Record<keyof Options, true>>;

/** Names of every layer's options. */
export const basicNames = {
  activation: true,
  useBias: true,
  seed: true,
  inputShape: true,
  name: true,
  trainable: true,
} as const satisfies Names<LayerBasics>;

/** Names of every factorized layer's options. */
export const factorizedNames = {
  dictionary: true,
  rank: true,
  columns: true,
  selection: true,
  basis: true,
  gain: true,
  order: true,
  base: true,
  ...basicNames,
} as const satisfies Names<FactorizedBasics>;

/** Names of a window's options. */
export const windowNames = {
  kernelSize: true,
  strides: true,
  padding: true,
  dilationRate: true,
} as const satisfies Names<WindowOptions<unknown>>;

/**
 * Checks that a layer's options are ones that it has, so that a misspelled one, or one that only layers of tf.layers have
 * (`kernelRegularizer`, `kernelConstraint`, `kernelInitializer`), is not ignored.
 * @param unlisted options that types refuse, and that the layer answers by a message of its own
 * @throws TypeError if there are no options
 * @throws RangeError for an option that the layer does not have, unless it is undefined
 */
export function checkKnown<Options extends object>(
  who: string,
  options: Options,
  names: Names<Options>,
  unlisted: readonly string[] = [],
): void {
  if (options === undefined) throw new TypeError(`${who}: options must be an object; got undefined`);
  // tf.layers takes the shape of a batch in place of the shape of an input.
  checkOptions<Options>(who, options, Object.keys(names) as (keyof Options & string)[], [
    ...unlisted,
    "batchInputShape",
  ]);
}
