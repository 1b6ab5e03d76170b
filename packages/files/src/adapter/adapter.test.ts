import { gunzipSync } from "node:zlib";
import "@tensorflow/tfjs-backend-cpu";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import { type Adapted, adapt, type ChooseForm, newHead } from "@weightcast/convert";
import { full, lora, oneSided, sparse, twoSided, vera } from "@weightcast/core";
import { type DomainModule, dictionaries } from "@weightcast/dictionary";
import fouriers, { fourier } from "@weightcast/dictionary-fourier";
import kernels, { covariance, kernel } from "@weightcast/dictionary-kernel";
import randoms, { gaussian } from "@weightcast/dictionary-random";
import { stream } from "@weightcast/random";
import { sweep } from "@weightcast/random/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { FileError } from "../error";
import { decodeAdapter, decodeModel, encodeAdapter, encodeModel, readAdapter, readSafetensors } from "../index";
import { withDigest } from "../model/digest";
import { loadAdapter, saveAdapter } from "../node";
import { writeSafetensors } from "../safetensors/write";
import { byteMutations, contentMutations, type Mutation, mutatedJson, withText } from "../testing/mutate";

beforeAll(async () => {
  await tf.setBackend("cpu");
  dictionaries.register(...fouriers, ...kernels, ...randoms);
});

/** Seeded values in weights. */
function fill(weights: LayersModel["weights"], name: string): void {
  for (const [i, weight] of weights.entries()) {
    const random = stream(3, `${name}/${i}`);
    const { shape } = weight;
    tf.tidy(() => {
      const values = Float32Array.from({ length: tf.util.sizeFromShape(shape as number[]) }, () => random.normal());
      weight.write(tf.abs(tf.tensor(values, shape as number[])));
    });
  }
}

/** Network whose layers have names of their own in each call, and the same weights. */
function base(name = "a"): LayersModel {
  const model = sequential({
    layers: [
      layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [6, 5, 2], name: "conv" }),
      layers.batchNormalization({ name: "norm" }),
      layers.depthwiseConv2d({ kernelSize: 2, name: "deep", useBias: false }),
      layers.flatten(),
      layers.dense({ units: 6, name: "hidden", activation: "tanh" }),
      layers.dense({ units: 3, name: "logits" }),
    ],
  });
  fill(model.weights, name);
  return model;
}

/** Covariance of noise over six outputs: a dictionary whose atoms are stored. */
function learned() {
  const random = stream(1, "samples");
  const samples = { rows: 30, cols: 6, data: Float32Array.from({ length: 180 }, () => random.normal()) };
  return covariance({ domain: [6], batches: () => [samples] });
}

const choices = (): { readonly [name: string]: ChooseForm } => ({
  "every form": {
    conv: sparse({ dictionary: fourier, entries: 7, seed: 2 }),
    deep: lora({ rank: 2 }),
    hidden: twoSided({ inputs: { dictionary: gaussian, rank: 3 }, outputs: { dictionary: learned(), rank: 2 } }),
    logits: full(),
  },
  "other forms": {
    hidden: oneSided({ dictionary: kernel, rank: 2, selection: [0, 5] }),
    conv: sparse({ dictionary: gaussian, entries: 3, scale: 2 }),
    deep: vera({ rank: 5, seed: 3 }),
  },
});

function trained(model: LayersModel, choose: ChooseForm, name = "clothes"): Adapted {
  const adapted = adapt(model, choose, { name });
  fill(adapted.model.trainableWeights, "learned");
  return adapted;
}

const outputsOf = (model: LayersModel): number[] =>
  tf.tidy(() => {
    const x = tf.reshape(tf.sin(tf.range(0, 120)), [2, 6, 5, 2]);
    return [...(model.predict(x) as tf.Tensor).dataSync()];
  });

