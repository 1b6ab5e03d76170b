import { resolve } from "node:path";
import { identityOf, layersBy, layersOf, type RunInput, resolveRun } from "@weightcast/runs/spec";
import { expect, test } from "vitest";
import { folderWith } from "../testing/folder";
import { readConfig } from "./config";
import { resolveChecked } from "./config-faults";
import { yamlOf } from "./written-config";

const options = { proportion: 2 / 9, columns: 1 };
const fc_1 = { weights: "low-rank", proportion: 1 / 3, start: "paper" } as const;

test.each<[string, RunInput]>([
  ["the default", {}],
  ["adam, whose momentum must not be written", { training: { optimizer: "adam" } }],
  ["a fraction", { network: { model: "resnet20", layers: layersBy("SE", layersOf({ model: "resnet20" }), options) } }],
  ["low rank, another data set", { data: "cifar10", network: { model: "convnet", layers: { fc_1 } } }],
  ["a folder", { data: { folder: "images", name: "mine: 'yes'" }, use: ["./mine", "acme"], seed: -7 }],
  ["a model file to start from", { from: "digits.safetensors" }],
  ["a teacher's file", { teacher: { from: "digits.safetensors", distill: 0.5 } }],
  ["a teacher's network", { teacher: { network: "lenet5" }, data: "mnist" }],
  ["pre-training", { pretraining: { corruption: 0.1 }, label: "a: [b] # c\n\u0007" }],
  ["augmentation", { network: "lenet5", training: { augment: { crop: 4, flip: true }, rate: 1e-7, epochs: 100_000 } }],
])("the printed configuration of %s gives the same run, from any folder", async (_, input) => {
  const spec = resolveRun(input);
  const folder = folderWith();
  const text = await yamlOf(spec, folder);
  const other = folderWith({ "else/where.yaml": text });
  const again = resolveChecked(await readConfig("else/where.yaml", other), "where.yaml");
  expect(identityOf(again, "engine", "inputs")).toBe(identityOf(spec, "engine", "inputs"));
  const { use, data, from, teacher, ...same } = again;
  const { use: usedBefore, data: before, from: start, teacher: taught, ...rest } = spec;
  expect(same).toEqual(rest);
  expect(teacher?.from && resolve(other, teacher.from)).toBe(taught?.from && resolve(folder, taught.from));
  expect(teacher && { ...teacher, from: taught!.from }).toEqual(taught);
  expect(from && resolve(other, from)).toBe(start && resolve(folder, start));
  expect({ ...data, folder: before.folder }).toEqual({ ...before });
  expect(use).toHaveLength(usedBefore.length);
});
