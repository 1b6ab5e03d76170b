import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { resolveRun } from "@weightcast/runs/spec";
import { Command } from "commander";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { folderWith } from "../testing/folder";
import { readConfig } from "./config";
import { resolveChecked } from "./config-faults";
import { checkDictionaries } from "./dictionaries";
import { addRunFlags, givenFields } from "./run-flags";
import { mergeRun } from "./run-input";

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

  test("in JSON may have comments and trailing commas, whose faults keep their place", async () => {
    const text = '{ // a run\n  "label": "http://x /* y */", /* two\n  lines */ "seed": 3,\n}\n';
    const folder = folderWith({ "run.json": text, "run.jsonc": text, "bad.json": "{ /* a\n*/ 3: [ // b\n" });
    for (const file of ["run.json", "run.jsonc"])
      expect(await readConfig(file, folder)).toEqual({ label: "http://x /* y */", seed: 3 });
    await expect(readConfig("bad.json", folder)).rejects.toThrow(/^bad\.json: .*line [34]/s);
  });

  test.each([
    ["does not exist", "other.yaml", "other.yaml: does not exist"],
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

describe("a configuration file's form", () => {
  const read = (content: string | Uint8Array) => {
    const folder = folderWith();
    writeFileSync(join(folder, "run.yaml"), content);
    return readConfig("run.yaml", folder);
  };
  const refused = async (content: string | Uint8Array, message: string | RegExp) => {
    const started = performance.now();
    const reading = read(content);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toMatchObject({ code: "USAGE" });
    expect(performance.now() - started).toBeLessThan(5000);
  };

  test("UTF-8 and UTF-16, with a byte order mark", async () => {
    const text = "label: größer\n";
    const utf16 = Buffer.from(`\uFEFF${text}`, "utf16le");
    for (const content of [text, `\uFEFF${text}`, utf16, Buffer.from(utf16).swap16()])
      expect(await read(content)).toEqual({ label: "größer" });
  });

  test("aliases and merge keys are resolved", async () => {
    const text = "hidden:\n  - &a { weights: dense, units: 3 }\n  - { <<: *a, units: 4 }\n  - *a\n";
    const dense = { weights: "dense", units: 3 };
    expect(await read(text)).toEqual({ hidden: [dense, { ...dense, units: 4 }, dense] });
  });

  test("what they can't be is refused, with the line", async () => {
    const bomb = [
      "a: &a [x, x]",
      ...[..."bcdefghijkl"].map((name, i) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghijkl"[i]}`)}]`),
    ];
    await refused(`seed: 1\n${bomb.join("\n")}`, /^run\.yaml: line 3: Excessive alias count/);
    await refused("seed: 1\ndata: &a { name: *a }\n", "run.yaml: line 2: an alias stands inside of what it names");
    await refused("seed: 1\ndata: *none\n", /^run\.yaml: .*none.*line 2|^run\.yaml: line 2: .*none/);
    await refused("seed: 1\ndata:\n  <<: 3\n", /^run\.yaml: line 3: Merge sources must be maps/);
    await refused("seed: 1\n---\nseed: 2\n", "run.yaml: line 2: a second document begins");
    await refused("seed: 1\nseed: 2\n", /^run\.yaml: Map keys must be unique at line 2/);
  });

  test("what is no text, too long or too deep is refused", async () => {
    await refused(
      Uint8Array.from({ length: 200 }, (_, i) => i),
      "run.yaml: is not text in UTF-8 or UTF-16",
    );
    await refused(Uint8Array.of(0x73, 0xff, 0x00), "run.yaml: is not text in UTF-8 or UTF-16");
    const keys = (count: number) => Array.from({ length: count }, (_, i) => `k${i}: 1\n`).join("");
    await refused(keys(100_000), /^run\.yaml: has 988,890 bytes; a configuration has at most 65,536/);
    expect(Object.keys(await read(keys(2000)))).toHaveLength(2000);
    for (const deep of ["[", "{a: ", "- ", "? "])
      await refused(deep.repeat(60_000 / deep.length), "run.yaml: line 1: is nested more than 100 levels deep");
  });

  test.skipIf(process.platform === "win32")("a named pipe is refused, and does not hang", async () => {
    const folder = folderWith();
    execFileSync("mkfifo", [join(folder, "run.yaml")]);
    await expect(readConfig("run.yaml", folder)).rejects.toThrow(
      "run.yaml: is a pipe or a device; name a YAML or JSON file",
    );
    await expect(readConfig(".", folder)).rejects.toThrow(".: is a folder");
  });
});

describe("values in a file as in flags", () => {
  test.each<[string, string[]]>([
    ["data: mnist", ["--data", "mnist"]],
    ["data: ./images", ["--data", "./images"]],
    ["data: ./sets/cifar10", ["--data", "./sets/cifar10"]],
    ["network: resnet20", ["--network", "resnet20"]],
    ["hidden: 30,20", ["--hidden", "30,20"]],
    ["hidden: 30", ["--hidden", "30"]],
    ["hidden: [30, 20]", ["--hidden", "30,20"]],
    ["network: { model: mlp, hidden: '30,20' }", ["--hidden", "30,20"]],
    ["use: ./mine", ["--use", "./mine"]],
    ["training: { rate: 1e-2, epochs: 1e1, warmup: .5 }", ["--rate", "1e-2", "--epochs", "1e1", "--warmup", ".5"]],
    ["seed: 0x10", ["--seed", "0x10"]],
    [
      "network: { model: convnet, layers: { fc_1: { weights: low-rank, proportion: 2/9 } } }",
      ["--network", "convnet", "--dictionary", "dense,dense,dense,low-rank", "--proportion", "2/9"],
    ],
    [
      "hidden: [{ weights: factorized, units: 500, dictionary: kernel, proportion: 1/8 }, 500]",
      ["--dictionary", "kernel,dense", "--proportion", "1/8"],
    ],
  ])("%s is %j", async (text, args) => {
    const folder = folderWith({ "run.yaml": text });
    const command = new Command("train").exitOverride();
    addRunFlags(command);
    command.parse(args, { from: "user" });
    const byFlags = resolveRun(mergeRun({}, command.opts(), givenFields(command)));
    expect(resolveRun(await readConfig("run.yaml", folder))).toEqual({ ...byFlags, label: "run" });
  });

  test("are refused by the same rule", async () => {
    const refused = async (text: string, message: string) => {
      const folder = folderWith({ "run.yaml": text });
      const input = await readConfig("run.yaml", folder);
      expect(() => resolveChecked(input, "run.yaml")).toThrow(message);
    };
    await refused(
      "hidden: 500;500",
      'hidden: must be positive integers separated by commas, such as 500,500; got "500;500"',
    );
    await refused(
      "hidden: [{ weights: low-rank, units: 5, proportion: 9/2 }]",
      'hidden[0].proportion: must be in (0, 1], a number or a fraction such as 2/9; got "9/2"',
    );
    await refused("network: resnet", 'network.model: must be one of "mlp", "convnet"');
    await refused("training: { epochs: '5' }", 'training.epochs: must be an integer; got "5"');
    await refused(
      "training:",
      "training: must be an object with fields; got nothing: give it a value, or leave it out",
    );
    await refused("seed: .inf", "seed: must be an integer; got Infinity");
    await refused('"a\\e[31m": 1', 'unrecognized key: "a\\u001b[31m"');
    await refused('label: ["\\x9b31m"]', 'label: must be text; got ["\\u009b31m"]');
  });
});

test("the configuration files of the README are runs, with their paths", async () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const texts = [...readme.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text!);
  const runs = texts.map((text) => resolveRun(parse(text)));
  expect(runs).toMatchObject([
    { label: "wide kernel", network: { model: "mlp", layers: { hidden_1: { dictionary: "kernel" } } } },
    { network: { model: "convnet", layers: { conv_1: { dictionary: "kernel" }, fc_1: { dictionary: "fourier" } } } },
    { data: { name: "mnist" }, network: { model: "mlp", hidden: [500, 500], layers: {} } },
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
