import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import {
  input,
  layers,
  loadLayersModel,
  model as modelOf,
  type SymbolicTensor,
  sequential,
} from "@tensorflow/tfjs-layers";
import { limitWork } from "@weightcast/core";
import { dictionaries } from "@weightcast/dictionary";
import fouriers from "@weightcast/dictionary-fourier";
import kernels from "@weightcast/dictionary-kernel";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeModel, encodeModel, fetchModel } from "../index";
import { fileModel, loadModel, saveModel } from "../node";
import type { FileContent } from "../safetensors/dtypes";
import { readSafetensors } from "../safetensors/read";
import { writeSafetensors } from "../safetensors/write";
import { network, outputs } from "../testing/networks";
import { withDigest } from "./digest";

const scratch = mkdtempSync(join(tmpdir(), "weightcast-files-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
beforeAll(() => dictionaries.register(...kernels, ...fouriers));

const notes = {
  inputs: { scale: [1 / 255], offset: 0 },
  classes: ["null", "éins", "__proto__"],
  task: "classification",
  origin: { id: "abc", specification: { epochs: 3 } },
};

/** Bytes of the network's file, changed. */
async function changed(change: (content: { -readonly [K in keyof FileContent]: Map<string, never> }) => void) {
  const content = readSafetensors(await encodeModel(network(), notes));
  change(content as never);
  return writeSafetensors(await withDigest(content));
}

describe("a model file", () => {
  test("gives the same model again: outputs, trainable weights, notes; and the same bytes", async () => {
    const model = network();
    const path = join(scratch, "new folder/network.safetensors");
    await saveModel(path, model, notes);
    const { model: again, ...found } = await loadModel(path);
    expect(outputs(again)).toEqual(outputs(model));
    expect(found).toEqual(notes);
    const trained = (of: typeof model) => of.trainableWeights.map(({ originalName }) => originalName);
    expect(trained(again)).toEqual(trained(model));
    expect(Buffer.compare(await encodeModel(again, notes), readFileSync(path))).toBe(0);
  });

  test("holds V and what a learned dictionary must store, and no atom that a recipe recomputes", async () => {
    const { tensors } = readSafetensors(await encodeModel(network()));
    const shapes = [...tensors.values()].map(({ shape }) => shape.join("x")).sort();
    const normalization = ["4", "4", "4", "4"];
    const factors = ["1x16x4", "2x20x6", "3x5x2", "12x15"];
    expect(shapes).toEqual([...normalization, ...factors, "4", "12", "6", "6x3", "3"].sort());
  });

  test("is fetched from a server", async () => {
    const bytes = await encodeModel(network(), notes);
    const server = createServer((request, response) => {
      response.writeHead(request.url === "/network" ? 200 : 404).end(request.url === "/network" ? bytes : "no");
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      expect(outputs((await fetchModel(`${url}/network`)).model)).toEqual(outputs(network()));
      await expect(fetchModel(`${url}/other`)).rejects.toMatchObject({ code: "FILE_ABSENT" });
    } finally {
      server.close();
    }
    await expect(fetchModel(`${url}/network`)).rejects.toMatchObject({ code: "FILE_UNREADABLE" });
  });

  test("leaves no tensor behind, loaded or refused", async () => {
    const bytes = await encodeModel(network());
    const before = tf.memory().numTensors;
    await encodeModel((await decodeModel(bytes)).model).then(() => undefined);
    const { model } = await decodeModel(bytes);
    const each = model.dispose().numDisposedVariables;
    expect(each).toBeGreaterThan(0);
    expect(tf.memory().numTensors - before).toBe(each + 2);
  });

  test.each<
    [string, string, (content: { metadata: Map<string, string>; tensors: Map<string, never> }) => void, string]
  >([
    [
      "of something else",
      "FILE_FOREIGN",
      ({ metadata }) => metadata.set("format", "pt"),
      "not a model file of Weightcast",
    ],
    [
      "of a later version",
      "FILE_NEWER",
      ({ metadata }) => metadata.set("version", "2"),
      "install a newer @weightcast/files",
    ],
    ["without a version", "FILE_DAMAGED", ({ metadata }) => metadata.delete("version"), "or no version"],
    ["without a topology", "FILE_DAMAGED", ({ metadata }) => metadata.set("model", "3"), "hold no topology"],
    [
      "with a wrong note",
      "FILE_DAMAGED",
      ({ metadata }) => metadata.set("classes", "[1]"),
      "its note classes is not what it must be",
    ],
    [
      "without a weight",
      "FILE_UNUSABLE",
      ({ tensors }) => tensors.delete([...tensors.keys()][0]!),
      "the file holds no weight",
    ],
    [
      "with an unknown dictionary",
      "FILE_UNUSABLE",
      ({ metadata }) =>
        metadata.set(
          "model",
          metadata
            .get("model")!
            .replaceAll("kernel\\\\\\", "kernal\\\\\\")
            .replaceAll('\\"name\\":\\"kernel\\"', '\\"name\\":\\"other\\"'),
        ),
      'no module named "other" is registered',
    ],
    [
      "with an enormous layer",
      "FILE_TOO_LARGE",
      ({ metadata }) => metadata.set("model", metadata.get("model")!.replace('"units":3', '"units":3000000000')),
      "its model must have at most 268435456 weights",
    ],
  ])("%s is refused: %s", async (_, code, change, message) => {
    const bytes = await changed(change as never);
    const before = tf.memory().numTensors;
    const error = await decodeModel(bytes, { file: "x" }).catch((reason) => reason);
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(message)]);
    expect(error.message).toMatch(/^x: /);
    expect(tf.memory().numTensors).toBe(before);
  });

  test("above the caller's limit is refused, and the next is read", async () => {
    const bytes = await encodeModel(network());
    const both = [decodeModel(bytes, { limit: 500 }), decodeModel(bytes)];
    await expect(both[0]).rejects.toMatchObject({ code: "FILE_TOO_LARGE" });
    expect(outputs((await both[1]!).model)).toEqual(outputs(network()));
  });

  test("that would take too much work is refused in milliseconds", async () => {
    const bytes = await changed(({ metadata }) => {
      const text = (metadata as Map<string, string>).get("model")!;
      (metadata as Map<string, string>).set(
        "model",
        text.replace(/domain\\*":\[100\]/, (found) => found.replace("100", "1e9")),
      );
    });
    const start = performance.now();
    await expect(decodeModel(bytes)).rejects.toMatchObject({ code: "FILE_UNUSABLE" });
    expect(performance.now() - start).toBeLessThan(1000);
    await expect(decodeModel(await encodeModel(network()), { work: 1 })).rejects.toThrow("limitWork allows 1");
    expect(limitWork()).toBe(Number.POSITIVE_INFINITY);
  });

  test("with a graph whose layers wait for each other, or for none, is refused at once", async () => {
    const x = input({ shape: [3] });
    const hidden = layers.dense({ units: 3, name: "hidden" }).apply(x) as SymbolicTensor;
    const bytes = await encodeModel(modelOf({ inputs: x, outputs: layers.dense({ units: 3 }).apply(hidden) as never }));
    const content = readSafetensors(bytes);
    const text = content.metadata.get("model")!;
    const place = `[["${x.name}",0,0,{}]]`;
    expect(text).toContain(`"inbound_nodes":[${place}]`);
    for (const [other, message] of [
      ['[["hidden",0,0,{}]]', 'must lead from its inputs to "hidden"'],
      ['[["nowhere",0,0,{}]]', 'must lead from its inputs to "hidden"'],
      ['[["constructor",0,0,{}]]', 'must lead from its inputs to "hidden"'],
      [place.replace(",0,0", ",1,0"), 'must lead from its inputs to "hidden"'],
      [place.replace(",0,0", ",-1,0"), 'must list the inputs of "hidden"'],
    ] as const) {
      const metadata = new Map([...content.metadata, ["model", text.replace(place, other)]]);
      await expect(decodeModel(writeSafetensors(await withDigest({ ...content, metadata })))).rejects.toThrow(message);
    }
  });

  test.each(["Dense", "NonNeg"])("with the constraint %s gives the numbers that the file holds", async (name) => {
    const dense = layers.dense({ units: 3, inputShape: [3], kernelConstraint: "unitNorm" });
    const model = sequential({ layers: [dense] });
    const content = readSafetensors(await encodeModel(model));
    const text = content.metadata.get("model")!;
    const config = JSON.stringify(name === "Dense" ? { units: 3, name: "other" } : {});
    const changed = text.replace(
      /"kernel_constraint":\{.*?\}\}/,
      `"kernel_constraint":{"class_name":"${name}","config":${config}}`,
    );
    expect(changed).not.toBe(text);
    const metadata = new Map([...content.metadata, ["model", changed]]);
    const read = (await decodeModel(writeSafetensors(await withDigest({ ...content, metadata })))).model;
    expect([...read.getWeights()[0]!.dataSync()]).toEqual([...model.getWeights()[0]!.dataSync()]);
    read.dispose();
    model.dispose();
  });

  test("with an initializer that takes hours is loaded at once, as its weights are in the file", async () => {
    const inner = layers.dense({ units: 3000, useBias: false });
    const model = sequential({ layers: [layers.timeDistributed({ layer: inner, inputShape: [2, 3000] })] });
    const content = readSafetensors(await encodeModel(model));
    const text = content.metadata.get("model")!;
    const changed = text.replace(
      /"kernel_initializer":\{.*?\}\}/,
      '"kernel_initializer":{"class_name":"Orthogonal","config":{"gain":1,"seed":null}}',
    );
    expect(changed).not.toBe(text);
    const metadata = new Map([...content.metadata, ["model", changed]]);
    const start = performance.now();
    (await decodeModel(writeSafetensors(await withDigest({ ...content, metadata })))).model.dispose();
    expect(performance.now() - start).toBeLessThan(10_000);
    model.dispose();
  });

  test("with a changed weight, text or name is refused by its digest", async () => {
    const content = readSafetensors(await encodeModel(network(), notes));
    const [name, tensor] = [...content.tensors][0]!;
    const { bytes } = tensor;
    const cases: FileContent[] = [
      {
        ...content,
        tensors: new Map([...content.tensors, [name, { ...tensor, bytes: bytes.map((b, i) => (i ? b : b ^ 1)) }]]),
      },
      { ...content, tensors: new Map([...content.tensors, ["more", tensor]]) },
      { ...content, metadata: new Map([...content.metadata, ["task", '"regression"']]) },
      { ...content, metadata: new Map([...content.metadata, ["digest", "0123456789abcdef"]]) },
    ];
    for (const one of cases)
      await expect(decodeModel(writeSafetensors(one))).rejects.toThrow("its content is not what was saved");
  });

  test("that is absent, or a folder, is refused by name", async () => {
    await expect(loadModel(join(scratch, "none"))).rejects.toMatchObject({ code: "FILE_ABSENT" });
    await expect(loadModel(scratch)).rejects.toMatchObject({ code: "FILE_UNREADABLE" });
  });
});

