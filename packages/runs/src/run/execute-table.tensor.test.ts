import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EngineName, type EngineReport, useEngine } from "@weightcast/backend";
import { loadModel } from "@weightcast/files/node";
import { stream } from "@weightcast/random";
import { memoryStorage } from "@weightcast/training";
import { afterAll, beforeAll, expect, test as onEvery } from "vitest";
import { registerBuiltIns } from "../build/dictionaries";
import { type RunInput, resolveRun } from "../spec";
import { execute } from "./execute";

/** Compiled runs do not depend on the engine that builds them. */
const test = onEvery.runIf(process.env.WEIGHTCAST_ENGINE === "wasm");
let engine: EngineReport;
let folder = "";

/** Rows of a table: two correlated numbers, a word, and what follows from them. */
const rows = (() => {
  const { normal, integer } = stream(3, "rows");
  return Array.from({ length: 400 }, () => {
    const [a, word] = [normal(), ["red", "green", "blue"][integer(3)]!];
    const b = 100 + 20 * (a + 0.3 * normal());
    const y = 5000 + 300 * a * (word === "red" ? 1 : -1) + 4 * b + 20 * normal();
    return { a, b, word, y, kind: y > 5400 ? "high" : "low" };
  });
})();

beforeAll(async () => {
  registerBuiltIns();
  engine = await useEngine(process.env.WEIGHTCAST_ENGINE as EngineName);
  folder = await mkdtemp(join(tmpdir(), "weightcast-table-"));
  const lines = rows.map(({ a, b, word, y, kind }, i) => [i, a, b, word, y, kind].join());
  await writeFile(join(folder, "t.csv"), `id,a,b,word,y,kind\n${lines.join("\n")}\n`);
});
afterAll(() => rm(folder, { recursive: true }));

const context = (model?: string) => ({
  ...{ engine, execution: "compiled" as const, threads: 1, folder, storage: () => memoryStorage() },
  ...(model !== undefined && { model }),
});
const run = (more: Partial<RunInput> & { data: object }) =>
  resolveRun({
    hidden: [{ weights: "factorized", units: 24, dictionary: "covariance", proportion: 0.6, columns: 2 }],
    activation: "relu",
    training: { epochs: 30, batchSize: 20, optimizer: "sgd", rate: 0.02 },
    ...more,
    data: { table: "t.csv", ...more.data },
  });
const regression = run({ data: { target: "y", ignore: ["id", "kind"] } });

test("a regression is measured in the units of its target, and so is its file, by plain loops over the rows", async () => {
  const path = join(folder, "r.safetensors");
  const { result } = await execute(regression, context(path));
  expect(result.testError).toBeUndefined();
  const { rmse, mae, r2 } = result.metrics!;
  expect(r2).toBeGreaterThan(0.9);
  expect(result.history.at(-1)!.metrics).toEqual(result.metrics);

  const { model, inputs, columns, target, task } = await loadModel(path);
  expect([task, target!.name]).toEqual(["regression", "y"]);
  expect(columns).toEqual([{ name: "a" }, { name: "b" }, { name: "word", words: ["blue", "green", "red"] }]);
  // The rows that were kept out of training: a fifth of them, the first of this permutation.
  const held = [...stream(0, "test").permutation(400).slice(0, 80)];
  const trained = rows.filter((_, i) => !held.includes(i));
  const means = (of: (row: (typeof rows)[number]) => number) => {
    const mean = trained.reduce((sum, row) => sum + of(row), 0) / trained.length;
    return { mean, sd: Math.sqrt(trained.reduce((sum, row) => sum + (of(row) - mean) ** 2, 0) / trained.length) };
  };
  const features = [
    (row: (typeof rows)[number]) => row.a,
    (row: (typeof rows)[number]) => row.b,
    ...["blue", "green", "red"].map((word) => (row: (typeof rows)[number]) => +(row.word === word)),
  ].map((of) => ({ of, ...means(of) }));
  const scale = inputs!.scale as number[];
  for (const [i, { sd }] of features.entries()) expect(scale[i]! * sd).toBeCloseTo(1, 5);
  const output = means(({ y }) => y);
  expect([target!.scale! / output.sd, target!.offset! / output.mean]).toEqual([
    expect.closeTo(1, 5),
    expect.closeTo(1, 5),
  ]);
  const [hidden, last] = model.layers.filter(({ weights }) => weights.length > 0);
  const W = (hidden as unknown as { weightMatrix(): { arraySync(): number[][] } }).weightMatrix().arraySync();
  const bias = [...hidden!.getWeights()[1]!.dataSync()];
  const [kernel, end] = last!.getWeights().map((weight) => [...weight.dataSync()]) as [number[], number[]];
  const predicted = (row: (typeof rows)[number]) => {
    const x = features.map(({ of, mean, sd }) => (of(row) - mean) / sd);
    const h = bias.map((b, unit) =>
      Math.max(
        0,
        x.reduce((sum, value, i) => sum + value * W[i]![unit]!, b),
      ),
    );
    return h.reduce((sum, value, unit) => sum + value * kernel[unit]!, end[0]!) * output.sd + output.mean;
  };
  const errors = held.map((i) => predicted(rows[i]!) - rows[i]!.y);
  expect(Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / 80) / rmse!).toBeCloseTo(1, 3);
  expect(errors.reduce((sum, e) => sum + Math.abs(e), 0) / 80 / mae!).toBeCloseTo(1, 3);
  model.dispose();
});

test("a file is trained on and made small, by its own columns and scales", async () => {
  const path = join(folder, "q.safetensors");
  const first = await execute(regression, context(path));
  const more = run({
    data: regression.data,
    from: "q.safetensors",
    training: { epochs: 1, batchSize: 20, optimizer: "sgd", rate: 1e-9 },
  });
  const again = await execute(more, context());
  expect(again.result.metrics!.rmse! / first.result.metrics!.rmse!).toBeCloseTo(1, 3);
  const small = run({ data: regression.data, quantization: { type: "int8", epochs: 1 } });
  const { result } = await execute(small, context());
  expect(result.bytes).toBeLessThan(0.9 * first.result.bytes);
  expect(result.metrics!.r2).toBeGreaterThan(0.9);
});

test("words are classes; validation rows take the place of the test rows", async () => {
  const { result } = await execute(
    run({ data: { target: "kind", ignore: "id,y", test: 50, validation: 100, train: 200 } }),
    context(),
  );
  expect(result.metrics).toBeUndefined();
  expect(result.testError).toBeLessThan(0.15);
  expect(result.classErrors!.map(({ name }) => name)).toEqual(["high", "low"]);
  expect(result.classErrors!.reduce((sum, { count }) => sum + count, 0)).toBe(100);
});

test.each([
  [{ target: "y", ignore: ["id"], test: 400 }, "data: test must be at most 399: t has 400 rows; got 400"],
  [{ target: "y", ignore: ["id"], validation: 320 }, "data: validation must be at most 319: t has 400 rows; got 320"],
  [{ target: "y", ignore: ["id"], train: 321 }, "data: train must be at most 320: t has 400 rows; got 321"],
  [{ target: "z" }, 't.csv: must have a column "z"'],
])("%j is refused", (data, message) => expect(execute(run({ data }), context())).rejects.toThrow(message));
