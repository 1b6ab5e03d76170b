import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { type Dataset, type PixelOptions, samples, source } from "@weightcast/datasets";
import type { LoadedModel, ModelNotes } from "@weightcast/files";
import { classification, type Task } from "@weightcast/training";
import { type Matrix, sizeOf } from "@weightcast/types";
import { type Fetching, loadData } from "../build/data";
import { imagesLike } from "../build/images-like";
import { runData } from "../build/load-run-data";
import type { RunSource } from "../build/run-data";
import { imageShape } from "../model/image-shape";
import { type Origin, runOf } from "../model/origin";
import type { RunSpec } from "../spec";

/** Examples of a model that is compressed or adapted. */
export interface Examples {
  /** Typical inputs, at most so many. Fresh, owned by the caller. */
  samples(count: number): tf.Tensor;
  readonly training: RunSource;
  readonly tests: RunSource;
  /** What the labels say; undefined if they are not the model's. */
  readonly task: Task | undefined;
  /** What the labels say, and how many outputs they need: one for each class, or one number. */
  readonly labels: { readonly task: Task; readonly outputs: number };
  /** What a model file says of inputs and outputs for these examples. */
  readonly notes: ModelNotes;
  /** Shape of an image, if the model takes it flat. */
  readonly grid?: readonly number[];
}

/** Examples in a batch of the training, and of the tests. */
const sizes = { training: 100, flat: 1000, maps: 50 };

/** Request for {@link examplesFor}. */
export interface ExamplesRequest {
  /** Command that asks, and the function that does the same in code, for messages. */
  readonly who: readonly [command: string, inCode: string];
  readonly path: string;
  /** Data in place of those that the model was trained with. */
  readonly data: RunSpec["data"] | undefined;
  /** Training examples that take the place of the test examples. @default none */
  readonly validation: number | undefined;
  /** Conversion of bytes to inputs, for a model that does not say. */
  readonly pixels: PixelOptions | undefined;
  /** Examples in a batch of the training. @default as the model was trained, or 100 */
  readonly batch?: number | undefined;
  /** Seed of the order of examples, and of a choice among them, unless they are those that the model was trained with. */
  readonly seed: number;
  readonly folder: string;
  readonly fetching: Fetching;
}

/**
 * Examples of a model: those it was trained with, or others.
 * @throws RangeError if the file does not say, and none are given, or they do not fit
 */
export async function examplesFor({ model, ...notes }: LoadedModel, request: ExamplesRequest): Promise<Examples> {
  const {
    path,
    who: [command, inCode],
  } = request;
  const origin = runOf(notes.origin);
  const input = model.inputs[0]!.shape.slice(1) as number[];
  if (model.inputs.length !== 1 || input.some((size) => size === null))
    throw new RangeError(
      `${path}: ${command} takes models with one input of a fixed size; it has ${model.inputs.length}; use ${inCode} in code`,
    );
  const outputs = outputsOf(model, request);
  const { features } = notes.inputs ?? {};
  const data =
    features !== undefined
      ? request.data
      : request.data && imagesLike(request.data, imageShape(model, notes, origin), request.folder);
  const asked = { ...request, data };
  const found = await (origin ? ofRun(origin, notes, input, asked) : ofImages(input, asked));
  return { ...found, task: found.labels.outputs === outputs ? found.labels.task : undefined };
}

type Found = Omit<Examples, "task">;

