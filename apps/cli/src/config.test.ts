import { readFileSync } from "node:fs";
import { predictedLayers, resolveRun, runSchema } from "@weightcast/experiments";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readConfig } from "./config";
import { checkDictionaries, resolveChecked } from "./config-faults";
import { folderWith } from "./testing/folder";

describe("a configuration file", () => {
  test("is YAML or JSON; its paths are relative to it", async () => {
    const folder = folderWith({
      "configs/run.yaml": "# a run\nseed: 3\nuse: [./mine]\ntraining: { epochs: 2 }\n",
      "run.json": '{"seed": 3}',
    });
    expect(await readConfig("configs/run.yaml", folder)).toEqual({
      seed: 3,
      use: ["./configs/mine"],
      training: { epochs: 2 },
    });
    expect(await readConfig("run.json", folder)).toEqual({ seed: 3 });
  });

  test.each([
    ["is not there", "other.yaml", "other.yaml: can't be read (ENOENT)"],
    ["is not YAML", "bad.yaml", /bad\.yaml: .*line 2/s],
    ["is a list", "list.yaml", "list.yaml: must hold the fields of a run"],
    ["is empty", "empty.yaml", 'empty.yaml: must hold the fields of a run, such as "seed: 1"; got null'],
  ])("that %s is refused", async (_, file, message) => {
    const folder = folderWith({ "bad.yaml": "epochs: [3\nseed: 1\n", "list.yaml": "- 1\n", "empty.yaml": "" });
    const reading = readConfig(file, folder);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toMatchObject({ code: "USAGE" });
  });
});

test("the configuration file of the README is a run, with its paths", async () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const [, text] = /```yaml\n(.*?)```/s.exec(readme)!;
  const run = resolveRun(parse(text!));
  expect(run).toMatchObject({ label: "wide kernel", hidden: [{ dictionary: "kernel" }, { weights: "dense" }] });
  const folder = folderWith({ "run.yaml": text! });
  expect(resolveRun(await readConfig("run.yaml", folder))).toEqual(run);
});

describe("a run that the schema refuses", () => {
  const check = (input: unknown) => resolveChecked(input, "run.yaml", { resolveRun, runSchema });

  test("names every fault, and what may have been meant", async () => {
    const checking = check({ hiden: [], epochs: 3, training: { epoch: 2, optimizer: "adm" } });
    await expect(checking).rejects.toMatchObject({ code: "USAGE" });
    await expect(checking).rejects.toThrow('"hiden" (did you mean hidden?)');
    await expect(checking).rejects.toThrow('"epochs" (did you mean training.epochs?)');
    await expect(checking).rejects.toThrow('"epoch" (did you mean epochs?)');
    await expect(checking).rejects.toThrow('got "adm"');
    await expect(checking).rejects.toThrow(/^run\.yaml: /);
  });

  test("and one that it takes", async () => expect(await check({ seed: 2 })).toEqual(resolveRun({ seed: 2 })));
});

test("a dictionary that is not there is told with the nearest", () => {
  const layer = { weights: "factorized", units: 10, proportion: 0.1 } as const;
  const run = resolveRun({
    hidden: [
      { weights: "dense", units: 3 },
      { ...layer, dictionary: "kernal" },
    ],
  });
  expect(() => checkDictionaries(run, ["gaussian", "kernel"], { predictedLayers })).toThrow(
    'there is no dictionary "kernal" (did you mean kernel?); there is gaussian, kernel; --use PACKAGE brings others',
  );
  expect(checkDictionaries(run, ["kernal"], { predictedLayers })).toBeUndefined();
  const conv_1 = { weights: "factorized", proportion: 0.1, dictionary: "fuorier" } as const;
  const network = resolveRun({ network: { model: "convnet", layers: { conv_1 } } });
  expect(() => checkDictionaries(network, ["fourier"], { predictedLayers })).toThrow("did you mean fourier?");
});
