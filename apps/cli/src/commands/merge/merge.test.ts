import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { loadModel } from "@weightcast/files/node";
import { beforeAll, expect, test } from "vitest";
import { trainedNetwork } from "../../testing/trained";

const { found, run } = trainedNetwork(); // its hidden layer predicts its weights
const at = (name: string) => join(found.folder, name);
const errorOf = async (...args: string[]) => JSON.parse((await run(["evaluate", ...args, "--json"])).out).error;

beforeAll(async () => {
  writeFileSync(at("net.onnx"), "onnx");
  mkdirSync(at("graph"));
  writeFileSync(at("graph/model.json"), '{"format":"graph-model","modelTopology":{},"weightsManifest":[]}');
  await run(["adapt", "digits.safetensors", "--epochs", "1", "--out", "own.gz", "--layers", "logits"]);
});

test("layers that predict their weights become ordinary ones, with the same outputs", async () => {
  const { code, out, err } = await run(["merge", "digits.safetensors"]);
  expect([code, err]).toEqual([0, ""]);
  expect(out).toMatch(
    /hidden_1 +FactorizedDense +Dense +15,700\n\ndigits\.merged\.safetensors\.gz: .* all layers ordinary/,
  );
  const { model } = await loadModel(at("digits.merged.safetensors.gz"));
  expect(model.layers.flatMap((layer) => (layer.weights.length > 0 ? [layer.getClassName()] : []))).toEqual([
    "Dense",
    "Dense",
  ]);
  expect(model.trainableWeights.length).toBe(4);
  model.dispose();
  expect(await errorOf("digits.merged.safetensors.gz")).toBeCloseTo(await errorOf("digits.safetensors"), 12);
});

test("with an adapter, and trained on from there", async () => {
  const { code, out } = await run([
    "merge",
    "digits.safetensors",
    "own.gz",
    "--out",
    "own.safetensors",
    "--no-compress",
    "--json",
  ]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    adapter: at("own.gz"),
    out: at("own.safetensors"),
    bytes: readFileSync(at("own.safetensors")).length,
    layers: [
      { layer: "hidden_1", from: "FactorizedDense", to: "Dense" },
      { layer: "logits", from: "AdaptedLayer", to: "Dense", weights: 210 },
    ],
  });
  expect(await errorOf("own.safetensors")).toBeCloseTo(await errorOf("digits.safetensors", "--adapter", "own.gz"), 12);
  const started = await run(["train", "--from", "own.gz", "--dry-run"]);
  expect([started.code, started.err.replaceAll("\n", " ")]).toEqual([1, expect.stringContaining("not a model; give")]);
  const planned = await run(["train", "--from", "own.safetensors", "--epochs", "1", "--dry-run"]);
  expect([planned.code, planned.err]).toEqual([0, ""]);
});

test("an adapter of another model, and a hostile one, are refused by every command; nothing is written", async () => {
  await run(["quantize", "digits.safetensors", "--out", "other.gz"]);
  const bytes = gunzipSync(readFileSync(at("own.gz")));
  const text = bytes.toString("latin1");
  const hostile: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ["cut.gz", bytes.subarray(0, bytes.length - 9), /cut\.gz/],
    ["rank.gz", Buffer.from(text.replace('\\"rank\\":8', '\\"rank\\":9'), "latin1"), /its digest is another/],
    ["header.gz", Buffer.concat([Buffer.from([255, 255, 255, 255, 255, 255, 0, 0]), bytes]), /header/],
    ["none.gz", Buffer.from("{}"), /none\.gz/],
    ["digits.safetensors", readFileSync(at("digits.safetensors")), /it is a model file of Weightcast, not an adapter/],
  ];
  expect(text).toContain('\\"rank\\":8');
  for (const [name, content] of hostile) writeFileSync(at(name), content);
  const before = readFileSync(at("own.gz"));
  for (const [model, adapter, message] of [
    ["other.gz", "own.gz", /it adapts another model: .* give it the model that it was made for/] as const,
    ...hostile.map(([name, , rule]) => ["digits.safetensors", name, rule] as const),
  ])
    for (const args of [
      ["merge", model, adapter, "--out", "refused.gz"],
      ["evaluate", model, "--adapter", adapter],
      ["predict", model, "ten-idx3", "--adapter", adapter],
    ]) {
      const { code, out, err } = await run(args);
      expect([code, out, err.replaceAll("\n", " ")]).toEqual([1, "", expect.stringMatching(message)]);
      expect(err).not.toContain("--debug");
    }
  expect(existsSync(at("refused.gz"))).toBe(false);
  expect(readFileSync(at("own.gz")).equals(before)).toBe(true);
});

test.each([
  ["an ordinary network", ["digits.merged.safetensors.gz"], 2, /all of its layers are ordinary ones already/],
  ["a model that is absent", ["absent.gz"], 2, /there is no such file/],
  ["an adapter that is absent", ["digits.safetensors", "none.adapter"], 2, /none\.adapter: there is no such file/],
  ["an ONNX file", ["net.onnx"], 1, /net\.onnx: it is an ONNX file, which does not say what its layers are/],
  ["a graph model", ["graph"], 1, /graph: it is a graph model of TensorFlow\.js, .* give a model file of Weightcast/],
  ["an adapter alone", ["own.gz"], 1, /it is an adapter of Weightcast, not a model/],
  ["itself as output", ["digits.safetensors", "--out", "digits.safetensors"], 2, /is the model file itself/],
  ["its adapter as output", ["digits.safetensors", "own.gz", "--out", "own.gz"], 2, /is the adapter itself/],
])("%s is refused", async (_, args, expected, message) => {
  const { code, out, err } = await run(["merge", ...args]);
  expect([code, out, err.replaceAll("\n", " ")]).toEqual([expected, "", expect.stringMatching(message)]);
});
