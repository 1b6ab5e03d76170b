import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import { factorizedConv2d } from "@weightcast/core";
import { dictionaries } from "@weightcast/dictionary";
import modules, { principalFilters } from "@weightcast/dictionary-filters";
import { stream } from "@weightcast/random";
import { beforeAll, describe, expect, test } from "vitest";
import { decodeModel, encodeModel } from "../index";
import { readSafetensors } from "../safetensors/read";
import { writeSafetensors } from "../safetensors/write";
import { outputs } from "../testing/networks";
import { withDigest } from "./digest";
import { withoutShared, withShared } from "./shared-texts";

beforeAll(async () => {
  await tf.setBackend("cpu");
  dictionaries.register(...modules);
});

const { normal } = stream(1, "kernel");
const kernel = { shape: [5, 5, 3, 8], data: Float32Array.from({ length: 600 }, normal) };
const dictionary = principalFilters([kernel], { size: 6 });
const { atoms } = dictionary.options as { atoms: string };

/** Layers with one basis, with different atoms of it. */
const model = (count: number): LayersModel =>
  sequential({
    layers: [
      ...Array.from({ length: count }, (_, i) =>
        factorizedConv2d({
          filters: 3,
          kernelSize: 5,
          padding: "same",
          dictionary,
          rank: 3,
          seed: i,
          ...(i === 0 && { inputShape: [6, 6, 3] }),
        }),
      ),
      layers.flatten(),
    ],
  });

describe("a basis that layers share", () => {
  test("is in a model file once, and in each layer again when it is loaded", async () => {
    const three = model(3);
    const bytes = await encodeModel(three);
    expect(Buffer.from(bytes).toString("latin1").split(atoms)).toHaveLength(2);
    const { model: again } = await decodeModel(bytes);
    expect(outputs(again)).toEqual(outputs(three));
    expect(Buffer.compare(await encodeModel(again), bytes)).toBe(0);
    // A layer more takes less than a third of what the basis takes in digits.
    const more = (await encodeModel(model(4))).length - bytes.length;
    expect(more - 4 * (3 * 3 * 3 + 3)).toBeLessThan(2 * atoms.length);
  });

  test("of a single layer is left in its recipe", async () => {
    const { metadata } = readSafetensors(await encodeModel(model(1)));
    expect(metadata.has("texts")).toBe(false);
    expect(metadata.get("model")).toContain(atoms);
  });

  test.each([
    ["not there", "[]"],
    ["no list", "{}"],
    ["a number", "[5]"],
    ["not JSON", "["],
    ["too long, all together", JSON.stringify(["x".repeat(40_000_000)])],
  ])("is refused if it is %s", async (_, texts) => {
    const content = readSafetensors(await encodeModel(model(3)));
    const metadata = new Map([...content.metadata, ["texts", texts] as const]);
    const bytes = writeSafetensors(await withDigest({ ...content, metadata }));
    await expect(decodeModel(bytes)).rejects.toMatchObject({
      code: "FILE_DAMAGED",
      message: expect.stringContaining("its recipes share a text that it does not hold"),
    });
  });
});

test("texts with escapes, and recipes of others with the sign, come back as they were", () => {
  const text = "x".repeat(70);
  const recipe = (name: string) => `{"name":"${name}","a":"\\u0041${text}\\"${text}","b":[${"1,".repeat(40)}2]}`;
  const topology = {
    layers: [{ config: { recipe: recipe("one") } }, { config: { layer: { recipe: recipe("two") } } }],
  };
  const shared = withShared(topology);
  expect(JSON.parse(shared.metadata[0]![1])).toEqual([`u0041${text}`, text, `:[${"1,".repeat(40)}2]}`]);
  expect(withoutShared(shared.topology, new Map(shared.metadata))).toEqual(topology);
  const foreign = { layers: [{ recipe: `§0§${text}` }, { recipe: text }] };
  expect(withShared(foreign)).toEqual({ topology: foreign, metadata: [] });
});
