import { checkDomain, quoted, shown } from "@weightcast/dictionary";
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
interface KernelFilters {
  readonly domain: readonly number[];
  readonly blocks: Blocks;
}

/**
 * Filters of a kernel.
 * @throws RangeError if the kernel has no such axes, its data another length than its shape says, or a weight is not finite
 */
function filtersOf(who: string, { shape, data }: TrainedKernel, over: Over): KernelFilters {
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

/**
 * Filters of kernels that have one domain.
 * @throws RangeError if there is none, they have several, or one is wrong
 */
export function filtersOfAll(who: string, kernels: readonly TrainedKernel[], over: Over): readonly KernelFilters[] {
  if (!Array.isArray(kernels) || kernels.length === 0)
    throw new RangeError(`${who}: kernels must be a list of at least one { shape, data }; got ${shown(kernels)}`);
  const each = kernels.map((kernel) => filtersOf(who, kernel, over));
  const { domain } = each[0]!;
  const other = each.find((one) => String(one.domain) !== String(domain));
  if (other)
    throw new RangeError(
      `${who}: kernels must have one domain over the ${over}; got [${domain}] and [${other.domain}]; fit one basis for each`,
    );
  return each;
}
