import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { initializers, layers, sequential } from "@tensorflow/tfjs-layers";
import { useEngine } from "@weightcast/backend";
import type { EngineChoice } from "@weightcast/backend/names";
import { saveModel } from "@weightcast/files/node";
import { stream } from "@weightcast/random";
import { memoryStorage } from "@weightcast/training";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTrained } from "../model/open-trained";
import { execute } from "../run/execute";
import { resolveRun } from "../spec";
import { adaptFile } from "./adapt-file";
import type { AdaptFileOptions } from "./options";

const folder = mkdtempSync(join(tmpdir(), "weightcast-adapt-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const engine = process.env.WEIGHTCAST_ENGINE as EngineChoice;
/** Whole trainings are the same on every engine. */
const once = describe.runIf(engine === "wasm");

const options = (changes: Partial<AdaptFileOptions>): AdaptFileOptions => ({
  ...{ form: "lora", epochs: 2, seed: 1, compress: true, folder, engine, storage: memoryStorage() },
  ...changes,
});

once("a convolutional network that gives probabilities, and does not say what it was trained with", () => {
  const kernelInitializer = initializers.heNormal({ seed: 1 });
  const data = { ...resolveRun({ data: { name: "mnist" } }).data, train: 400, test: 100 };

  beforeAll(async () => {
    const model = sequential({
      layers: [
        layers.conv2d({
          filters: 6,
          kernelSize: 5,
          strides: 3,
          inputShape: [28, 28, 1],
          name: "conv",
          kernelInitializer,
        }),
        layers.batchNormalization({ name: "norm" }),
        layers.activation({ activation: "relu" }),
        layers.flatten(),
        layers.dense({ units: 7, activation: "softmax", name: "logits", kernelInitializer }),
      ],
    });
    await saveModel(at("net.gz"), model);
    model.dispose();
  });

  test("its head becomes one for ten digits; without the pixels' scale its file says how they are converted", async () => {
    const before = tf.memory().numTensors;
    const done = await adaptFile(
      at("net.gz"),
      at("digits.gz"),
      options({ data, form: "sparse", entries: 60, batch: 20, pixels: { scale: 1 / 128, offset: -1 } }),
    );
    expect(tf.memory().numTensors).toBe(before);
    expect(done.newHead).toEqual({ layer: "logits", outputs: 10, before: 7 });
    expect(done.adapter.layers.map(({ layer, form, learned }) => [layer, form, learned])).toEqual([
      ["conv", "sparse", 60],
      ["logits", "full", 8 * 8 * 6 * 10 + 10],
    ]);
    expect(done.adapter.notes).toMatchObject({
      inputs: { scale: 1 / 128, offset: -1, shape: [28, 28] },
      task: "classification",
    });
    expect(done.quality.model).toBeUndefined();
    expect(done.quality.adapted.metrics.error).toBeLessThan(0.4); // by chance 0.9
    expect(done.bytes.file).toBe(statSync(at("digits.gz")).size);
    const opened = await openTrained(at("net.gz"), { engine, adapter: at("digits.gz") });
    expect([opened.kind, opened.kind === "images" && opened.classes.length]).toEqual(["images", 10]);
    await opened.release();
  });

  test.each([
    ["no examples", {}, /it does not say what it was trained with; give examples/],
    ["a table", { data: { name: "t", table: "t.csv", samples: 1 } }, /it does not say which columns it takes/],
    ["a layer that is none", { data, layers: ["deep*"] }, /"deep\*"; those of the model are conv, logits/],
  ])("%s is refused, and nothing is written", async (_, changes, message) => {
    await expect(adaptFile(at("net.gz"), at("refused.gz"), options(changes))).rejects.toThrow(message);
    expect(existsSync(at("refused.gz"))).toBe(false);
  });
});

once("a network that predicts a column of tables", () => {
  /** y = 3 a − b · slope, in two tables. */
  const table = (slope: number) => {
    const { normal } = stream(slope, "table");
    const rows = Array.from({ length: 120 }, () => [normal(), normal()] as const);
    return ["a,b,y", ...rows.map(([a, b]) => [a, b, 3 * a - slope * b].join(","))].join("\n");
  };

  beforeAll(async () => {
    for (const slope of [1, 2]) writeFileSync(at(`table${slope}.csv`), table(slope));
    await execute(
      resolveRun({
        data: { table: at("table1.csv"), target: "y" },
        hidden: [{ weights: "dense", units: 16 }],
        activation: "relu",
        training: { epochs: 30, batchSize: 10 },
      }),
      { engine: await useEngine(engine), folder, storage: () => memoryStorage(), model: at("table.gz") },
    );
  });

  test("another table with the same columns: its error falls", async () => {
    const data = { name: "other", table: at("table2.csv"), samples: 1 };
    const done = await adaptFile(at("table.gz"), at("other.gz"), options({ data, epochs: 20, rank: 2 }));
    const [before, after] = [done.quality.model!, done.quality.adapted].map(({ metrics }) => metrics.rmse!);
    expect(before).toBeGreaterThan(0.5);
    expect(after).toBeLessThan(before! / 2);
    expect(done.adapter.origin?.spec.data).toMatchObject({ name: "other", target: "y" });
    expect(readFileSync(at("other.gz")).length).toBeLessThan(4000);
  });

  test("images are refused", async () => {
    const { data } = resolveRun({ data: { name: "mnist" } });
    await expect(adaptFile(at("table.gz"), at("refused.gz"), options({ data }))).rejects.toThrow(
      "table.gz: it takes the rows of a table; give such data; got mnist",
    );
  });
});
