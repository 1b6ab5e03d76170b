import { loadGraphModel } from "@tensorflow/tfjs-converter";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { FileError } from "@weightcast/files/safetensors";
import { mutatedJson } from "@weightcast/files/testing";
import { stream } from "@weightcast/random";
import { sweep } from "@weightcast/random/testing";
import { beforeAll, expect, test } from "vitest";
import { recognize } from "../find/recognize";
import { readOnnx } from "../onnx/read";
import { simplify } from "../simplify";
import { difference, fileIn, fixture } from "../testing/models";
import { joined } from "../wire/fields";
import { constantAttributes } from "./emit";
import { readTfjs, weightPaths } from "./read";

beforeAll(() => tf.setBackend("cpu"));

/** Graph model of the tensors of structures.onnx, each of which goes to an output. */
function structures(only?: readonly string[]) {
  const tensors = readOnnx(fixture("structures.onnx")).tensors.filter(
    ({ type, name }) => type === "float32" && (only?.includes(name) ?? true),
  );
  const specs = tensors.map(({ name, shape }) => ({ name, shape, dtype: "float32" }));
  const json = {
    format: "graph-model",
    generatedBy: "test",
    modelTopology: {
      node: [
        { name: "x", op: "Placeholder", attr: { dtype: { type: "DT_FLOAT" }, shape: { shape: { dim: [] } } } },
        ...tensors.map(({ name, shape }) => ({ name, op: "Const", attr: constantAttributes("float32", shape) })),
        ...tensors.map(({ name }) => ({
          name: `out/${name}`,
          op: "AddV2",
          input: [name, "x"],
          attr: { T: { type: "DT_FLOAT" } },
        })),
      ],
      library: {},
      versions: { producer: 561 },
    },
    signature: {
      inputs: { x: { name: "x:0", dtype: "DT_FLOAT", tensorShape: { dim: [] } } },
      outputs: Object.fromEntries(
        tensors.map(({ name, shape }) => [
          name,
          {
            name: `out/${name}:0`,
            dtype: "DT_FLOAT",
            tensorShape: { dim: shape.map((size) => ({ size: String(size) })) },
          },
        ]),
      ),
    },
    weightsManifest: [{ paths: ["a.bin", "b.bin"], weights: specs }],
  };
  return {
    json: JSON.stringify(json),
    weights: joined(tensors.map((tensor) => tensor.data()!)),
    names: tensors.map(({ name }) => name),
  };
}

/** Outputs of a graph model by TensorFlow.js. */
async function outputsOf(
  text: string,
  weights: Uint8Array,
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  const { modelTopology, weightsManifest, ...rest } = JSON.parse(text);
  const model = await loadGraphModel({
    load: async () => ({
      ...{ modelTopology, ...rest, weightData: Uint8Array.from(weights).buffer },
      weightSpecs: weightsManifest.flatMap((group: { weights: object[] }) => group.weights),
    }),
  });
  const x = tf.scalar(0);
  const found = model.execute(
    { x },
    names.map((name) => `out/${name}`),
  ) as tf.Tensor[];
  const outputs = new Map(found.map((tensor, i) => [names[i]!, [...tensor.dataSync()]]));
  tf.dispose([x, ...found]);
  model.dispose();
  return outputs;
}

test("every structure, as formulas that TensorFlow.js computes", async () => {
  const { json, weights, names } = structures();
  const file = readTfjs(json, weights);
  expect([file.format, weightPaths(json)]).toEqual(["tfjs-graph-model", ["a.bin", "b.bin"]]);
  // Formulas that take more than their tensor, too.
  const found = recognize({ ...file, cost: () => 0 });
  const kinds = new Set(found.map(({ kind }) => kind));
  for (const kind of [
    "sinusoids",
    "hadamard",
    "toeplitz",
    "circulant",
    "hankel",
    "low-rank",
    "repeated",
    "selection",
    "copy",
    "part",
    "scaled",
  ])
    expect(kinds).toContain(kind);
  const result = simplify(file, found);
  expect(result.kept).toEqual([]);
  const [text, rest] = [new TextDecoder().decode(fileIn(result, "model.json")), fileIn(result, "group1-shard1of1.bin")];
  expect(rest.length).toBe(result.weights);
  const [before, after] = [await outputsOf(json, weights, names), await outputsOf(text, rest, names)];
  for (const [name, values] of before) {
    const scale = values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);
    expect(difference(after.get(name)!, values), name).toBeLessThanOrEqual(1e-6 * scale);
  }
  // What is not found has its bytes.
  expect(
    readTfjs(text, rest)
      .tensors.find(({ name }) => name === "base")!
      .data(),
  ).toEqual(file.tensors.find(({ name }) => name === "base")!.data());
});