describe.each(Object.entries(choices()))("%s", (_, choose) => {
  test("saved, and put on another copy of the model, or beside other adapters of it", async () => {
    const adapted = trained(base(), choose);
    adapted.scale("clothes", 0.5);
    const outputs = outputsOf(adapted.model);
    const file = await encodeAdapter(adapted, "clothes", { notes: { classes: ["shirt"] } });
    expect(await encodeAdapter(adapted, "clothes", { notes: { classes: ["shirt"] } })).toEqual(file);
    const model = base();
    const loaded = await decodeAdapter(model, file);
    expect([loaded.name, loaded.classes, loaded.adapted.active]).toEqual(["clothes", ["shirt"], "clothes"]);
    expect(outputsOf(loaded.adapted.model)).toEqual(outputs);
    expect(outputsOf(model)).toEqual(outputsOf(base()));

    const others = trained(base(), { conv: lora({ rank: 1 }) }, "first");
    const first = outputsOf(others.model);
    const beside = await decodeAdapter(others, file, { name: "second" });
    expect(beside.adapted).toBe(others);
    expect(outputsOf(others.model)).toEqual(outputs);
    others.use("first");
    expect(outputsOf(others.model)).toEqual(first);
    await expect(decodeAdapter(others, file, { name: "first" })).rejects.toThrow("already has an adapter first");
    expect(others.names).toEqual(["first", "second"]);
  });

  test("what the file holds: what was learned, and little else", async () => {
    const adapted = trained(base(), choose);
    const { tensors, metadata } = readSafetensors(await encodeAdapter(adapted, "clothes", { compress: false }));
    const numbers = [...tensors].reduce(
      (sum, [name, { bytes }]) => sum + (name === "fingerprints" ? 0 : bytes.length / 4),
      0,
    );
    const stored = tensors.get("hidden/outputs")?.bytes.length ?? 0;
    expect(numbers - stored / 4).toBe(adapted.learned("clothes"));
    expect(tensors.get("hidden/coefficients")!.bytes).toEqual(
      new Uint8Array(
        (
          adapted
            .parts("clothes")
            .find(({ path }) => path === "hidden")!
            .weights.get("coefficients")!
            .dataSync() as Float32Array
        ).slice().buffer,
      ),
    );
    expect(metadata.get("format")).toBe("weightcast-adapter");
  });
});

test("a head that is trained whole may have any weights in the model; everything else must be that of the base", async () => {
  const file = await encodeAdapter(trained(base(), choices()["every form"]!));
  const [other, changed] = [base(), base()];
  fill(other.getLayer("logits").weights, "another head");
  await decodeAdapter(other, file);
  fill([changed.getLayer("norm").weights[3]!], "another variance");
  await expect(decodeAdapter(changed, file)).rejects.toThrow(
    /^adapter: it adapts another model: the weights of this one have fingerprint [0-9a-f]{16}, those of its own "[0-9a-f]{16}"; give it/,
  );
});

test("the adapted model itself is a model file, with all its adapters", async () => {
  const adapted = trained(base(), choices()["every form"]!);
  adapted.add("second", { conv: lora({ rank: 1 }) });
  const { model } = await decodeModel(await encodeModel(adapted.model));
  expect(outputsOf(model)).toEqual(outputsOf(adapted.model));
});

