import { stream } from "@weightcast/random";
import type { Batch } from "@weightcast/types";
import { checkInteger, checkSplit, type Split } from "../dataset";
import { type Gather, gather, type PixelOptions } from "./pixels";

/** Options that hold for every epoch. */
export interface BatchOptions extends PixelOptions {
  /** Examples per batch. @default 100 */
  readonly size?: number;
  /** Seed of the order of every epoch, any safe integer. @default 0 */
  readonly seed?: number;
  /** Whether each epoch has its own order; otherwise, all have the order of the split. @default true */
  readonly shuffle?: boolean;
  /** Treatment of the last examples if `size` does not divide the count: a shorter batch, or none. @default "keep" */
  readonly remainder?: "keep" | "drop";
}

/** Options of {@link batches}. */
export interface EpochOptions extends BatchOptions {
  /** Number of the epoch, from 0. @default 0 */
  readonly epoch?: number;
  /** Batches to skip at the beginning, as when an interrupted epoch is resumed. @default 0 */
  readonly from?: number;
}

/**
 * One epoch of a split: every example once, in batches. The order is a pure function of (seed, epoch): the
 * permutation of `stream(seed, "shuffle/<epoch>")`. Batches that `from` skips cost nothing.
 *
 * **The buffers are reused at every step**: a batch is valid until the next one is requested. Copy what you keep
 * (`inputs.slice()`), and finish with tensors created from them, because tensors may share their memory. Every
 * iteration has its own buffers, so several may run at a time.
 *
 * @throws RangeError if an option is out of range, or `remainder` is "drop" and no batch is left
 */
export function batches(split: Split, options: EpochOptions = {}): Iterable<Batch> {
  const { size = 100, seed = 0, epoch = 0, from = 0, shuffle = true, remainder = "keep" } = options;
  const example = checkSplit("batches", split);
  const total = batchCount("batches", split, size, remainder);
  const plan = checkEpoch("batches", { size, seed, shuffle, epoch, from, total });
  return eachBatch(split, example, gather("batches", split, options), plan);
}

/** Selection of batches: which of which epoch. */
interface Plan {
  readonly size: number;
  readonly seed: number;
  readonly shuffle: boolean;
  readonly epoch: number;
  readonly from: number;
  /** Number of batches in the whole epoch. */
  readonly total: number;
}

/**
 * The given plan, if it is valid.
 * @throws RangeError naming the option that is out of range
 */
export function checkEpoch(who: string, plan: Plan): Plan {
  checkInteger(`${who}: seed`, plan.seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  checkInteger(`${who}: epoch`, plan.epoch, 0, Number.MAX_SAFE_INTEGER);
  checkInteger(`${who}: from`, plan.from, 0, plan.total);
  return plan;
}

/**
 * Batches of an epoch.
 * @param example number of values of one example as `fill` writes them
 */
export function eachBatch(
  { labels: classes, count: examples }: Pick<Split, "labels" | "count">,
  example: number,
  fill: Gather,
  { size, seed, shuffle, epoch, from, total }: Plan,
): Iterable<Batch> {
  return {
    *[Symbol.iterator]() {
      const order = shuffle ? stream(seed, `shuffle/${epoch}`).permutation(examples) : undefined;
      const widest = Math.min(size, examples);
      const allInputs = new Float32Array(widest * example);
      const allLabels = new Int32Array(widest);
      for (let start = from * size; start < Math.min(total * size, examples); start += size) {
        const count = Math.min(size, examples - start);
        const inputs = count === widest ? allInputs : allInputs.subarray(0, count * example);
        const labels = count === widest ? allLabels : allLabels.subarray(0, count);
        fill(inputs, order, start);
        for (let i = 0; i < count; i++) labels[i] = classes[order ? order[start + i]! : start + i]!;
        yield { inputs, labels, count };
      }
    },
  };
}

/**
 * Number of batches in an epoch: ⌈count / size⌉, or ⌊count / size⌋ if the remainder is dropped.
 * @param who the caller's name, for the message
 * @throws RangeError unless `size` is a positive integer, at most `count` if the remainder is dropped
 */
export function batchCount(
  who: string,
  { count }: Pick<Split, "count">,
  size: number,
  remainder: "keep" | "drop",
): number {
  if (remainder !== "keep" && remainder !== "drop")
    throw new RangeError(`${who}: remainder must be "keep" or "drop"; got ${JSON.stringify(remainder)}`);
  checkInteger(`${who}: size`, size, 1, remainder === "drop" ? count : 2 ** 31 - 1);
  return remainder === "keep" ? Math.ceil(count / size) : Math.floor(count / size);
}