describe("fileModel", () => {
  test("saves and loads TensorFlow.js's own format", async () => {
    const folder = join(scratch, "tfjs/one");
    const model = network();
    const { modelArtifactsInfo } = await model.save(fileModel(folder));
    expect(modelArtifactsInfo.weightDataBytes).toBe(readFileSync(join(folder, "weights.bin")).length);
    expect(outputs(await loadLayersModel(fileModel(folder)))).toEqual(outputs(model));
  });

  test("keeps the optimizer's state and the training configuration", async () => {
    const model = sequential({ layers: [layers.dense({ units: 2, inputShape: [3] })] });
    model.compile({ optimizer: "adam", loss: "meanSquaredError" });
    await model.trainOnBatch(tf.ones([4, 3]), tf.ones([4, 2]));
    await model.save(fileModel(join(scratch, "two")), { includeOptimizer: true });
    const again = await loadLayersModel(fileModel(join(scratch, "two")));
    expect(again.optimizer.getConfig()).toEqual(model.optimizer.getConfig());
    const state = async (of: typeof model) =>
      (await of.optimizer.getWeights()).map(({ tensor }) => [...tensor.dataSync()]);
    expect(await state(again as typeof model)).toEqual(await state(model));
  });

  test.each([
    ["no JSON", "{", "FILE_DAMAGED"],
    ["no layers model", "{}", "FILE_DAMAGED"],
    [
      "weights elsewhere",
      '{"modelTopology":{},"weightsManifest":[{"paths":["../secret"],"weights":[]}]}',
      "FILE_DAMAGED",
    ],
    [
      "weights that are not there",
      '{"modelTopology":{},"weightsManifest":[{"paths":["w"],"weights":[]}]}',
      "FILE_ABSENT",
    ],
  ])("%s is refused", async (_, text, code) => {
    writeFileSync(join(scratch, "model.json"), text);
    await expect(loadLayersModel(fileModel(scratch))).rejects.toMatchObject({ name: "FileError", code });
  });
});
