import { readFileSync } from "node:fs";
import { resolveRun } from "@weightcast/runs/spec";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { folderWith } from "../testing/folder";
import { readConfig } from "./config";
import { resolveChecked } from "./config-faults";
import { checkDictionaries } from "./dictionaries";

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
    ["does not exist", "other.yaml", "other.yaml: can't be read (ENOENT)"],
    ["is not YAML", "bad.yaml", /bad\.yaml: .*line 2/s],
    ["is a list", "list.yaml", "list.yaml: must contain the fields of a run"],
    ["is empty", "empty.yaml", 'empty.yaml: must contain the fields of a run, such as "seed: 1"; got null'],
  ])("that %s is refused", async (_, file, message) => {
    const folder = folderWith({ "bad.yaml": "epochs: [3\nseed: 1\n", "list.yaml": "- 1\n", "empty.yaml": "" });
    const reading = readConfig(file, folder);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toMatchObject({ code: "USAGE" });
  });
});

test("the configuration files of the README are runs, with their paths", async () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const texts = [...readme.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text!);
  const runs = texts.map((text) => resolveRun(parse(text)));
  expect(runs).toMatchObject([
    { label: "wide kernel", network: { model: "mlp", layers: { hidden_1: { dictionary: "kernel" } } } },
    { network: { model: "convnet", layers: { conv_1: { dictionary: "kernel" }, fc_1: { dictionary: "fourier" } } } },
  ]);
  const folder = folderWith(Object.fromEntries(texts.map((text, i) => [`${i}.yaml`, text])));
  for (const [i, run] of runs.entries()) expect(resolveRun(await readConfig(`${i}.yaml`, folder))).toEqual(run);
});

describe("a run that the schema refuses", () => {
  const check = (input: unknown) => resolveChecked(input, "run.yaml");

  test.each<[string, string | RegExp]>([
    ["a misspelled field", '"hiden" (did you mean hidden?)'],
    ["a field in the wrong place", '"epochs" (did you mean training.epochs?)'],
    ["a misspelled field of a field", '"epoch" (did you mean epochs?)'],
    ["a field of the top in another", '"activation" (did you mean activation?)'],
    ["an invalid value", 'got "adm"'],
    ["its source", /^run\.yaml: /],
  ])("is reported with %s", (_, message) => {
    const checking = () =>
      check({ hiden: [], epochs: 3, training: { epoch: 2, optimizer: "adm", activation: "relu" } });
    expect(checking).toThrow(message);
    expect(checking).toThrow(expect.objectContaining({ code: "USAGE" }));
  });

  test("differs from one that it accepts", () => expect(check({ seed: 2 })).toEqual(resolveRun({ seed: 2 })));
});

test("an unknown dictionary gets a suggestion", () => {
  const layer = { weights: "factorized", units: 10, proportion: 0.1 } as const;
  const run = resolveRun({
    hidden: [
      { weights: "dense", units: 3 },
      { ...layer, dictionary: "kernal" },
    ],
  });
  expect(() => checkDictionaries(run, ["gaussian", "kernel"])).toThrow(
    'there is no dictionary "kernal" (did you mean kernel?); known: gaussian, kernel; --use PACKAGE adds others',
  );
  expect(checkDictionaries(run, ["kernal"])).toBeUndefined();
  const conv_1 = { weights: "factorized", proportion: 0.1, dictionary: "fuorier" } as const;
  const network = resolveRun({ network: { model: "convnet", layers: { conv_1 } } });
  expect(() => checkDictionaries(network, ["fourier"])).toThrow("did you mean fourier?");
});
