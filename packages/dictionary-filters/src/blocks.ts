import { checkDomain, quoted } from "@weightcast/dictionary";
import { sizeOf } from "@weightcast/types";

/** Kernel of a trained layer, in the layout of TensorFlow.js: the last axis is the outputs. */
export interface TrainedKernel {
  /** [height, width, channels, outputs]; [length, channels, outputs] on one axis; [inputs, outputs] of a dense layer. */
  readonly shape: readonly number[];
  /** Weights, row-major. */
  readonly data: ArrayLike<number>;
}

/** What atoms are over: see `principalFilters`. */
export type Over = "window" | "channels" | "patch";

/** Filters of a kernel as matrices whose columns they are: [rows, cols] each, row-major, one after the other in `data`. */
export interface Blocks {
  readonly rows: number;
  readonly cols: number;
  readonly count: number;
  readonly data: ArrayLike<number>;
}

/** Filters of a kernel, and the domain of a dictionary for them. */
export interface KernelFilters {
  readonly domain: readonly number[];
  readonly blocks: Blocks;
}

/**
 * Filters of a kernel.
 * @throws RangeError if the kernel has no such axes, its data another length than its shape says, or a weight is not finite
 */
export function filtersOf(who: string, { shape, data }: TrainedKernel, over: Over): KernelFilters {
  checkDomain(`${who}: shape of a kernel as`, shape);
  const axes = shape.length;
  if (axes < 2) throw new RangeError(`${who}: a kernel must have at least 2 axes; got [${shape}]`);
  if (over === "channels" && axes < 3)
    throw new RangeError(
      `${who}: a kernel needs channels for over: "channels"; got [${shape}], a dense one; take over: "window"`,
    );
  if (data.length !== sizeOf(shape))
    throw new RangeError(`${who}: a kernel [${shape}] must have ${sizeOf(shape)} weights; got ${data.length}`);
  for (let at = 0; at < data.length; at++)
    if (!Number.isFinite(data[at])) throw new RangeError(`${who}: weights must be finite; got ${quoted(data[at])}`);

  const outputs = shape.at(-1)!;
  const inputs = shape.slice(0, -1);
  if (over === "channels") {
    const channels = inputs.at(-1)!;
    const count = sizeOf(inputs) / channels;
    return { domain: inputs, blocks: { rows: channels, cols: outputs, count, data } };
  }
  const domain = over === "patch" || axes === 2 ? inputs : inputs.slice(0, -1);
  const rows = sizeOf(domain);
  return { domain, blocks: { rows, cols: data.length / rows, count: 1, data } };
}
