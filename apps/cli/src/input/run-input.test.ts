import { identityOf, layersBy, layersOf, resolveRun } from "@weightcast/runs/spec";
import { describe, expect, test } from "vitest";
import { type Field, mergeRun, type StructureFlags } from "./run-input";
import type { Unchecked } from "./unchecked";

const merge = (input: Unchecked, flags: StructureFlags = {}, fields: readonly Field[] = []) =>
  resolveRun(mergeRun(input, flags, fields));

/** Error of input that flags contradict. */
function refused(input: Unchecked, flags: StructureFlags, message: string) {
  expect(() => merge(input, flags)).toThrow(expect.objectContaining({ code: "USAGE" }));
  expect(() => merge(input, flags)).toThrow(message);
}

const kernel = {
  weights: "factorized",
  units: 300,
  dictionary: "kernel",
  options: { lengthScale: 2 },
  proportion: 0.1,
};

describe("fields", () => {
  test("without flags and a file it is the schema's run", () => expect(merge({})).toEqual(resolveRun({})));

  test("flags override the file; the rest of the file stays", () => {
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

  test("the activation overrides that of a named network", () => {
    const file = { network: { model: "mlp", activation: "tanh" } };
    expect(merge(file, {}, [["activation", "relu"]]).network.activation).toBe("relu");
    expect(merge({ activation: "tanh" }, { method: "SE-Emp" }).network.activation).toBe("tanh");
    expect(merge({ activation: "tanh" }, { method: "SE-Emp" }, [["activation", "relu"]]).network.activation).toBe(
      "relu",
    );
  });
});

describe("a multilayer perceptron", () => {
  test("by a method of the paper is the run that was recorded for the same flags before networks had names", () => {
    const layer = { weights: "factorized", units: 500, proportion: 0.05, columns: 10, selection: "uniform" } as const;
    const old = resolveRun({
      label: "SE-Emp",
      hidden: [
        { ...layer, dictionary: "kernel", options: { kernel: "squared-exponential", lengthScale: 1 } },
        { ...layer, dictionary: "covariance", options: {} },
      ],
    });
    expect(merge({}, { method: "SE-Emp" })).toEqual(old);
    expect(identityOf(merge({}, { method: "SE-Emp", network: "mlp" }), "engine")).toBe(identityOf(old, "engine"));
  });

  test("has the units, the proportion and the columns of the flags", () => {
    const run = merge({}, { method: "RandCon", proportion: 0.2, columns: 2, hidden: [30] });
    expect(run.label).toBe("RandCon");
    expect(run.network).toEqual({
      model: "mlp",
      hidden: [30],
      activation: "sigmoid",
      layers: {
        hidden_1: {
          ...{ weights: "factorized", dictionary: "identity", options: {} },
          ...{ proportion: 0.2, columns: 2, selection: "uniform" },
        },
      },
    });
  });

  test("by a method keeps the units and the label of the file", () => {
    const run = merge({ label: "mine", hidden: [kernel, { weights: "dense", units: 20 }] }, { method: "RandFixU" });
    expect(run.label).toBe("mine");
    expect(run.network.hidden).toEqual([300, 20]);
    const network = { model: "mlp", hidden: [30, 20], layers: { hidden_1: { weights: "low-rank", proportion: 1 } } };
    const named = merge({ network }, { method: "RandFixU" }).network;
    expect(named.hidden).toEqual([30, 20]);
    expect(named.layers.hidden_1).toMatchObject({ dictionary: "gaussian" });
  });

  test("by one dictionary for all layers, or one for each", () => {
    const one = merge({}, { dictionary: ["gaussian"] });
    expect(one.label).toBe("gaussian");
    expect(Object.keys(one.network.layers)).toEqual(["hidden_1", "hidden_2"]);
    expect(one.network.layers.hidden_2).toMatchObject({
      ...{ weights: "factorized", dictionary: "gaussian", proportion: 0.05, columns: 10 },
    });
    const each = merge({}, { dictionary: ["kernel", "low-rank", "dense"], hidden: [30, 20, 10], columns: 5 });
    expect(each.label).toBe("kernel-low-rank-dense");
    expect(each.network).toMatchObject({
      hidden: [30, 20, 10],
      layers: {
        hidden_1: { weights: "factorized", dictionary: "kernel", columns: 5 },
        hidden_2: { weights: "low-rank", proportion: 0.05 },
      },
    });
    expect(each.network.layers).not.toHaveProperty("hidden_3");
  });

  test("of the file, with other units, and another proportion and columns for the layers that have them", () => {
    const file = {
      hidden: [kernel, { weights: "dense", units: 20 }, { weights: "low-rank", units: 9, proportion: 0.3 }],
    };
    const { units: _, ...predicted } = kernel;
    const expected = {
      ...{ model: "mlp", hidden: [40, 30, 20], activation: "sigmoid" },
      layers: {
        hidden_1: { ...predicted, proportion: 0.5, columns: 4, selection: "uniform" },
        hidden_3: { weights: "low-rank", proportion: 0.5, start: "scaled" },
      },
    };
    const flags = { proportion: 0.5, columns: 4, hidden: [40, 30, 20] };
    expect(merge(file, flags).network).toEqual(expected);
    const layers = { hidden_1: predicted, hidden_3: { weights: "low-rank", proportion: 0.3 } };
    expect(merge({ network: { model: "mlp", hidden: [300, 20, 9], layers } }, flags).network).toEqual(expected);
  });

  test.each<[string, Unchecked, StructureFlags, string]>([
    ["a method and a dictionary", {}, { method: "SE-Emp", dictionary: ["kernel"] }, "give one of them"],
    [
      "too many dictionaries",
      {},
      { dictionary: ["a", "b", "c"] },
      "one for each of the 2 predictable layers of mlp (hidden_1, hidden_2); got a,b,c",
    ],
    [
      "units for other layers than the file's",
      { hidden: [kernel] },
      { hidden: [1, 2] },
      "units for the 1 hidden layers",
    ],
    ["a proportion of no layer", {}, { proportion: 0.1 }, "--proportion needs a predicted layer"],
    [
      "columns of no layer",
      { hidden: [{ weights: "low-rank", units: 3, proportion: 1 }] },
      { columns: 2 },
      "--columns needs a predicted layer",
    ],
  ])("refuses %s", (_, input, flags, message) => refused(input, flags, message));
});

describe("another network", () => {
  const conv_1 = { weights: "factorized", dictionary: "kernel", proportion: 0.25 };
  const convnet = { network: { model: "convnet", layers: { conv_1 } } };

  test("by its name is dense", () => {
    expect(merge({}, { network: "lenet5" })).toEqual(resolveRun({ network: { model: "lenet5" } }));
    expect(merge({ seed: 2 }, { network: "lenet5" }, [["training.epochs", 3]])).toEqual(
      resolveRun({ seed: 2, network: { model: "lenet5" }, training: { epochs: 3 } }),
    );
  });

  test("by a method", () => {
    for (const method of ["SE", "RandCon", "SE-Emp"]) {
      const run = merge({}, { network: "lenet5", method, proportion: 0.3 });
      const layers = layersBy(method, layersOf({ model: "lenet5" }), { proportion: 0.3, columns: 1 });
      expect(run).toEqual(resolveRun({ label: method, network: { model: "lenet5", layers } }));
    }
    expect(merge({}, { network: "convnet", method: "LowRank" }).network.layers).toEqual({
      fc_1: { weights: "low-rank", proportion: 0.05, start: "scaled" },
    });
    expect(merge({}, { network: "convnet", method: "nokernel" }).network.layers).toEqual({});
  });

  test("by one dictionary for all layers, or one for each", () => {
    const { layers } = merge({}, { network: "convnet", dictionary: ["kernel"], columns: 4 }).network;
    expect(Object.keys(layers)).toEqual(["conv_1", "conv_2", "conv_3", "fc_1"]);
    expect(layers.conv_3).toMatchObject({ dictionary: "kernel", proportion: 0.05, columns: 4, basis: "orthonormal" });
    const each = merge({}, { network: "convnet", dictionary: ["kernel", "dense", "fourier", "low-rank"] });
    expect(each.network.layers).toMatchObject({
      conv_1: { dictionary: "kernel", columns: 1 },
      conv_3: { dictionary: "fourier" },
      fc_1: { weights: "low-rank" },
    });
    expect(each.network.layers).not.toHaveProperty("conv_2");
  });

  test("of the file, with another proportion and columns", () => {
    expect(merge(convnet, { proportion: 0.5, columns: 2 }).network).toEqual(
      resolveRun({
        network: { model: "convnet", layers: { conv_1: { ...conv_1, proportion: 0.5, columns: 2 } as never } },
      }).network,
    );
    expect(merge(convnet, { network: "convnet" })).toEqual(merge(convnet));
  });

  test("replaces that of the file if the file describes no layers, or flags choose all of them", () => {
    expect(merge({ network: { model: "convnet" } }, { network: "resnet20" }).network.model).toBe("resnet20");
    const run = merge({ ...convnet, label: "mine" }, { network: "mlp", method: "SE-SE" });
    expect(run).toEqual(merge({ label: "mine" }, { method: "SE-SE" }));
    expect(merge({ hidden: [kernel] }, { network: "lenet5", method: "SE" })).toEqual(
      merge({}, { network: "lenet5", method: "SE" }),
    );
  });

  test.each<[string, Unchecked, StructureFlags, string]>([
    [
      "units",
      {},
      { network: "convnet", hidden: [5] },
      "--hidden is for the network mlp; convnet has layers of its own",
    ],
    ["units for that of the file", convnet, { hidden: [5] }, "--hidden is for the network mlp"],
    ["layers of another", convnet, { network: "mlp" }, "--network mlp contradicts the configuration file"],
    ["the shorthand of mlp", { hidden: [kernel] }, { network: "lenet5" }, "which describes layers of mlp"],
    ["a method without layers for it", {}, { network: "resnet20", method: "LowRank" }, "predicts no layer of resnet20"],
    [
      "too few dictionaries",
      {},
      { network: "convnet", dictionary: ["a", "b"] },
      "4 predictable layers of convnet (conv_1,",
    ],
    ["a proportion of no layer", {}, { network: "convnet", proportion: 0.1 }, "--proportion needs a predicted layer"],
  ])("refuses %s", (_, input, flags, message) => refused(input, flags, message));

  test("a file's network that is no name is the schema's to report", () =>
    expect(() => merge({ network: { model: { a: 1 } } }, { hidden: [5] })).toThrow("network.model: must be one of"));
});

describe("data and packages", () => {
  test("--data is a published data set or a folder", () => {
    expect(merge({ data: { train: 5 } }, { data: "./sets/fashion/" }).data).toMatchObject({
      name: "fashion",
      folder: "./sets/fashion/",
      train: 5,
    });
    const { name, folder } = merge({ data: { name: "fashion", folder: "./sets/fashion" } }, { data: "mnist" }).data;
    expect([name, folder]).toEqual(["mnist", undefined]);
  });

  test("--use adds to the file's packages", () => {
    expect(merge({ use: ["acme-cosine"] }, { use: ["./mine"] }).use).toEqual(["acme-cosine", "./mine"]);
  });
});

test.each<[string, Unchecked, RegExp]>([
  ["training", { training: 3 }, /training: must be an object/],
  ["hidden layers", { hidden: "many" }, /hidden: must be positive integers/],
  ["units", { hidden: [{ weights: "dense", units: -1 }] }, /hidden\[0\]\.units: .*got -1/],
  ["a network", { network: 3 }, /network: must be an object/],
  ["a model", { network: { model: "convnt" } }, /network\.model: .*got "convnt"/],
  ["units of a network", { network: { model: "mlp", hidden: [] } }, /network\.hidden: /],
  ["two networks", { network: { model: "mlp" }, hidden: [kernel] }, /hidden: must be absent when a network is named/],
])("invalid %s in a file: the schema reports it, with and without flags", (_, input, message) => {
  for (const flags of [{}, { method: "SE-Emp" }, { dictionary: ["kernel"] }])
    expect(() => merge(input, flags)).toThrow(message);
});
