import * as tf from "@tensorflow/tfjs-core";
import * as data from "@tensorflow/tfjs-data";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { describe, expect, test, vi } from "vitest";
import {
  bits,
  compiledNetwork,
  count,
  expectClose,
  given,
  network,
  oneHot,
  positive,
  real,
  twoByTwo,
  x,
} from "../testing/fits";
import { weightsOf } from "../testing/networks";
import { leaked } from "../testing/runs";
import { type FitDatasetArgs, fitDataset } from "./fit-dataset";

const { execution, compile } = given;
type Any = Parameters<typeof fitDataset>[1];

const rowsOf = (tensor: tf.Tensor): number[][] => tensor.arraySync() as number[][];
const rows = (ys: tf.Tensor) => data.zip({ xs: data.array(rowsOf(x)), ys: data.array(rowsOf(ys)) } as never);

/** Both trainings, on datasets made afresh. */
async function expectAgree(
  make: () => LayersModel,
  loss: string | string[],
  dataset: () => unknown,
  { validation, ...args }: Omit<FitDatasetArgs, "epochs"> & { readonly validation?: () => unknown },
) {
  const run = async (train: (model: LayersModel, args: object) => Promise<{ history: object }>) => {
    const model = make();
    model.compile({ optimizer: tf.train.adam(0.01), loss: loss as string, metrics: ["mae" as never] });
    const { history } = await train(model, { ...args, epochs: 3, ...(validation && { validationData: validation() }) });
    return { history: history as Record<string, number[]>, weights: weightsOf(model) };
  };
  const expected = await run((model, all) => model.fitDataset(dataset() as never, { ...all, verbose: 0 } as never));
  const actual = await run((model, all) => fitDataset(model, dataset() as Any, { ...all, execution, compile }));
  expect(Object.keys(actual.history)).toEqual(Object.keys(expected.history));
  for (const [name, values] of Object.entries(expected.history)) {
    const known = await Promise.all(
      values.map(async (one) => (typeof one === "number" ? one : (one as tf.Tensor).dataSync()[0]!)),
    );
    expectClose(actual.history[name]!, known, name);
  }
  for (const [i, values] of expected.weights.entries()) expectClose(actual.weights[i]!, values, `weight ${i}`);
}

describe("fitDataset has the history and the weights of model.fitDataset (1e-4)", () => {
  test("all of a dataset in each epoch, with a validation dataset", () =>
    expectAgree(
      () => network("linear"),
      "meanSquaredError",
      () => rows(real).batch(5),
      {
        validation: () => rows(real).take(9).batch(4),
        validationBatches: 2,
      },
    ));

  test("epochs that go on in a dataset without end, with class weights and validation arrays", () =>
    expectAgree(
      () => network("softmax"),
      "categoricalCrossentropy",
      () => rows(oneHot).repeat().batch(6),
      {
        batchesPerEpoch: 3,
        classWeight: { 0: 1, 1: 2, 2: 0.5 },
        validation: () => [x, oneHot],
        validationBatchSize: 10,
      },
    ));

  test("inputs and outputs by name", () => {
    const named = () =>
      data
        .zip({
          xs: data.zip({ b: data.array(rowsOf(positive)), a: data.array(rowsOf(x)) } as never),
          ys: data.zip({
            second: data.array(rowsOf(bits).map(([one]) => [one])),
            first: data.array(rowsOf(real)),
          } as never),
        } as never)
        .batch(7);
    return expectAgree(twoByTwo, ["meanSquaredError", "binaryCrossentropy"], named, {});
  });
});

test("a dataset that ends too early is trained on, with a warning; leaks nothing", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const model = compiledNetwork();
  const leak = await leaked(async () => {
    const { epoch } = await fitDataset(model, rows(real).batch(8) as never, { execution, compile, batchesPerEpoch: 4 });
    expect(epoch).toEqual([0]);
  });
  expect(leak).toEqual({ tensors: 0, buffers: 0 });
  expect(warn.mock.calls).toEqual([
    [expect.stringMatching(/dataset ended after 3 batches instead of 4; make it repeat/)],
  ]);
  warn.mockRestore();
  expect(count).toBe(23);
});

test.each<[string, (model: LayersModel) => Promise<unknown>, RegExp]>([
  ["no dataset", (model) => fitDataset(model, [] as never), /^fitDataset: the dataset must be a tf.data Dataset/],
  [
    "empty",
    (model) => fitDataset(model, rows(real).take(0).batch(2) as never),
    /the dataset must have batches; got none/,
  ],
  [
    "no ys",
    (model) => fitDataset(model, data.array([{ xs: [1, 2, 3, 4] }]).batch(1) as never),
    /must give batches \{ xs, ys \}/,
  ],
  [
    "a shape",
    (model) => fitDataset(model, rows(x).batch(2) as never),
    /^fitDataset: the dataset: y: .* of shape \[3\]; got \[4\]/,
  ],
  [
    "a split",
    (model) => fitDataset(model, rows(real).batch(2) as never, { validationSplit: 0.2 } as never),
    /use validationData/,
  ],
  [
    "batches",
    (model) => fitDataset(model, rows(real).batch(2) as never, { batchesPerEpoch: 0 }),
    /batchesPerEpoch must be an/,
  ],
])("bad input: %s", async (_, call, message) => {
  const model = compiledNetwork();
  await expect(call(model)).rejects.toThrow(message);
  model.dispose();
});