test("a file on the disk; errors say what is wrong with it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "weightcast-adapter-"));
  try {
    const path = join(folder, "clothes.safetensors.gz");
    const adapted = trained(base(), choices()["other forms"]!);
    await saveAdapter(path, adapted);
    const { adapted: loaded } = await loadAdapter(path, base());
    expect(outputsOf(loaded.model)).toEqual(outputsOf(adapted.model));
    await expect(loadAdapter(join(folder, "none"), base())).rejects.toThrow(
      `${join(folder, "none")}: there is no such file`,
    );
    const plain = gunzipSync(await readFile(path));
    const others = await encodeAdapter(trained(base(), { deep: lora({ rank: 1 }) }), "clothes", { compress: false });
    const refused: readonly [Promise<Uint8Array> | Uint8Array, string, string][] = [
      [encodeModel(base()), "FILE_FOREIGN", "it is a model file of Weightcast, not an adapter"],
      [withText(plain, "version", () => "2"), "FILE_NEWER", "it has version 2 of the format"],
      [
        withText(plain, "adapter", (text) => text.replace('"rank":2', '"rank":1')),
        "FILE_UNUSABLE",
        "selection must hold",
      ],
      [
        withText(plain, "adapter", (text) => text.replace('"path":"hidden"', '"path":"hiden"')),
        "FILE_UNUSABLE",
        "the model has no layer hiden",
      ],
      [
        withText(others, "adapter", (text) => text.replace('"bias":false', '"bias":true')),
        "FILE_UNUSABLE",
        "(layer deep): its bias can't be learned, because the layer has none",
      ],
      [
        withText(plain, "adapter", (text) => text.replace("[0,5]", "[0,4]")),
        "FILE_UNUSABLE",
        'the dictionary of layer "hidden" no longer makes the atoms',
      ],
    ];
    for (const [bytes, code, message] of refused)
      await expect(decodeAdapter(base(), await bytes)).rejects.toMatchObject({
        code,
        message: expect.stringContaining(message),
      });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a head of another number of outputs: the model gets it; an adapted model, whose other adapters have theirs, does not", async () => {
  const trainedOn = newHead(base(), 5);
  expect(outputsOf(trainedOn)).toEqual(new Array(10).fill(0)); // at first
  const adapted = trained(trainedOn, { hidden: lora({ rank: 2 }), logits: full() });
  const file = await encodeAdapter(adapted);
  const model = base();
  const before = tf.memory().numTensors;
  const { adapted: loaded } = await decodeAdapter(model, file);
  expect(outputsOf(loaded.model)).toEqual(outputsOf(adapted.model));
  expect(outputsOf(loaded.merge())).toHaveLength(10);
  const target = adapt(model);
  const own = tf.memory().numTensors;
  await expect(decodeAdapter(target, file)).rejects.toThrow(
    "adapter: its last layer has 5 outputs, and that of the adapted model has 3; put it on the model itself",
  );
  expect([own > before, tf.memory().numTensors]).toEqual([true, own]);
});

test.each([[[3, 6]], [[1, 18]], [[18]], [[18, 1]]])(
  "a head of the shape %j, which the layer can't have, is refused, and nothing is left",
  async (shape) => {
    const file = readSafetensors(
      await encodeAdapter(trained(base(), { logits: full() }), "clothes", { compress: false }),
    );
    const tensors = new Map(file.tensors);
    tensors.set("logits/kernel", { ...tensors.get("logits/kernel")!, shape });
    const bytes = writeSafetensors(await withDigest({ ...file, tensors }));
    const model = base();
    const before = tf.memory().numTensors;
    await expect(decodeAdapter(model, bytes)).rejects.toMatchObject({
      code: "FILE_DAMAGED",
      message: expect.stringMatching(
        /^adapter: "logits\/(kernel|bias)" must be F32 \[.*\]; got F32 \[.*\]; save the adapter again$/,
      ),
    });
    expect(tf.memory().numTensors).toBe(before);
  },
);

test("what a file says, without its model", async () => {
  const adapted = trained(base(), choices()["every form"]!);
  const {
    name,
    base: print,
    parts,
    notes,
    tensors,
  } = await readAdapter(await encodeAdapter(adapted, "clothes", { notes: { classes: ["shirt"] } }));
  expect([name, notes]).toEqual(["clothes", { classes: ["shirt"] }]);
  expect(print).toMatch(/^[0-9a-f]{16}$/);
  expect(parts.map(({ path, config }) => [path, config.term.form])).toEqual([
    ["conv", "sparse"],
    ["deep", "lora"],
    ["hidden", "two-sided"],
    ["logits", "full"],
  ]);
  expect(tensors.get("conv/coefficients")?.shape).toEqual([1, 7]);
  await expect(readAdapter(await encodeModel(base()))).rejects.toThrow("it is a model file of Weightcast");
  await expect(decodeModel(await encodeAdapter(adapted))).rejects.toThrow(
    "it is an adapter of Weightcast, not a model",
  );
});

test("limits: numbers, and work that a recipe asks for", async () => {
  const file = await encodeAdapter(
    trained(base(), {
      hidden: twoSided({ inputs: { dictionary: kernel, rank: 40 }, outputs: { dictionary: kernel, rank: 5 } }),
    }),
  );
  await expect(decodeAdapter(base(), file, { limit: 100 })).rejects.toMatchObject({ code: "FILE_TOO_LARGE" });
  await expect(decodeAdapter(base(), file, { work: 1000 })).rejects.toThrow("limitWork allows 1000");
});

