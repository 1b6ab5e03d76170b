import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { inputDigest } from "../run/input-digest";
import { identityOf } from "./identity";
import { layersBy } from "./methods";
import { layersOf } from "./network";
import { type RunInput, resolveRun } from "./run";

describe("resolveRun", () => {
  test("nothing given is the paper's dense network on MNIST", () => {
    const run = resolveRun({});
    expect(run.data.name).toBe("mnist");
    expect(run.network).toEqual({ model: "mlp", hidden: [500, 500], activation: "sigmoid", layers: {} });
    expect(run.training).toMatchObject({ epochs: 10, batchSize: 100, optimizer: "sgd", momentum: 0.9, rate: 0.2 });
    expect(resolveRun(JSON.parse(JSON.stringify(run)))).toEqual(run);
  });

  test.each([
    [{ trianing: {} }, 'run.yaml: unrecognized key: "trianing"'],
    [{ training: { rate: 0 } }, "training.rate: must be more than 0; got 0"],
    [{ seed: 1.5 }, "seed: must be an integer; got 1.5"],
    [{ hidden: [{ weights: "factorised", units: 3 }] }, "hidden[0].weights"],
    [
      { hidden: [{ weights: "factorized", units: 3, dictionary: "kernel", proportion: 5 }] },
      "hidden[0].proportion: must be at most 1; got 5",
    ],
    [{ training: { warmup: -1 } }, "training.warmup: must be at least 0; got -1"],
    [{ training: { epochs: 2, warmup: 2 } }, "training.warmup: must be fewer epochs than the run's 2; got 2"],
    [{ training: { schedule: "step", warmup: 1 } }, "training.warmup: needs the cosine schedule; got 1"],
    ["dense", 'run.yaml: must be an object with fields; got "dense"'],
  ])("%j is refused by name", (input, message) => {
    expect(() => resolveRun(input, "run.yaml")).toThrow(RangeError);
    expect(() => resolveRun(input, "run.yaml")).toThrow(message);
  });

  test("the rate at the start is the optimizer's own, unless it is given", () => {
    const rate = (training: object) => resolveRun({ training }).training.rate;
    expect([rate({}), rate({ optimizer: "adam" }), rate({ optimizer: "adam", rate: 0.5 })]).toEqual([0.2, 0.001, 0.5]);
  });

  test("names every fault at once", () => {
    expect(() => resolveRun({ seed: "x", training: { epochs: 0 } })).toThrow(/epochs[\s\S]*seed/);
  });
});

describe("identityOf", () => {
  test("is the SHA-256 of the canonical JSON, recomputed by node:crypto", () => {
    const sort = (value: unknown): unknown =>
      value && typeof value === "object" && !Array.isArray(value)
        ? Object.fromEntries(
            Object.entries(value)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([key, entry]) => [key, sort(entry)]),
          )
        : Array.isArray(value)
          ? value.map(sort)
          : value;
    const { label: _, use: __, network: ___, ...rest } = resolveRun({ seed: 3 });
    // A perceptron as the first records were written.
    const dense = { weights: "dense", units: 500 };
    const written = { hidden: [dense, dense], activation: "sigmoid" };
    const text = JSON.stringify(sort({ ...rest, ...written, engine: "wasm", numbers: 1, outside: "" }));
    expect(identityOf(resolveRun({ seed: 3 }), "wasm")).toBe(
      createHash("sha256").update(text).digest("hex").slice(0, 12),
    );
  });

  test("paths do not count, what they hold does", async () => {
    const made = async (label: string) => {
      const folder = await mkdtemp(join(tmpdir(), "weightcast-digest-"));
      await writeFile(join(folder, "train-images-idx3-ubyte"), label);
      return folder;
    };
    const id = async (folder: string) => {
      const spec = resolveRun({ data: { name: "d", folder } });
      return identityOf(spec, "cpu", await inputDigest(spec, "/"));
    };
    const [a, b, other] = [await made("one"), await made("one"), await made("two")];
    expect(await id(b)).toBe(await id(a));
    expect(await id(other)).not.toBe(await id(a));
    const plain = resolveRun({});
    expect(await inputDigest(plain, "/")).toBe("");
    for (const folder of [a, b, other]) await rm(folder, { recursive: true });
  });

  test("the label does not count, everything else does, and so does the engine", () => {
    const filled = (proportion: number) => layersBy("SE-Emp", layersOf({ model: "mlp" }), { proportion, columns: 10 });
    const id = identityOf(resolveRun({}), "cpu");
    expect(identityOf(resolveRun({ label: "another" }), "cpu")).toBe(id);
    const others = [
      identityOf(resolveRun({}), "wasm"),
      identityOf(resolveRun({ seed: 2 }), "cpu"),
      identityOf(resolveRun({ network: { model: "mlp", layers: filled(0.05) } }), "cpu"),
      identityOf(resolveRun({ network: { model: "mlp", layers: filled(0.06) } }), "cpu"),
      identityOf(resolveRun({ data: { train: 100 } }), "cpu"),
      identityOf(resolveRun({ training: { rate: 0.3 } }), "cpu"),
    ];
    expect(new Set([id, ...others]).size).toBe(7);
  });
});

test("images are called by the name given, or by their folder's, or mnist", () => {
  const nameOf = (data: RunInput["data"]) => resolveRun({ data }).data.name;
  expect(nameOf({})).toBe("mnist");
  expect(nameOf({ folder: "./images/fashion/" })).toBe("fashion");
  expect(nameOf({ folder: "C:\\data\\mine" })).toBe("mine");
  expect(nameOf({ folder: "images", name: "flowers" })).toBe("flowers");
});

test("momentum is for sgd: adam refuses another than the default, which resolved runs have", () => {
  expect(() => resolveRun({ training: { optimizer: "adam", momentum: 0.5 } })).toThrow(
    "run: training.momentum: is for sgd; leave it out for other optimizers; got 0.5",
  );
  const adam = resolveRun({ training: { optimizer: "adam" } });
  expect(resolveRun(adam)).toEqual(adam);
  expect(resolveRun({ training: { momentum: 0.5 } }).training.momentum).toBe(0.5);
});

test.each<[object, string]>([
  [{ hidden: [{ units: 3 }] }, 'hidden[0].weights: is missing; it must be one of "dense", "low-rank", "factorized"'],
  [
    { hidden: [{ weights: "dens", units: 3 }] },
    'hidden[0].weights: must be one of "dense", "low-rank", "factorized"; got "dens"',
  ],
  [{ hidden: [{ weights: "dense" }] }, "hidden[0].units: is missing; it must be an integer"],
  [{ network: { layers: {} } }, 'network.model: is missing; it must be one of "mlp", '],
  [
    { training: { optimizer: "adm" } },
    'training.optimizer: must be one of "sgd", "adam", "rmsprop", "adagrad", "lion"; got "adm"',
  ],
  [{ hidden: [[3]] }, "hidden[0]: must be an object with fields; got [3]"],
])("%j: the field, the rule, and the value or that there is none", (input, message) => {
  const check = () => resolveRun(input);
  expect(check).toThrow(`run: ${message}`);
  expect(check).not.toThrow("undefined");
});
