import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import { factorizedDense } from "@weightcast/core";
import { kernel } from "@weightcast/dictionary-kernel";
import { quantization } from "@weightcast/files";
import { saveModel } from "@weightcast/files/node";
import * as ort from "onnxruntime-node";
import { beforeAll, describe, expect, test } from "vitest";
import { main } from "../../main";
import { folderWith } from "../../testing/folder";
import { type FakeOptions, fakeWorld } from "../../testing/world";

beforeAll(async () => {
  await fakeWorld().services.startEngine();
});

const notes = { inputs: { scale: 1 / 255, offset: -0.5 }, classes: ["cat", "dog"], task: "classification" };

/** Folder with a model file, `pets.safetensors`. */
async function folderWithModel(
  more = notes as object,
): Promise<{ readonly folder: string; readonly model: LayersModel }> {
  const folder = folderWith();
  const model = sequential({
    layers: [
      factorizedDense({
        inputShape: [400],
        units: 30,
        dictionary: kernel([20, 20]),
        rank: 30,
        name: "hidden",
        activation: "relu",
      }),
      layers.dense({ units: 2, name: "last" }),
    ],
  });
  await saveModel(join(folder, "pets.safetensors"), model, more);
  return { folder, model };
}

async function run(folder: string, args: string, options: FakeOptions = {}) {
  const world = fakeWorld({ folder, ...options });
  const code = await main(["export", ...args.split(" ")], world);
  return { code, out: world.out(), err: world.err() };
}

describe("weightcast export", () => {
  test("onnx, from pixels to probabilities, without U in the file", async () => {
    const { folder, model } = await folderWithModel();
    const flags = "--to onnx --form smallest --standardize --softmax";
    const { code, out, err } = await run(folder, `pets.safetensors ${flags}`);
    expect([code, err]).toEqual([0, "Reading pets.safetensors\nWriting pets.onnx\n"]);
    expect(out).toMatch(/^layer +product +U\n[─ ]+\nhidden +x \(U V\) +computed\n\npets\.onnx: \d+\.\d kB\n$/);
    const session = await ort.InferenceSession.create(readFileSync(join(folder, "pets.onnx")));
    const pixels = Float32Array.from({ length: 800 }, (_, i) => (i * 37) % 256);
    const { probabilities } = await session.run({ pixels: new ort.Tensor("float32", pixels, [2, 400]) });
    const expected = tf.tidy(() => {
      const x = tf.add(tf.mul(tf.tensor2d(pixels, [2, 400]), 1 / 255), -0.5);
      return tf.softmax(model.predict(x) as tf.Tensor).dataSync();
    });
    expect(probabilities!.dims).toEqual([2, 2]);
    for (const [i, value] of expected.entries()) expect(probabilities!.data[i]).toBeCloseTo(value, 5);
    await session.release();
  });

  test.each([
    ["onnx --form factored --out new/a.onnx", ["new/a.onnx"], "new/a.onnx"],
    ["tfjs", ["pets-tfjs/model.json", "pets-tfjs/weights.bin"], "pets-tfjs"],
    ["safetensors", ["pets-merged.safetensors"], "pets-merged.safetensors"],
  ])("--to %s, as JSON", async (flags, files, out) => {
    const { folder } = await folderWithModel();
    const { code, out: text, err } = await run(folder, `pets.safetensors --json --to ${flags}`);
    expect([code, err]).toEqual([0, ""]);
    const document = JSON.parse(text);
    expect(document).toMatchObject({ file: "pets.safetensors", to: flags.split(" ")[0], out });
    for (const file of files) expect(existsSync(join(folder, file))).toBe(true);
    const whole = files.reduce((sum, file) => sum + readFileSync(join(folder, file)).length, 0);
    // model.json also names its weights.
    expect(Math.abs(document.bytes - whole)).toBeLessThan(flags === "tfjs" ? 1000 : 1);
  });

  test.each([
    ["none.safetensors --to onnx", 2, "there is no file none.safetensors; give the path of a model file"],
    ["pets.safetensors", 2, "required option '--to <format>' not specified"],
    ["pets.safetensors --to onxx", 2, "Allowed choices are onnx, tfjs, safetensors"],
    ["pets.safetensors --to tfjs --form merged", 2, "--form is only for --to onnx; with --to tfjs, leave it out"],
    ["pets.safetensors --to safetensors --softmax", 2, "--softmax is only for --to onnx"],
    ["pets.safetensors --to safetensors --out pets.safetensors", 2, "is the model file itself; choose another name"],
    ["pets.safetensors --to onnx --out folder", 2, "--out folder: is a folder; name a file"],
    ["bad.safetensors --to onnx", 1, "bad.safetensors: its header must have at most"],
  ])("%s is refused", async (args, expected, message) => {
    const { folder } = await folderWithModel();
    mkdirSync(join(folder, "folder"));
    writeFileSync(join(folder, "bad.safetensors"), "123456\0\0a");
    const before = readdirSync(folder);
    const { code, out, err } = await run(folder, args);
    expect([code, out]).toEqual([expected, ""]);
    expect(err).toContain(message);
    expect(readdirSync(folder)).toEqual(before);
  });

  test("--standardize of a file that does not say how, and another batch size, say what to do", async () => {
    const { folder } = await folderWithModel({});
    const { code, err } = await run(folder, "pets.safetensors --to onnx --standardize");
    expect([code, err]).toEqual([
      2,
      expect.stringContaining("standardize needs the standardization in the model's notes"),
    ]);
    const recurrent = sequential({
      layers: [layers.simpleRNN({ units: 2, recurrentInitializer: "zeros", inputShape: [3, 2] })],
    });
    await saveModel(join(folder, "steps.safetensors"), recurrent);
    const refused = await run(folder, "steps.safetensors --to onnx");
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("; give one, such as --batch 1")]);
    expect((await run(folder, "steps.safetensors --to onnx --batch 1")).code).toBe(0);
  });

  test("integers of a small file stay integers, unless --float", async () => {
    const { folder, model } = await folderWithModel();
    await saveModel(join(folder, "small.safetensors.gz"), model, notes, {
      quantization: quantization(model, { type: "int4" }),
      compress: true,
    });
    const size = async (flags: string) => {
      const { code, out } = await run(folder, `small.safetensors.gz --json --out small.onnx --to onnx ${flags}`);
      expect(code).toBe(0);
      return JSON.parse(out).bytes as number;
    };
    const small = await size("--form factored");
    // V has 30 · 30 numbers, of one byte in place of four.
    expect((await size("--form factored --float")) - small).toBeGreaterThan(2000);
    expect((await run(folder, "small.safetensors.gz --to tfjs --float")).err).toContain(
      "--float is only for --to onnx",
    );
  });

  test("interrupted, it leaves what was there", async () => {
    const { folder } = await folderWithModel();
    writeFileSync(join(folder, "pets.onnx"), "before");
    const world = fakeWorld({ folder });
    const { services } = world;
    const stopping = {
      ...world,
      services: {
        ...services,
        files: async () => {
          world.interrupt();
          return services.files();
        },
      },
    };
    expect(await main(["export", "pets.safetensors", "--to", "onnx"], stopping)).toBe(130);
    expect(world.err()).toContain("interrupted; pets.onnx is as it was");
    expect(readFileSync(join(folder, "pets.onnx"), "utf8")).toBe("before");
  });
});