/** Adapter of a file as numbers, or a message that a user can read. No tensor is left. */
async function outcome(target: Adapted, bytes: Uint8Array): Promise<unknown> {
  const before = tf.memory().numTensors;
  const names = target.names;
  try {
    const { name } = await decodeAdapter(target, bytes, { file: "a file", name: "put", work: 2e8, limit: 1e6 });
    const parts = target
      .parts(name)
      .map(({ path, config, weights }) => [
        path,
        config.term,
        config.bias,
        config.factor,
        [...weights].map(([role, weight]) => [role, [...weight.dataSync()]]),
      ]);
    target.remove(name);
    return parts;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return error.message;
  } finally {
    expect(target.names).toEqual(names);
    expect(tf.memory().numTensors).toBe(before);
  }
}

const ofTheEngine =
  /Cannot |is not (a function|iterable|defined|a constructor)|[Ii]nvalid (array|typed|string)|call stack|\n/;

const recipes: Mutation<Promise<Uint8Array>> = (bytes, random) =>
  withText(bytes, "adapter", (text) => mutatedJson(text, random));

test("a mutated file is what its bytes say, or refused in a sentence; nothing is left of it", async () => {
  const [target, plainTarget] = [adapt(base()), base()];
  const file = await encodeAdapter(trained(base(), choices()["every form"]!), "clothes", {
    compress: false,
    notes: { classes: ["a"] },
  });
  const original = await outcome(target, file);
  expect(original).toHaveLength(4);
  const count = { files: 0, refused: 0 };
  const mutations: readonly (readonly [string, Mutation<Uint8Array | Promise<Uint8Array>>, number])[] = [
    ["recipes", recipes, sweep(40)],
    ...Object.entries(contentMutations)
      .filter(([name]) => ["header", "metadata", "data"].includes(name))
      .map(([name, mutation]) => [name, mutation, sweep(8)] as const),
    ...Object.entries(byteMutations).map(([name, mutation]) => [name, mutation, sweep(4)] as const),
  ];
  for (const [kind, mutation, times] of mutations) {
    const random = stream(9, kind);
    for (let i = 0; i < times; i++) {
      const bytes = await mutation(file, random);
      const found = await outcome(target, bytes);
      count.files++;
      if (typeof found !== "string") continue;
      count.refused++;
      if (!/^a file: .{10,900}$/s.test(found) || ofTheEngine.test(found)) expect.fail(`${kind} ${i}: ${found}`);
      // A copy that was made for it goes, too.
      if (i % 8 !== 0) continue;
      const before = tf.memory().numTensors;
      await expect(decodeAdapter(plainTarget, bytes, { work: 2e8, limit: 1e6 })).rejects.toThrow(FileError);
      expect(tf.memory().numTensors).toBe(before);
    }
  }
  if (process.env.WEIGHTCAST_SWEEP) console.log(`adapter: ${count.files} files, ${count.refused} refused`);
  expect(count.refused).toBeGreaterThan(count.files / 2);
});

test("a dictionary that has changed since, and one that is unknown, are refused", async () => {
  const module = (deviation: number): DomainModule => ({
    name: "shifting",
    needs: "domain",
    create: ({ domain }) => ({ ...gaussian(domain, { seed: deviation }), name: "shifting", options: {} }),
  });
  const form = (seed: number) => sparse({ dictionary: (domain) => module(seed).create({ domain }), entries: 3 });
  const changed = await encodeAdapter(trained(base(), { conv: form(1) }));
  await expect(decodeAdapter(base(), changed)).rejects.toMatchObject({
    code: "FILE_UNUSABLE",
    message: expect.stringContaining('"shifting"'),
  });
  dictionaries.register(module(2));
  await expect(decodeAdapter(base(), changed)).rejects.toThrow(
    'the dictionary of layer "conv" no longer makes the atoms',
  );
});
