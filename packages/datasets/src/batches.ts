import { stream } from "@weightcast/random";
import { checkInteger, checkSplit, type Split } from "./dataset";
import { type Gather, gather, type PixelOptions } from "./pixels";

/** A few examples, ready for a training step. */
export interface Batch {
  /** [count, prod(shape)], row-major. */
  readonly inputs: Float32Array;
  /** [count], class numbers. */
  readonly labels: Int32Array;
  /** Examples in this batch: `size`, or fewer in a last one. */
  readonly count: number;
}

/** What stays the same from epoch to epoch. */
export interface BatchOptions extends PixelOptions {
  /** Examples a batch. @default 100 */
  readonly size?: number;
  /** Any safe integer: decides the order of every epoch. @default 0 */
  readonly seed?: number;
  /** Whether each epoch has an order of its own, or all have the split's. @default true */
  readonly shuffle?: boolean;
  /** What becomes of the last examples where `size` does not divide the count. @default "keep" */
  readonly remainder?: "keep" | "drop";
}

export interface EpochOptions extends BatchOptions {
  /** Number of the epoch, from 0. @default 0 */
  readonly epoch?: number;
  /** Batches to leave out at the beginning, as when an interrupted epoch is taken up again. @default 0 */
  readonly from?: number;
}

/**
 * One epoch of a split: every example once, a batch at a time. The order is a pure function of (seed, epoch), the
 * permutation of `stream(seed, "shuffle/<epoch>")`; `from` costs nothing for the batches it leaves out.
 *
 * **The buffers are filled anew at every step**: a batch is valid until the next one is asked for. Copy what you keep
 * (`inputs.slice()`), and be done with tensors made from them, as tensors may share their memory. Every iteration has
 * buffers of its own, so several may run at a time.
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

/** Which batches of which epoch. */
interface Plan {
  readonly size: number;
  readonly seed: number;
  readonly shuffle: boolean;
  readonly epoch: number;
  readonly from: number;
  /** Batches in the whole epoch. */
  readonly total: number;
}

/** @throws RangeError naming the option that is out of range */
export function checkEpoch(who: string, plan: Plan): Plan {
  checkInteger(`${who}: seed`, plan.seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  checkInteger(`${who}: epoch`, plan.epoch, 0, Number.MAX_SAFE_INTEGER);
  checkInteger(`${who}: from`, plan.from, 0, plan.total);
  return plan;
}

/**
 * The batches of an epoch.
 * @param example values of one example as `fill` writes them
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
 * Batches in an epoch: ⌈count / size⌉, or ⌊count / size⌋ where the remainder is dropped.
 * @param who the caller's name, for the message
 * @throws RangeError unless `size` is a positive integer, at most `count` where the remainder is dropped
 */
export function batchCount(who: string, { count }: Split, size: number, remainder: "keep" | "drop"): number {
  if (remainder !== "keep" && remainder !== "drop")
    throw new RangeError(`${who}: remainder must be "keep" or "drop"; got ${JSON.stringify(remainder)}`);
  checkInteger(`${who}: size`, size, 1, remainder === "drop" ? count : 2 ** 31 - 1);
  return remainder === "keep" ? Math.ceil(count / size) : Math.floor(count / size);
}
