import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useEngine } from "@weightcast/backend";
import { execute, type RunRecord, registerBuiltIns, resolveRun } from "@weightcast/runs";
import { memoryStorage } from "@weightcast/training";
import { afterAll, beforeAll, expect, test } from "vitest";
import { main } from "../main";
import { fakeWorld } from "../testing/world";

let folder = "";
const records: RunRecord[] = [];

beforeAll(async () => {
  registerBuiltIns();
  folder = mkdtempSync(join(tmpdir(), "weightcast-tables-"));
  const rows = Array.from({ length: 150 }, (_, i) => {
    const [a, b] = [i % 7, (i * i) % 11];
    return `${a},${b},${100 * a - 20 * b + 7},${a > 3 ? '"far, away"' : "near"}`;
  });
  writeFileSync(join(folder, "trips.csv"), `a,b,fare,where\n${rows.join("\n")}\n`);
  const engine = await useEngine("cpu");
  for (const [target, ignore] of [
    ["fare", "where"],
    ["where", "fare"],
  ]) {
    const spec = resolveRun({
      data: { table: "trips.csv", target: target!, ignore: ignore! },
      hidden: 12,
      activation: "relu",
      training: { epochs: 20, batchSize: 10, rate: 0.01 },
    });
    const model = join(folder, `${target}.safetensors`);
    records.push(await execute(spec, { engine, folder, storage: () => memoryStorage(), model }));
  }
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

const run = async (...args: string[]) => {
  const world = fakeWorld({ folder });
  const code = await main(args, world);
  return { code, out: world.out(), err: world.err() };
};

test("evaluate prints the errors of the record, in the units of the target", async () => {
  const { out } = await run("evaluate", "fare.safetensors", "--engine", "cpu");
  const { rmse, mae, r2 } = records[0]!.result.metrics!;
  expect(r2).toBeGreaterThan(0.9);
  expect(out).toContain(`RMSE         ${Number(rmse!.toPrecision(4))}\n`);
  expect(out).toContain(`MAE          ${Number(mae!.toPrecision(4))}\n`);
  expect(out).toMatch(/^Rows {9}trips, 30 of part test\nTarget {7}fare$/m);
  const all = await run("evaluate", "fare.safetensors", "--engine", "cpu", "--data", "trips.csv", "--json");
  expect(JSON.parse(all.out)).toMatchObject({ target: "fare", count: 150, data: { name: "trips.csv" } });
});

test("evaluate of classes prints the matrix of rows", async () => {
  const { out } = await run("evaluate", "where.safetensors", "--engine", "cpu");
  const { testError } = records[1]!.result;
  expect(out).toContain(`Error        ${(100 * testError!).toFixed(2)}%, ${Math.round(30 * testError!)} of 30 rows\n`);
  expect(out).toMatch(/^far, away +\d+ +/m);
});

test("predict prints a number, or classes, for each row; a table needs only the columns that the network takes", async () => {
  writeFileSync(join(folder, "new.csv"), "b;extra;a\n3;x;6\n10;y;0\n");
  const { code, out } = await run("predict", "fare.safetensors", "new.csv", "--engine", "cpu", "--csv");
  expect(code).toBe(0);
  const [head, ...lines] = out.trim().split("\n");
  expect([head, lines.length]).toEqual(["row,fare", 2]);
  expect(Math.abs(Number(lines[0]!.split(",")[1]) - 547)).toBeLessThan(100);
  const json = await run("predict", "fare.safetensors", "new.csv", "--engine", "cpu", "--json");
  const found = JSON.parse(json.out).rows as { row: number; value: number }[];
  expect(found.map(({ row }) => row)).toEqual([1, 2]);
  expect(Math.abs(found[0]!.value - Number(lines[0]!.split(",")[1]))).toBeLessThan(0.01);
  const classes = await run("predict", "where.safetensors", "new.csv", "--engine", "cpu");
  expect(classes.out).toMatch(/^row {2}where +% {2}2\. +%\n[─ ]+\n {2}1 {2}far, away +\d/);
});

test.each([
  [["predict", "fare.safetensors", "none.csv"], 1, /none\.csv.*there|exist|absent/],
  [["predict", "fare.safetensors", "seven.png"], 2, /takes|predicts fare of the rows of a table|images/],
  [["predict", "fare.safetensors", "words.csv"], 1, /words\.csv: must have numbers in column "a"; got "six" in row 1/],
  [["predict", "fare.safetensors", "few.csv"], 1, /few\.csv: must have a column "b"; got a/],
  [["evaluate", "fare.safetensors", "--data", "mnist"], 2, /takes the rows of a table; name a CSV file by --data/],
  [["train", "--data", "trips.csv"], 2, /data\.target: must name the column of the table to predict/],
  [["train", "--data", "trips.csv", "--target", "far"], 1, /must have a column "far"; got a, b, fare, where/],
  [["train", "--data", "gone.csv", "--target", "a"], 2, /there is no table "gone\.csv"; name a CSV file/],
  [["train", "--target", "a"], 2, /data\.target: is for a table; leave it out, or name a CSV file in data\.table/],
  [["train", "--data", "trips.csv", "--target", "a", "--network", "convnet"], 2, /must be mlp on a table/],
  [["train", "--data", "trips.csv", "--target", "a", "--size", "3"], 2, /data\.size: is for images in a folder/],
  [["train", "--data", "trips.csv", "--target", "fare", "--ignore", "fare"], 2, /must not hold the column to predict/],
] as const)("%j ends with %i", async (args, expected, message) => {
  writeFileSync(join(folder, "words.csv"), "a,b\nsix,1\n");
  writeFileSync(join(folder, "few.csv"), "a\n6\n");
  const { code, err } = await run(...args, ...(args[0] === "train" ? [] : ["--engine", "cpu"]));
  expect([code, err]).toEqual([expected, expect.stringMatching(message)]);
});

test("a configuration file has the same fields, and --print-config writes them with paths that are absolute", async () => {
  writeFileSync(
    join(folder, "run.yaml"),
    "data: { table: trips.csv, target: fare, ignore: [where], task: regression }\n",
  );
  const { out } = await run("train", "run.yaml", "--print-config", "--json");
  expect(JSON.parse(out).data).toEqual({
    table: join(folder, "trips.csv"),
    ...{ target: "fare", ignore: ["where"], task: "regression", name: "trips", samples: 10_000 },
  });
  expect(JSON.parse(out).training).toMatchObject({ optimizer: "adam", rate: 0.001 });
  expect(readFileSync(join(folder, "trips.csv"), "utf8")).toMatch(/^a,b/);
});
