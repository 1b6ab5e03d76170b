import type * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import type { ExampleBatch, ExampleSource } from "@weightcast/types";
import { shown } from "../arguments/shown";
import { partOf } from "../examples/column";
import type { TensorDataset } from "../examples/from-dataset";
import type { ClassWeights } from "./class-weights";
import type { Compiled } from "./compiled-model";
import type { FitData } from "./fit-args";
import { columnsFor, weightsFor } from "./fit-data";

/** Options of {@link datasetSource}. */
interface DatasetSourceOptions {
  /** Batches of an epoch. @default all of the dataset */
  readonly limit?: number | undefined;
  /** Whether an epoch goes on where the last one stopped, instead of at the dataset's beginning. */
  readonly goesOn: boolean;
  readonly classWeight?: ClassWeights | undefined;
}

type Elements = Awaited<ReturnType<TensorDataset["iterator"]>>;

/** Batches in an epoch of a dataset whose length is not known: more than there can be. */
const unknownLength = 2 ** 31;

/**
 * Source of a `tf.data` dataset for one fit. Its first batch is read to know what the batches are. Count and length are announced, but
 * an epoch ends with the dataset.
 * @throws TypeError for what is no dataset of { xs, ys }, RangeError for batches that do not fit the model
 */
export async function datasetSource(
  what: string,
  model: tfl.LayersModel,
  compiled: Compiled,
  dataset: TensorDataset & { readonly size?: number | null },
  { limit, goesOn, classWeight }: DatasetSourceOptions,
): Promise<ExampleSource> {
  if (typeof Object(dataset).iterator !== "function")
    throw new TypeError(`${what} must be a tf.data Dataset of { xs, ys }; got ${shown(dataset)}`);
  let elements: Elements | undefined = await dataset.iterator();
  let waiting = await read(elements);
  if (!waiting) throw new RangeError(`${what} must have batches; got none`);
  const { columns, count: batchSize } = waiting;
  const batchesPerEpoch = limit ?? (Number.isFinite(dataset.size) ? dataset.size! : unknownLength);
  return {
    count: batchSize * batchesPerEpoch,
    batchSize,
    batchesPerEpoch,
    inputs: columns.inputs.map(partOf),
    targets: columns.targets.map(partOf),
    async *batches() {
      elements ??= await dataset.iterator();
      const own = elements;
      if (!goesOn) elements = undefined;
      for (let done = 0; done < batchesPerEpoch; done++) {
        const next = waiting ?? (await read(own));
        waiting = undefined;
        if (!next) {
          if (limit !== undefined)
            console.warn(`${what} ended after ${done} batches instead of ${limit}; make it repeat: dataset.repeat()`);
          return;
        }
        yield next.batch;
      }
    },
  };

  async function read(from: Elements) {
    const { value, done } = await from.next();
    if (done) return undefined;
    const { xs, ys } = Object(value) as { readonly xs?: FitData; readonly ys?: FitData };
    if (xs === undefined || ys === undefined)
      throw new TypeError(`${what} must give batches { xs, ys } of tensors; got ${shown(value)}`);
    const tensors = [...tensorsIn(xs), ...tensorsIn(ys)];
    try {
      await Promise.all(tensors.map((tensor) => tensor.data()));
      const { inputs, targets } = columnsFor(what, model, compiled, xs, ys);
      const all = [...targets, ...weightsFor(model, targets, { classWeight })];
      const { count } = inputs[0]!;
      const batch: ExampleBatch = {
        inputs: inputs.map(({ values }) => values),
        targets: all.map(({ values }) => values),
        count,
      };
      return { columns: { inputs, targets: all }, batch, count };
    } finally {
      for (const tensor of new Set(tensors)) tensor.dispose();
    }
  }
}

function tensorsIn(data: FitData): tf.Tensor[] {
  const isTensor = (value: unknown): value is tf.Tensor => typeof Object(value).dataSync === "function";
  return isTensor(data) ? [data] : Object.values(data).filter(isTensor);
}