test("what is saved is what was said", () => {
  const { json, weights } = structures();
  const file = readTfjs(json, weights);
  const found = recognize(file);
  const { files, applied } = simplify(file, found);
  const bytes = files.reduce((sum, one) => sum + one.bytes.length, 0);
  const saved = applied.reduce((sum, one) => sum + one.bytes - one.stored, 0);
  // The nodes of the tensors that are gone are no longer there either.
  expect(file.bytes - bytes).toBeGreaterThan(saved);
  expect(file.bytes - bytes).toBeLessThan(saved + 400 * applied.length);
});

test("a layers model has tensors, but no operators", () => {
  const json = JSON.stringify({
    modelTopology: { class_name: "Sequential", config: {} },
    weightsManifest: [
      {
        paths: ["w.bin"],
        weights: [
          { name: "a", shape: [2, 20], dtype: "float32" },
          { name: "b", shape: [2, 20], dtype: "float32", quantization: { dtype: "uint8", scale: 0.5, min: -1 } },
          { name: "c", shape: [2], dtype: "string" },
          { name: "d", shape: [2, 20], dtype: "float32" },
        ],
      },
    ],
  });
  const numbers = new Uint8Array(Float32Array.from({ length: 40 }, (_, i) => Math.sin(i * i)).buffer);
  const texts = Uint8Array.of(1, 0, 0, 0, 65, 2, 0, 0, 0, 66, 67);
  const file = readTfjs(json, joined([numbers, new Uint8Array(40).fill(7), texts, numbers]));
  expect(file.tensors.map(({ type, bytes }) => [type, bytes])).toEqual([
    ["float32", 160],
    ["float32 as uint8 · 0.5 + -1", 40],
    ["string", 11],
    ["float32", 160],
  ]);
  const found = recognize(file);
  expect(found).toMatchObject([{ tensor: "d", kind: "copy" }]);
  expect(() => simplify(file, found)).toThrow(/^simplify: the file must be an ONNX file or a graph model/);
});

test("a mutated model.json is read, or refused in a sentence", () => {
  const { json, weights } = structures(["base", "copy", "part", "scaled", "window"]);
  const random = stream(5, "json");
  const count = { files: 0, refused: 0 };
  for (let i = 0; i < sweep(60); i++) {
    const text = mutatedJson(json, random);
    count.files++;
    try {
      weightPaths(text, "a file");
      const file = readTfjs(text, i % 5 === 0 ? weights.subarray(random.integer(weights.length)) : weights, "a file");
      const all = recognize({ ...file, cost: () => 0 });
      if (file.format === "tfjs-graph-model") simplify(file, all);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      count.refused++;
      expect(error.message).toMatch(/^a file: [^\n]{10,300}; it is damaged, or no TensorFlow.js model$/);
    }
  }
  if (process.env.WEIGHTCAST_SWEEP) console.log(`${count.files} TensorFlow.js files, ${count.refused} refused`);
  expect(count.refused).toBeGreaterThan(count.files / 8);
  expect(count.refused).toBeLessThan(count.files);
});

test.each(["../x.bin", "/etc/passwd", "a\\..\\b", "http://x/y"])(
  "weights outside the folder are refused: %s",
  (path) => {
    const json = JSON.stringify({ modelTopology: {}, weightsManifest: [{ paths: [path], weights: [] }] });
    expect(() => weightPaths(json)).toThrow(/the paths of its weights must lie in its folder/);
  },
);
