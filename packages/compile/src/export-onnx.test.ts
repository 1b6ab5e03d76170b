import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import { gaussian } from "@weightcast/dictionary-random";
import { allConvolutional, convmixer, convnet, lenet5, mlp, type PredictableLayer, resnet20 } from "@weightcast/models";
import { stream } from "@weightcast/random";
import * as ort from "onnxruntime-node";
import { beforeAll, describe, expect, test } from "vitest";
import { exportOnnx } from "./export-onnx";
import { constant, type Value } from "./graph/graph";
import { cast } from "./kernels/shapes";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

/** A model's prediction, as `exportOnnx` takes it. */
const predictionOf = (model: LayersModel) => (x: tf.Tensor) => model.apply(x, { training: false }) as tf.Tensor;

/** Seeded images in the shape that a model takes. */
function images(model: LayersModel, count: number): tf.Tensor {
  const shape = [count, ...(model.inputs[0]!.shape.slice(1) as number[])];
  const random = stream(3, "images");
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal());
  return tf.tensor(data, shape);
}

/** Largest difference between the exported model's outputs and the original's, relative to the largest output. */
async function difference(model: LayersModel, bytes: Uint8Array, count: number): Promise<number> {
  const x = images(model, count);
  const expected = predictionOf(model)(x).dataSync<"float32">();
  const session = await ort.InferenceSession.create(bytes);
  const { logits } = await session.run({ images: new ort.Tensor("float32", x.dataSync(), x.shape) });
  await session.release();
  expect(logits!.dims[0]).toBe(count);
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const errors = expected.map((value, i) => Math.abs(value - (logits!.data[i] as number)));
  return errors.reduce((most, error) => Math.max(most, error), 0) / largest;
}

const names = { inputs: ["images"], outputs: ["logits"] };
const weights = ({ kernel }: PredictableLayer) =>
  ({ kind: "factorized", dictionary: gaussian(kernel), rank: { proportion: 0.3 } }) as const;

describe.each(["dense", "factorized"])("%s", (kind) => {
  const options = kind === "dense" ? { seed: 1 } : { seed: 1, weights };
  test.each<[string, () => LayersModel]>([
    ["mlp", () => mlp({ ...options, hidden: [40, 30] })],
    ["lenet5", () => lenet5(options)],
    ["lenet5 with average pooling", () => lenet5({ ...options, pool: "average", activation: "tanh" })],
    ["convnet", () => convnet(options)],
    ["allConvolutional", () => allConvolutional({ ...options, width: 8 })],
    ["resnet20", () => resnet20(options)],
    ["convmixer", () => convmixer({ ...options, width: 8, depth: 1, input: [12, 12, 3] })],
  ])("%s gives the original's outputs for batches of 1 and 3", async (_, create) => {
    const model = create();
    const spec = { shape: model.inputs[0]!.shape, dtype: "float32" as const };
    const bytes = exportOnnx(predictionOf(model), spec, { ...names, layers: model.layers });
    expect(await difference(model, bytes, 1)).toBeLessThan(1e-5);
    expect(await difference(model, bytes, 3)).toBeLessThan(1e-5);
  });
});

test("names, metadata and the free batch size are in the file", async () => {
  const model = mlp({ hidden: [3, 2] });
  const metadata = { classes: '["zero","ä"]' };
  const bytes = exportOnnx(
    predictionOf(model),
    { shape: [null, 784], dtype: "float32" },
    {
      ...names,
      metadata,
    },
  );
  expect(Buffer.from(bytes).includes(Buffer.from('["zero","ä"]'))).toBe(true);
  const session = await ort.InferenceSession.create(bytes);
  const { inputMetadata, outputMetadata } = session;
  expect(inputMetadata).toMatchObject([{ name: "images", type: "float32", shape: ["batch", 784] }]);
  expect(outputMetadata).toMatchObject([{ name: "logits", type: "float32", shape: ["batch", 10] }]);
  await session.release();
});

test("a function that mixes the examples of a batch is exported for a fixed batch size only", async () => {
  const spec = { shape: [null, 3], dtype: "float32" as const };
  const mean = (x: tf.Tensor) => tf.sub(x, tf.mul(tf.sum(x, 0, true), 1 / x.shape[0]!));
  expect(() => exportOnnx(mean, spec)).toThrow(expect.objectContaining({ code: "FIXED_BATCH" }));
  const session = await ort.InferenceSession.create(exportOnnx(mean, spec, { batch: 2 }));
  const { out0 } = await session.run({ in0: new ort.Tensor("float32", [1, 2, 3, 3, 4, 9], [2, 3]) });
  expect([...(out0!.data as Float32Array)]).toEqual([-1, -1, -3, 1, 1, 3]);
});

