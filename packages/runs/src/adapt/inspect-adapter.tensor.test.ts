import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { adapt } from "@weightcast/convert";
import { full, lora, oneSided, sparse, twoSided } from "@weightcast/core";
import { fourier } from "@weightcast/dictionary-fourier";
import { covariance } from "@weightcast/dictionary-kernel";
import { gaussian } from "@weightcast/dictionary-random";
import { encodeAdapter, FileError } from "@weightcast/files";
import { byteMutations, mutatedJson, withText } from "@weightcast/files/testing";
import { stream } from "@weightcast/random";
import { sweep } from "@weightcast/random/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inspectAdapter, isAdapterFile } from "./inspect-adapter";

const folder = mkdtempSync(join(tmpdir(), "weightcast-inspect-"));
afterAll(() => rmSync(folder, { recursive: true }));
let bytes: Uint8Array;

/** Covariance of noise over four outputs: a dictionary whose atoms are stored. */
function learned() {
  const { normal } = stream(1, "samples");
  const samples = { rows: 20, cols: 4, data: Float32Array.from({ length: 80 }, () => normal()) };
  return covariance({ domain: [4], batches: () => [samples] });
}

beforeAll(async () => {
  const model = sequential({
    layers: [
      layers.dense({ units: 5, inputShape: [8], name: "a" }),
      layers.dense({ units: 5, name: "a/b" }),
      layers.dense({ units: 5, name: "c" }),
      layers.dense({ units: 4, name: "d" }),
      layers.dense({ units: 3, name: "e" }),
    ],
  });
  const forms = {
    a: lora({ rank: 2 }),
    "a/b": sparse({ dictionary: fourier, entries: 6 }),
    c: oneSided({ dictionary: gaussian, rank: 2 }),
    d: twoSided({ inputs: { dictionary: gaussian, rank: 3 }, outputs: { dictionary: learned(), rank: 2 } }),
    e: full(),
  };
  const adapted = adapt(model, forms, { name: "five", biases: true });
  bytes = await encodeAdapter(adapted, "five", { notes: { classes: ["x"] }, compress: false });
  for (const one of [adapted.model, model]) one.dispose();
});

/** Path of a file with this content. */
function written(content: Uint8Array): string {
  const path = join(folder, "one");
  writeFileSync(path, content);
  return path;
}

test("layers by form, with what each learns and stores, without the model", async () => {
  const path = written(bytes);
  expect(await isAdapterFile(path)).toBe(true);
  const found = await inspectAdapter(path);
  expect(found).toMatchObject({ name: "five", factor: 1, bytes: statSync(path).size, notes: { classes: ["x"] } });
  expect(found.layers.map(({ layer, form, dictionaries, ...counts }) => [layer, form, dictionaries, counts])).toEqual([
    ["a", "lora", [], { learned: 2 * (8 + 5) + 5, stored: 0, bytes: 4 * 31 }],
    ["a/b", "sparse", ["fourier"], { learned: 6 + 5, stored: 0, bytes: 4 * 11 }],
    ["c", "one-sided", ["gaussian"], { learned: 2 * 5 + 5, stored: 0, bytes: 4 * 15 }],
    ["d", "two-sided", ["gaussian", "covariance"], { learned: 3 * 2 + 4, stored: 4 * 2, bytes: 4 * 18 }],
    ["e", "full", [], { learned: 4 * 3 + 3, stored: 0, bytes: 4 * 15 }],
  ]);
});

test("a mutated file is described as far as its bytes say something, or refused in a sentence", async () => {
  const random = stream(2, "mutations");
  const mutations = [
    ...Array.from({ length: sweep(60) }, () => () => withText(bytes, "adapter", (text) => mutatedJson(text, random))),
    ...Object.values(byteMutations).flatMap((mutation) =>
      Array.from({ length: sweep(3) }, () => async () => mutation(bytes, random)),
    ),
  ];
  const count = { described: 0, refused: 0 };
  for (const mutate of mutations) {
    const path = written(await mutate());
    try {
      for (const { layer, form, dictionaries, ...numbers } of (await inspectAdapter(path)).layers) {
        expect([layer, form, ...dictionaries].every((text) => typeof text === "string")).toBe(true);
        expect(Object.values(numbers).every((one) => Number.isSafeInteger(one) && one >= 0)).toBe(true);
      }
      count.described++;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      expect(error.message.startsWith(`${path}: `)).toBe(true);
      count.refused++;
    }
  }
  if (process.env.WEIGHTCAST_SWEEP) console.log(`inspect: ${count.described} described, ${count.refused} refused`);
  expect([count.described > 5, count.refused > 20]).toEqual([true, true]);
});