/** Examples of a model whose file says which run it came from. */
async function ofRun(
  { id, spec: own }: Origin,
  notes: ModelNotes,
  input: readonly number[],
  { path, data: given, validation, batch, seed, folder, fetching }: ExamplesRequest,
): Promise<Found> {
  const other = given && likeOwn(given, own.data);
  if (other && (other.table === undefined) !== (own.data.table === undefined))
    throw new RangeError(
      `${path}: it takes ${own.data.table === undefined ? "images" : "the rows of a table"}; give such data; got ${other.name}`,
    );
  const data = { ...(other ?? own.data), ...(validation !== undefined && { validation }) };
  // Which examples of its own a model was trained with depends on its own seed.
  const spec = { ...own, data, ...(other && { seed }) };
  const training = { ...own.training, ...(batch !== undefined && { batchSize: batch }) };
  const run = await runData({ ...spec, training }, folder, fetching, notes);
  checkSize(path, input, run);
  const { examples, tests } = run.sources();
  return {
    samples: (count) => tensorOf(run.samples(count), input),
    ...{ training: examples, tests },
    labels: { task: run.task, outputs: run.classes },
    notes: { ...run.notes, origin: { id, specification: JSON.parse(JSON.stringify(spec)) } },
    ...(run.shape.length > 1 && { grid: run.shape }),
  };
}

/** Other data; a table is read as the model's own, with the same column as its target, but all of its rows. */
function likeOwn(given: RunSpec["data"], own: RunSpec["data"]): RunSpec["data"] {
  if (given.table === undefined || own.table === undefined) return given;
  const { train, test, validation, ...columns } = own;
  return { ...columns, name: given.name, table: given.table };
}

/** Images for a model that does not say what it was trained with. */
async function ofImages(
  input: readonly number[],
  { path, data, validation, pixels, batch, seed, folder, fetching }: ExamplesRequest,
): Promise<Found> {
  if (!data)
    throw new RangeError(
      `${path}: it does not say what it was trained with; give examples, such as --data mnist or a folder of images`,
    );
  if (data.table !== undefined)
    throw new RangeError(`${path}: it does not say which columns it takes, so a table can't be read for it`);
  const dataset = await loadData({ ...data, ...(validation !== undefined && { validation }) }, seed, folder, fetching);
  checkSize(path, input, dataset);
  const { shape, classes, classNames, train } = dataset;
  const scaling = pixels ?? {};
  const tests = { size: input.length === 1 ? sizes.flat : sizes.maps, shuffle: false, ...scaling };
  return {
    samples: (count) => tensorOf(samples(train, { ...scaling, limit: Math.min(count, train.count), seed })(), input),
    training: source(train, input, classes, { size: batch ?? sizes.training, seed, ...scaling }),
    tests: source(dataset.test, input, classes, tests),
    labels: { task: classification(), outputs: classes },
    notes: {
      inputs: { scale: scaling.scale ?? 1 / 255, offset: scaling.offset ?? 0, shape: [...shape] },
      ...(classNames && { classes: classNames }),
      task: "classification",
    },
    ...(shape.length > 1 && { grid: shape }),
  };
}

/** @throws RangeError if examples have another size than a model's inputs */
function checkSize(path: string, input: readonly number[], { name, shape }: Pick<Dataset, "name" | "shape">): void {
  if (sizeOf(shape) === sizeOf(input)) return;
  throw new RangeError(
    `${path}: it takes ${input.join(" × ")} numbers; the images of ${name} have ${shape.join(" × ")}; give their size, such as --size ${input.slice(0, 2).join(",")}`,
  );
}

/**
 * Number of a model's outputs.
 * @throws RangeError unless it gives one list of numbers
 */
function outputsOf(
  { outputs }: LayersModel,
  { path, who: [command, inCode] }: Pick<ExamplesRequest, "path" | "who">,
): number {
  const shape = outputs[0]!.shape.slice(1) as (number | null)[];
  if (outputs.length !== 1 || shape.length !== 1 || shape[0] === null)
    throw new RangeError(
      `${path}: ${command} takes models with one output for each class; it gives ${outputs.map((one) => one.shape.slice(1).join(" × ")).join(" and ")}; use ${inCode} in code`,
    );
  return shape[0]!;
}

function tensorOf(batches: Iterable<Matrix>, shape: readonly number[]): tf.Tensor {
  return tf.tidy(() => {
    const parts = [...batches].map(({ rows, cols, data }) => tf.tensor2d(Float32Array.from(data), [rows, cols]));
    return tf.reshape(tf.concat(parts), [-1, ...shape]);
  });
}
