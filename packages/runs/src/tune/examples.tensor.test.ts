import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  input,
  type LayersModel,
  layers,
  model as modelOf,
  type SymbolicTensor,
  sequential,
} from "@tensorflow/tfjs-layers";
import { afterAll, expect, test } from "vitest";
import { resolveRun } from "../spec";
import { type Examples, type ExamplesRequest, examplesFor } from "./examples";

const folder = mkdtempSync(join(tmpdir(), "weightcast-examples-"));
const made: LayersModel[] = [];
afterAll(() => {
  rmSync(folder, { recursive: true });
  for (const model of made) model.dispose();
});
const kept = (model: LayersModel): LayersModel => {
  made.push(model);
  return model;
};

/** Folder of IDX files: 12 images of 2 × 2 pixels, of so many classes; the first pixel is the number of the image. */
function images(name: string, classes: number): ReturnType<typeof resolveRun>["data"] {
  mkdirSync(join(folder, name));
  const header = (...sizes: number[]) => [0, 0, 8, sizes.length, ...sizes.flatMap((n) => [0, 0, 0, n])];
  const pixels = Array.from({ length: 12 }, (_, i) => [i, 0, 255, i]).flat();
  for (const part of ["train", "t10k"]) {
    writeFileSync(join(folder, name, `${part}-images-idx3-ubyte`), Uint8Array.of(...header(12, 2, 2), ...pixels));
    const labels = Array.from({ length: 12 }, (_, i) => i % classes);
    writeFileSync(join(folder, name, `${part}-labels-idx1-ubyte`), Uint8Array.of(...header(12), ...labels));
  }
  return resolveRun({ data: { folder: name } }).data;
}
const [two, three] = [images("two", 2), images("three", 3)];

const net = (size = 4) => kept(sequential({ layers: [layers.dense({ units: 2, inputShape: [size] })] }));
const notes = {
  inputs: { scale: 1, offset: 0 },
  origin: { id: "0a", specification: JSON.parse(JSON.stringify(resolveRun({ data: two, hidden: "3", seed: 7 }))) },
};
const request: ExamplesRequest = {
  ...{
    who: ["compress", "factorizeWithin"],
    path: "net.gz",
    data: undefined,
    validation: undefined,
    pixels: undefined,
  },
  ...{ seed: 1, folder, fetching: {} },
};

/** First pixels of the training examples in the order of an epoch. */
async function orderOf({ training }: Examples): Promise<number[]> {
  const order: number[] = [];
  for await (const { inputs } of training.batches(0))
    order.push(...[...(inputs as Float32Array)].filter((_, i) => i % 4 === 0));
  return order;
}

test("its own data: in the order of its run, whatever the seed; in batches as it was trained, or as asked", async () => {
  const own = await examplesFor({ model: net(), ...notes }, request);
  expect([own.task?.name, own.labels.outputs, own.training.batchSize]).toEqual(["classification", 2, 100]);
  const again = await examplesFor({ model: net(), ...notes }, { ...request, seed: 2, batch: 5 });
  expect(again.training.batchSize).toBe(5);
  expect(await orderOf(again)).toEqual(await orderOf(own));
  expect(again.notes.origin).toEqual(notes.origin);
});

test("other data: in an order by the seed; labels of other classes are not the model's", async () => {
  const [one, same, other] = await Promise.all(
    [1, 1, 2].map((seed) => examplesFor({ model: net(), ...notes }, { ...request, data: three, seed })),
  );
  expect([one!.task, one!.labels.outputs]).toEqual([undefined, 3]);
  expect(one!.notes).toMatchObject({ classes: ["0", "1", "2"], inputs: { scale: 1, shape: [2, 2] } });
  expect(one!.notes.origin).toMatchObject({ id: "0a", specification: { seed: 1, data: { name: "three" } } });
  expect(await orderOf(one!)).toEqual(await orderOf(same!));
  expect(await orderOf(one!)).not.toEqual(await orderOf(other!));
  const unknown = await examplesFor({ model: net() }, { ...request, data: three, pixels: { scale: 2, offset: 1 } });
  expect([unknown.task, unknown.labels.outputs]).toEqual([undefined, 3]);
  expect(unknown.notes.inputs).toEqual({ scale: 2, offset: 1, shape: [2, 2] });
  expect(new Set(await orderOf(unknown))).toEqual(new Set(Array.from({ length: 12 }, (_, i) => 2 * i + 1)));
});

test("a model or images that do not fit are refused in a sentence", async () => {
  const x = input({ shape: [4] });
  const outputs = [2, 3].map((units) => layers.dense({ units }).apply(x) as SymbolicTensor);
  const refused = (model: LayersModel, changes: Partial<ExamplesRequest> = {}) =>
    expect(examplesFor({ model }, { ...request, ...changes })).rejects;
  await refused(net()).toThrow("net.gz: it does not say what it was trained with; give examples");
  await refused(net(9), { data: two }).toThrow("it takes 9 numbers; the images of two have 2 × 2; give their size");
  await refused(kept(modelOf({ inputs: x, outputs }))).toThrow(
    "compress takes models with one output for each class; it gives 2 and 3",
  );
  await refused(modelOf({ inputs: [x, input({ shape: [1] })], outputs: outputs[0]! })).toThrow(
    "compress takes models with one input of a fixed size; it has 2; use factorizeWithin in code",
  );
});
