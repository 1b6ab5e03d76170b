import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { type PixelOptions, samples, source } from "@weightcast/datasets";
import type { LoadedModel } from "@weightcast/files";
import { classification, type Task } from "@weightcast/training";
import type { Matrix } from "@weightcast/types";
import { type Fetching, loadData } from "../build/data";
import { runData } from "../build/load-run-data";
import type { RunSource } from "../build/run-data";
import { runOf } from "../model/origin";
import type { RunSpec } from "../spec";

/** Examples of a model that is compressed. */
export interface Examples {
  /** Typical inputs, at most so many. Fresh, owned by the caller. */
  samples(count: number): tf.Tensor;
  readonly training: RunSource;
  readonly tests: RunSource;
  /** What the labels say; undefined if they are not the model's. */
  readonly task: Task | undefined;
  /** Shape of an image, if the model takes it flat. */
  readonly grid?: readonly number[];
}

/** Examples in a batch of the training, and of the tests. */
const sizes = { training: 100, flat: 1000, maps: 50 };

/** Request for {@link examplesFor}. */
export interface ExamplesRequest {
  readonly path: string;
  readonly data: RunSpec["data"] | undefined;
  /** Training examples that take the place of the test examples. @default none */
  readonly validation: number | undefined;
  /** Conversion of bytes to inputs, for a model that does not say. */
  readonly pixels: PixelOptions | undefined;
  readonly seed: number;
  readonly folder: string;
  readonly fetching: Fetching;
}

/**
 * Examples of a model: those it was trained with, or others.
 * @throws RangeError if the file does not say, and none are given, or they do not fit
 */
export async function examplesFor({ model, ...notes }: LoadedModel, request: ExamplesRequest): Promise<Examples> {
  const { path, pixels, seed, folder, fetching, validation } = request;
  const held = validation !== undefined && { validation };
  const origin = runOf(notes.origin);
  const input = model.inputs[0]!.shape.slice(1) as number[];
  if (model.inputs.length !== 1 || input.some((size) => size === null))
    throw new RangeError(
      `${path}: compress takes models with one input of a fixed size; it has ${model.inputs.length}; use factorizeWithin in code`,
    );
  if (origin) {
    const spec = { ...origin.spec, data: { ...(request.data ?? origin.spec.data), ...held } };
    const run = await runData(spec, folder, fetching, notes);
    const { examples: training, tests } = run.sources();
    return {
      samples: (count) => tensorOf(run.samples(count), input),
      training,
      tests,
      task: run.task,
      ...(run.shape.length > 1 && { grid: run.shape }),
    };
  }
  const data = request.data && { ...request.data, ...held };
  if (!data)
    throw new RangeError(
      `${path}: it does not say what it was trained with; give examples, such as --data mnist or a folder of images`,
    );
  if (data.table !== undefined)
    throw new RangeError(`${path}: it does not say which columns it takes, so a table can't be read for it`);
  const dataset = await loadData(data, seed, folder, fetching);
  if (dataset.shape.reduce((size, length) => size * length, 1) !== input.reduce((size, length) => size * length, 1))
    throw new RangeError(
      `${path}: it takes ${input.join(" × ")} numbers; the images of ${dataset.name} have ${dataset.shape.join(" × ")}; give their size, such as --size ${input.slice(0, 2).join(",")}`,
    );
  const scaling = pixels ?? {};
  const outputs = outputsOf(path, model);
  const labeled = outputs === dataset.classes;
  const classes = Math.max(outputs, dataset.classes);
  const tests = { size: input.length === 1 ? sizes.flat : sizes.maps, shuffle: false, ...scaling };
  return {
    samples: (count) =>
      tensorOf(samples(dataset.train, { ...scaling, limit: Math.min(count, dataset.train.count), seed })(), input),
    training: source(dataset.train, input, classes, { size: sizes.training, seed, ...scaling }),
    tests: source(dataset.test, input, classes, tests),
    task: labeled ? classification() : undefined,
    ...(dataset.shape.length > 1 && { grid: dataset.shape }),
  };
}

/** Number of a model's outputs. */
function outputsOf(path: string, { outputs }: LayersModel): number {
  const shape = outputs[0]!.shape.slice(1) as (number | null)[];
  if (outputs.length !== 1 || shape.length !== 1 || shape[0] === null)
    throw new RangeError(
      `${path}: compress takes models with one output for each class; it gives ${outputs.map((one) => one.shape.slice(1).join(" × ")).join(" and ")}; use factorizeWithin in code`,
    );
  return shape[0]!;
}

function tensorOf(batches: Iterable<Matrix>, shape: readonly number[]): tf.Tensor {
  return tf.tidy(() => {
    const parts = [...batches].map(({ rows, cols, data }) => tf.tensor2d(Float32Array.from(data), [rows, cols]));
    return tf.reshape(tf.concat(parts), [-1, ...shape]);
  });
}