test("convolutions are direct ones for any batch size, also where frequencies would be faster here", async () => {
  const model = sequential({ layers: [layers.conv2d({ filters: 16, kernelSize: 7, inputShape: [14, 14, 16] })] });
  const spec = { shape: [null, 14, 14, 16], dtype: "float32" as const };
  for (const batch of ["any", 1, 100] as const) {
    const bytes = exportOnnx(predictionOf(model), spec, { ...names, batch });
    expect(Buffer.from(bytes).includes("Conv")).toBe(true);
    expect(Buffer.from(bytes).includes("MatMul")).toBe(false);
  }
});

// A recurrent layer starts from zeros for each example of the batch, which the trace holds as a constant.
test("recurrent layers, for a fixed batch size", async () => {
  const model = sequential({
    layers: [
      layers.lstm({ units: 4, returnSequences: true, recurrentInitializer: "zeros", inputShape: [5, 3] }),
      layers.timeDistributed({ layer: layers.dense({ units: 2, activation: "tanh" }) }),
      layers.globalAveragePooling1d({}),
    ],
  });
  const spec = { shape: [null, 5, 3], dtype: "float32" as const };
  expect(() => exportOnnx(predictionOf(model), spec, names)).toThrow("pass a fixed one as batch");
  const bytes = exportOnnx(predictionOf(model), spec, { ...names, batch: 4 });
  expect(await difference(model, bytes, 4)).toBeLessThan(1e-5);
});

describe("named tensors", () => {
  const w = () => tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
  const spec = { shape: [null, 3], dtype: "float32" as const };
  const x = new ort.Tensor("float32", [1, 0, 0, 0, 1, 1], [2, 3]);

  // As the scales and offsets of a normalization are, until they are trained.
  test("are in the file with their names, even if all their numbers are 1 or 0", async () => {
    const [ones, zeros] = [tf.ones([3]), tf.zeros([3])];
    const bytes = exportOnnx((y: tf.Tensor) => tf.add(tf.mul(tf.mul(y, tf.ones([3])), ones), zeros), spec, {
      named: () => ({ "layer/gamma": ones, "layer/beta": zeros }),
    });
    for (const name of ["layer/gamma", "layer/beta"]) expect(Buffer.from(bytes).includes(name)).toBe(true);
    const session = await ort.InferenceSession.create(bytes);
    const { out0 } = await session.run({ in0: x });
    expect(out0!.data).toEqual(x.data);
    await session.release();
  });

  test.each([18, 19, 20, 21] as const)("are replaced by what computes them, opset %i", async (opset) => {
    const kernel = w();
    const bytes = exportOnnx((y: tf.Tensor) => tf.matMul(y, kernel), spec, {
      named: () => ({ "layer/kernel": kernel, unused: tf.scalar(1) }),
      computed: { "layer/kernel": cast(constant(Int8Array.of(1, 2, 3, 4, 5, 6), [3, 2], "int8"), "float32") },
      opset,
    });
    const session = await ort.InferenceSession.create(bytes);
    const { out0 } = await session.run({ in0: x });
    expect([...(out0!.data as Float32Array)]).toEqual([1, 2, 8, 10]);
    await session.release();
  });

  test("have their names in the file, and a number if these are taken", () => {
    const [a, b] = [w(), w()];
    const bytes = exportOnnx((y: tf.Tensor) => tf.add(tf.matMul(y, a), tf.matMul(tf.neg(y), b)), spec, {
      inputs: ["input"],
      named: () => ({ input: a, "layer/b": b }),
    });
    const text = Buffer.from(bytes).toString("latin1");
    expect(text).toContain("layer/b");
    expect(text).toContain("input_1");
  });

  test("are refused with another shape or type, and if they are computed", () => {
    const kernel = w();
    const exported = (named: tf.Tensor, computed: Value) => () =>
      exportOnnx((y: tf.Tensor) => tf.matMul(y, kernel), spec, {
        named: () => ({ w: named }),
        computed: { w: computed },
      });
    const other = constant(Float32Array.of(1), [1], "float32");
    expect(exported(kernel, other)).toThrow("w must be replaced by float32 [3,2]; got float32 [1]");
    const same = constant(new Float32Array(6), [3, 2], "float32");
    const late = () =>
      exportOnnx((y: tf.Tensor) => tf.matMul(y, kernel), spec, {
        named: () => ({ w: tf.neg(kernel) }),
        computed: { w: same },
      });
    expect(late).toThrow("w must be replaced by nothing, as it is computed");
  });
});
