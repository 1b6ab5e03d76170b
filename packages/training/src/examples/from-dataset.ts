import type * as tf from "@tensorflow/tfjs-core";
import type { ExampleBatch, ExampleSource, Part, Values } from "@weightcast/types";
import { checkOptionNames, shown } from "../arguments/shown";
import { type Role, tensorPart } from "./column";

/** Tensors of a batch: one, a list, or by name. */
export type BatchTensorsOf = tf.Tensor | readonly tf.Tensor[] | { readonly [name: string]: tf.Tensor };

/** What is needed of a `tf.data` Dataset: an iterator over batches { xs, ys }, as model.fitDataset takes them. */
export interface TensorDataset {
  iterator(): Promise<{ next(): Promise<{ readonly value: unknown; readonly done: boolean }> }>;
}

/** Options of {@link fromDataset}. */
export interface FromDatasetOptions {
  /** Batches in an epoch, an integer ≥ 1; needed if the dataset never ends. @default all of the dataset */
  readonly batchesPerEpoch?: number;
  /** Names of the model's inputs, in its order, if xs is by name: `model.inputNames`. @default that of the first batch */
  readonly inputNames?: readonly string[];
  /** Names of the model's outputs, if ys is by name: `model.outputNames`. @default the order of the first batch */
  readonly outputNames?: readonly string[];
}

/**
 * Source of the batches of a `tf.data` Dataset of { xs, ys }, each a tensor, a list of tensors, or tensors by name.
 *
 * The dataset is read through once here, to know its sizes. Every epoch starts a new iterator, and an interrupted epoch
 * skips what was done, so the dataset must give the same batches again; give a function of the epoch for one that shuffles:
 * `(epoch) => data.shuffle(1000, String(seed + epoch), false).batch(32)`. All batches except the last have the same size.
 * Tensors are read and disposed.
 *
 * @throws TypeError for what is no such dataset; RangeError for one that has no examples, or fewer batches than announced
 */
export async function fromDataset(
  dataset: TensorDataset | ((epoch: number) => TensorDataset),
  options: FromDatasetOptions = {},
): Promise<ExampleSource> {
  const known = { batchesPerEpoch: true, inputNames: true, outputNames: true } as const;
  checkOptionNames("fromDataset", options, known, { epochs: "it is an option of train" });
  const { batchesPerEpoch: limit = Infinity } = options;
  if (limit !== Infinity && !(Number.isSafeInteger(limit) && limit >= 1))
    throw new RangeError(`fromDataset: batchesPerEpoch must be an integer of at least 1; got ${shown(limit)}`);

  const first: { parts?: Pick<ExampleSource, "inputs" | "targets"> } = {};
  const sizes: number[] = [];
  for await (const { inputs, targets, count } of readBatches(datasetOf(dataset, 0), 0, limit, options)) {
    first.parts ??= { inputs: inputs.map(({ part }) => part), targets: targets.map(({ part }) => part) };
    sizes.push(count);
  }
  if (!first.parts) throw new RangeError("fromDataset: the dataset must have batches; got none");
  const { parts } = first;
  const [batchSize, batchesPerEpoch] = [sizes[0]!, sizes.length];
  const odd = sizes.findIndex((size, i) => size > batchSize || (size < batchSize && i < batchesPerEpoch - 1));
  if (odd >= 0)
    throw new RangeError(
      `fromDataset: all batches except the last must have the same size; got ${batchSize} examples in the first and ${sizes[odd]} in batch ${odd} (from 0)`,
    );
  return {
    count: sizes.reduce((sum, size) => sum + size, 0),
    batchSize,
    batchesPerEpoch,
    ...parts,
    async *batches(epoch, from = 0): AsyncGenerator<ExampleBatch> {
      for await (const batch of readBatches(datasetOf(dataset, epoch), from, batchesPerEpoch, options)) {
        const { inputs, targets, count } = batch;
        assertSame("xs", parts.inputs, inputs);
        assertSame("ys", parts.targets, targets);
        yield { inputs: inputs.map(({ values }) => values), targets: targets.map(({ values }) => values), count };
      }
    },
  };
}

function datasetOf(given: TensorDataset | ((epoch: number) => TensorDataset), epoch: number): TensorDataset {
  const dataset = typeof given === "function" ? given(epoch) : given;
  if (typeof Object(dataset).iterator !== "function")
    throw new TypeError(
      `fromDataset: the dataset must be a tf.data Dataset of { xs, ys }, or a function of the epoch that makes one; got ${shown(dataset)}`,
    );
  return dataset;
}

interface PartValues {
  readonly part: Part;
  readonly values: Values;
}

/** Batches of a dataset, from one on up to a limit, with their tensors read and disposed. */
async function* readBatches(dataset: TensorDataset, from: number, limit: number, options: FromDatasetOptions) {
  const iterator = await dataset.iterator();
  for (let index = 0; index < limit; index++) {
    const { value, done } = await iterator.next();
    if (done) return;
    const { xs, ys } = Object(value) as { xs?: BatchTensorsOf; ys?: BatchTensorsOf };
    const inputs = tensorsIn("xs", xs, options.inputNames);
    const targets = tensorsIn("ys", ys, options.outputNames);
    const tensors = new Set([...inputs, ...targets]);
    try {
      if (index < from) continue;
      const count = inputs[0]!.shape[0] ?? 0;
      const other = [...tensors].find(({ shape }) => shape[0] !== count);
      if (other)
        throw new RangeError(
          `fromDataset: the tensors of a batch must have as many examples; got shapes [${inputs[0]!.shape}] and [${other.shape}]`,
        );
      const read = (all: readonly tf.Tensor[], role: Role) => Promise.all(all.map((one) => valuesOf(one, role)));
      yield { inputs: await read(inputs, "input"), targets: await read(targets, "target"), count };
    } finally {
      for (const tensor of tensors) tensor.dispose();
    }
  }
}

async function valuesOf(tensor: tf.Tensor, role: Role): Promise<PartValues> {
  const part = tensorPart("fromDataset: a tensor of the dataset", tensor, role);
  const values = await tensor.data();
  // A copy: the tensor is disposed, and the memory of wasm tensors is then used for others.
  return { part, values: part.dtype === "int32" ? Int32Array.from(values) : Float32Array.from(values) };
}

function tensorsIn(name: string, given: BatchTensorsOf | undefined, order?: readonly string[]): readonly tf.Tensor[] {
  const isTensor = (value: unknown): value is tf.Tensor => typeof Object(value).dataSync === "function";
  if (isTensor(given)) return [given];
  const byName = Object(given) as { readonly [name: string]: tf.Tensor };
  const all = Array.isArray(given) ? given : (order ?? Object.keys(byName)).map((key) => byName[key]);
  if (all.length > 0 && all.every(isTensor)) return all;
  const names = order ? `, named ${order.join(", ")}` : "";
  throw new TypeError(
    `fromDataset: elements must be batches { xs, ys } of tensors${names}; got ${shown(given)} for ${name}`,
  );
}

/** Refuses parts that differ from those of the first batch. */
function assertSame(name: string, expected: readonly Part[], found: readonly PartValues[]): void {
  const text = (parts: readonly Part[]) => parts.map(({ shape, dtype }) => `${dtype}[${shape}]`).join(", ");
  const parts = found.map(({ part }) => part);
  if (text(expected) !== text(parts))
    throw new RangeError(
      `fromDataset: ${name} must have the shapes and types of the first batch, ${text(expected)}; got ${text(parts)}`,
    );
}
