import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { loadLayersModel } from "@tensorflow/tfjs-layers";
import { merge } from "@weightcast/convert";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FileError } from "../error";
import { decodeModel } from "../index";
import { fileModel } from "../node";
import { readSafetensors } from "../safetensors/read";
import { networks } from "../testing/models";
import { network } from "../testing/networks";
import { inputsFor, outputsOf } from "../testing/run-onnx";
import { toSafetensors } from "./safetensors";
import { toTfjs } from "./tfjs";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const scratch = mkdtempSync(join(tmpdir(), "weightcast-export-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const notes = {
  inputs: { scale: 1 / 255, offset: 0 },
  classes: ["ä", "b"],
  task: "classification",
  origin: { id: "x" },
};

/** Program that knows TensorFlow.js alone: largest relative difference of each model's outputs. */
const reader = `
import { readFileSync } from "node:fs";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { loadLayersModel } from "@tensorflow/tfjs-layers";

const found = {};
for (const { name, folder, inputs, expected } of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  const { modelTopology, weightsManifest: [{ paths, weights }] } = JSON.parse(readFileSync(folder + "/model.json", "utf8"));
  const weightData = Uint8Array.from(readFileSync(folder + "/" + paths[0])).buffer;
  const model = await loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs: weights, weightData }));
  const y = model.predict(tf.tensor(inputs.data, inputs.shape)).dataSync();
  const largest = Math.max(...expected.map(Math.abs));
  found[name] = Math.max(...expected.map((value, i) => Math.abs(value - y[i]))) / largest;
}
console.log(JSON.stringify(found));
`;

test("TensorFlow.js alone loads every network, dense and factorized, and computes the same", {
  timeout: 60_000,
}, async () => {
  const all = (["dense", "factorized"] as const).flatMap((kind) =>
    networks(kind).map(([name, create]) => [`${kind} ${name}`, create] as const),
  );
  const cases = await Promise.all(
    all.map(async ([name, create]) => {
      const model = create();
      const folder = join(scratch, name);
      await fileModel(folder).save(await toTfjs(model, notes));
      const inputs = inputsFor(model, 2);
      const [x] = inputs;
      const expected = [...outputsOf(model, inputs)[0]!];
      return { name, folder, inputs: { data: [...x!.dataSync()], shape: x!.shape }, expected };
    }),
  );
  writeFileSync(join(scratch, "cases.json"), JSON.stringify(cases));
  // Inside the package, where TensorFlow.js is found.
  const program = ["--input-type=module", "--eval", reader.replace("process.argv[2]", "process.argv[1]")];
  const { stdout } = await promisify(execFile)(process.execPath, [...program, join(scratch, "cases.json")], {
    cwd: new URL("../..", import.meta.url),
  });
  const found: Record<string, number> = JSON.parse(stdout.trim().split("\n").at(-1)!);
  expect(Object.keys(found)).toEqual(all.map(([name]) => name));
  for (const [name, largest] of Object.entries(found)) expect(largest, name).toBeLessThan(1e-5);
});

describe("toTfjs", () => {
  test("replaces a model in a folder as a whole, and leaves other files there", async () => {
    const folder = join(scratch, "twice");
    await fileModel(folder).save(await toTfjs(network()));
    writeFileSync(join(folder, "index.html"), "x");
    const old = JSON.parse(readFileSync(join(folder, "model.json"), "utf8"));
    const other = networks("dense")[0]![1]();
    await fileModel(folder).save(await toTfjs(other));
    const { weightsManifest } = JSON.parse(readFileSync(join(folder, "model.json"), "utf8"));
    // Until model.json is replaced, the weights that the old one names are there: their names differ.
    expect(weightsManifest[0].paths).not.toEqual(old.weightsManifest[0].paths);
    expect(readdirSync(folder).sort()).toEqual(
      ["index.html", "model.json", weightsManifest[0].paths[0].slice(2)].sort(),
    );
    const inputs = inputsFor(other, 2);
    expect(outputsOf(await loadLayersModel(fileModel(folder)), inputs)).toEqual(outputsOf(other, inputs));
    await fileModel(folder).save(await toTfjs(other)); // the same again
    expect(outputsOf(await loadLayersModel(fileModel(folder)), inputs)).toEqual(outputsOf(other, inputs));
  });

  test("has the notes, and leaves no tensor behind", async () => {
    const model = network();
    const before = tf.memory().numTensors;
    const { userDefinedMetadata, format } = await toTfjs(model, notes);
    expect(tf.memory().numTensors).toBe(before);
    expect(format).toBe("layers-model");
    expect(userDefinedMetadata).toEqual(notes);
    expect((await toTfjs(model)).userDefinedMetadata).toBeUndefined();
  });
});

describe("toSafetensors", () => {
  test("holds the merged weights under their names, and the notes as text", async () => {
    const model = network();
    const { metadata, tensors } = readSafetensors(await toSafetensors(model, notes));
    const { weights } = merge(model);
    expect([...tensors.keys()].sort()).toEqual(weights.map(({ originalName }) => originalName).sort());
    for (const weight of weights) {
      const { dtype, shape, bytes } = tensors.get(weight.originalName)!;
      expect([dtype, shape]).toEqual(["F32", weight.shape]);
      expect(new Float32Array(bytes.slice().buffer)).toEqual(weight.read().dataSync());
    }
    expect(Object.fromEntries(metadata)).toEqual(
      Object.fromEntries(Object.entries(notes).map(([name, note]) => [name, JSON.stringify(note)])),
    );
  });

  test("is no model file", async () => {
    const error = await decodeModel(await toSafetensors(network())).catch((reason) => reason);
    expect(error).toBeInstanceOf(FileError);
    expect(error.code).toBe("FILE_FOREIGN");
  });
});
