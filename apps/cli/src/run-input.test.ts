import { hiddenLayers, resolveRun } from "@weightcast/experiments";
import { describe, expect, test } from "vitest";
import type { StructureFlags } from "./run-flags";
import { dataOf, mergeRun, type Unchecked, withPathsFrom } from "./run-input";

const merge = (input: Unchecked, flags: StructureFlags = {}, fields: readonly (readonly [string, unknown])[] = []) =>
  resolveRun(mergeRun(input, flags, fields, hiddenLayers));

const kernel = {
  weights: "factorized",
  units: 300,
  dictionary: "kernel",
  options: { lengthScale: 2 },
  proportion: 0.1,
};

describe("fields", () => {
  test("nothing given is the schema's run", () => expect(merge({})).toEqual(resolveRun({})));

  test("flags win over the file; what they don't say stays", () => {
    const file = { seed: 4, training: { epochs: 3, rate: 0.2 } };
    const run = merge(file, {}, [
      ["training.epochs", 7],
      ["data.train", 100],
      ["activation", "relu"],
    ]);
    expect(run).toEqual(
      resolveRun({ seed: 4, activation: "relu", data: { train: 100 }, training: { epochs: 7, rate: 0.2 } }),
    );
    expect(file).toEqual({ seed: 4, training: { epochs: 3, rate: 0.2 } });
  });
});

describe("hidden layers", () => {
  test("by a method of the paper", () => {
    expect(merge({}, { method: "SE-Emp" }).hidden).toEqual(resolveRun({ hidden: hiddenLayers("SE-Emp", 0.05) }).hidden);
    const run = merge({}, { method: "RandCon", proportion: 0.2, columns: 2, hidden: [30] });
    expect(run.label).toBe("RandCon");
    expect(run.hidden).toEqual(resolveRun({ hidden: hiddenLayers("RandCon", 0.2, 2, [30]) }).hidden);
  });

  test("a method takes the units, and a label of the file stays", () => {
    const run = merge({ label: "mine", hidden: [kernel, { weights: "dense", units: 20 }] }, { method: "RandFixU" });
    expect(run.label).toBe("mine");
    expect(run.hidden.map(({ units }) => units)).toEqual([300, 20]);
  });

  test("by one dictionary for all, or one for each", () => {
    const one = merge({}, { dictionary: ["gaussian"] });
    expect(one.label).toBe("gaussian");
    expect(one.hidden).toHaveLength(2);
    expect(one.hidden[1]).toMatchObject({
      weights: "factorized",
      dictionary: "gaussian",
      proportion: 0.05,
      columns: 10,
    });
    const each = merge({}, { dictionary: ["kernel", "low-rank", "dense"], hidden: [30, 20, 10], columns: 5 });
    expect(each.label).toBe("kernel-low-rank-dense");
    expect(each.hidden).toMatchObject([
      { weights: "factorized", units: 30, dictionary: "kernel", columns: 5 },
      { weights: "low-rank", units: 20, proportion: 0.05 },
      { weights: "dense", units: 10 },
    ]);
  });

  test("of the file, with other units, proportion and columns where they have them", () => {
    const file = {
      hidden: [kernel, { weights: "dense", units: 20 }, { weights: "low-rank", units: 9, proportion: 0.3 }],
    };
    expect(merge(file, { proportion: 0.5, columns: 4, hidden: [40, 30, 20] }).hidden).toEqual([
      { ...kernel, units: 40, proportion: 0.5, columns: 4, selection: "uniform" },
      { weights: "dense", units: 30 },
      { weights: "low-rank", units: 20, proportion: 0.5, start: "scaled" },
    ]);
  });

  test.each<[string, Unchecked, StructureFlags, string]>([
    ["two ways to fill them", {}, { method: "SE-Emp", dictionary: ["kernel"] }, "give one of them"],
    ["too many dictionaries", {}, { dictionary: ["a", "b", "c"] }, "one for each of the 2 hidden layers; got a,b,c"],
    ["other layers than the file's", { hidden: [kernel] }, { hidden: [1, 2] }, "units for the 1 hidden layers"],
    ["a proportion of nothing", {}, { proportion: 0.1 }, "--proportion needs a predicted layer"],
    ["columns of nothing", { hidden: [{ weights: "low-rank", units: 3, proportion: 1 }] }, { columns: 2 }, "--columns"],
  ])("refuses %s", (_, input, flags, message) => {
    expect(() => merge(input, flags)).toThrow(expect.objectContaining({ code: "USAGE" }));
    expect(() => merge(input, flags)).toThrow(message);
  });
});

describe("data and packages", () => {
  test("a name is embedded data, anything else a folder", () => {
    expect(merge({ data: { train: 5 } }, { data: "./sets/fashion/" }).data).toMatchObject({
      name: "fashion",
      folder: "./sets/fashion/",
      train: 5,
    });
    const { name, folder } = merge({ data: { name: "fashion", folder: "./sets/fashion" } }, { data: "mnist" }).data;
    expect([name, folder]).toEqual(["mnist", undefined]);
  });

  test("--use adds to the file's", () => {
    expect(merge({ use: ["acme-cosine"] }, { use: ["./mine"] }).use).toEqual(["acme-cosine", "./mine"]);
  });

  test("relative paths move with the folder they are relative to; names and absolute paths stay", () => {
    const input = { use: ["./mine", "acme", "/opt/d"], data: { folder: "sets/fashion", train: 5 }, seed: 2 };
    expect(withPathsFrom(input, "/home/me/configs", "/home/me")).toEqual({
      use: ["./configs/mine", "acme", "/opt/d"],
      data: { folder: "./configs/sets/fashion", train: 5 },
      seed: 2,
    });
    expect(withPathsFrom({ seed: 2 }, "/a", "/b")).toEqual({ seed: 2 });
  });
});

test("what is no object is left to the schema to refuse", () => {
  expect(() => merge({ training: 3 })).toThrow(/training: .*expected object/);
  expect(() => merge({ hidden: "many" })).toThrow(/hidden: .*expected array/);
});

test("--data: a data set by its name, or a folder, whose name is what results are called", () => {
  expect(dataOf("cifar10")).toEqual({ name: "cifar10" });
  expect(dataOf("./cifar10")).toEqual({ name: "folder cifar10", folder: "./cifar10" });
  expect(dataOf("here/photos/.")).toEqual({ name: "photos", folder: "here/photos/." });
  expect(dataOf("photos", "my photographs")).toEqual({ name: "my photographs", folder: "photos" });
  expect(() => dataOf("stl10", "mine")).toThrow("--data-name is for a folder; stl10 has its name");
  expect(() => dataOf("photos", "cifar10")).toThrow(
    "--data-name must be a name of its own for the images in a folder; cifar10 is the published data set",
  );
});
