import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { type EngineName, useEngine } from "@weightcast/backend";
import { eventReader, type Summary } from "@weightcast/tensorboard";
import { memoryStorage } from "@weightcast/training";
import { decode } from "fast-png";
import { expect, onTestFinished, test } from "vitest";
import { registerBuiltIns } from "../build/dictionaries";
import { runEventsFolder } from "../events/event-folder";
import { resolveRun } from "../spec";
import { execute } from "./execute";

const spec = resolveRun({
  label: "small",
  data: { train: 200, test: 50 },
  hidden: [{ weights: "factorized", units: 12, dictionary: "kernel", proportion: 0.05, columns: 2 }],
  training: { epochs: 2, batchSize: 50, rate: 0.1 },
});

/** Tests of what is the same on every engine run on one. */
const once = test.runIf(process.env.WEIGHTCAST_ENGINE === "wasm");

once(
  "event files hold the errors of the record, the weights and the filters; the numbers of the run are the same",
  async () => {
    registerBuiltIns();
    const engine = await useEngine(process.env.WEIGHTCAST_ENGINE as EngineName);
    const folder = mkdtempSync(join(tmpdir(), "weightcast-events-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const storage = () => memoryStorage();
    const context = { engine, execution: "eager", folder: process.cwd(), storage } as const;
    const plain = await execute(spec, { ...context, events: { folder: join(folder, "plain"), contents: "scalars" } });
    const tensors = tf.memory().numTensors;
    const record = await execute(spec, { ...context, events: { folder, contents: "all" } });
    expect(tf.memory().numTensors).toBe(tensors);
    const numbers = ({ result: { seconds: _, stepsPerSecond: __, ...rest } }: typeof record) => rest;
    expect(numbers(record)).toEqual(numbers(plain));
    expect(new Set((await eventsIn(join(folder, "plain"))).map(([, { kind }]) => kind))).toEqual(
      new Set(["text", "scalar"]),
    );

    const found = await eventsIn(folder);
    const of = (tag: string) => found.filter(([, one]) => one.tag === tag);
    const scalars = (tag: string) => of(tag).map(([step, one]) => [step, one.kind === "scalar" && one.value]);
    const { history } = record.result;
    expect(scalars("error/test error")).toEqual(
      history.map(({ testError }, i) => [4 * (i + 1), Math.fround(testError!)]),
    );
    expect(scalars("loss/epoch")).toEqual(history.map(({ loss }, i) => [4 * (i + 1), Math.fround(loss)]));
    const histograms = found.filter(([, { kind }]) => kind === "histogram").map(([, { tag }]) => tag);
    expect(new Set(histograms)).toEqual(
      new Set(["hidden_1/coefficients", "hidden_1/bias", "logits/kernel", "logits/bias"]),
    );
    const [step, picture] = of("filters")[0]!;
    expect(step).toBe(4);
    const pixels = picture.kind === "image" ? decode(picture.data) : undefined;
    expect(pixels).toMatchObject({ width: 5 * 29 - 1, height: 2 * 29 - 1, channels: 4 });

    /** Steps and summaries of the run in a folder. */
    async function eventsIn(where: string): Promise<(readonly [number, Summary])[]> {
      const events: (readonly [number, Summary])[] = [];
      for await (const { step, summaries } of eventReader(runEventsFolder(where, record))())
        events.push(...summaries.map((one) => [step, one] as const));
      return events;
    }
  },
);
