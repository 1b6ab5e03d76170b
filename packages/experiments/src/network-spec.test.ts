import { describe, expect, test } from "vitest";
import { predictedLayers } from "./predicted-layers";
import { identityOf, nameOf, resolveRun } from "./spec";

const kernel = { weights: "factorized", dictionary: "kernel", proportion: 0.25 } as const;

describe("a run of a network", () => {
  const run = resolveRun({
    label: "SE",
    network: { model: "convnet", layers: { fc_1: { ...kernel, columns: 5 }, conv_1: kernel } },
  });

  test("has no hidden layers, its own rate and activation, and standardized images", () => {
    expect(run).toMatchObject({
      hidden: [],
      activation: "relu",
      training: { rate: 0.02 },
      data: { standardize: true },
    });
    expect(resolveRun({ network: { model: "lenet5" }, training: { optimizer: "adam" } }).training.rate).toBe(0.001);
  });

  test("resolved, it is its own input", () => expect(resolveRun(JSON.parse(JSON.stringify(run)))).toEqual(run));

  test("its layers are in the network's order, with their defaults; dense ones go without saying", () => {
    expect(Object.entries(run.network!.layers)).toEqual([
      ["conv_1", { ...kernel, options: {}, columns: 1, selection: "uniform", basis: "orthonormal" }],
      ["fc_1", { ...kernel, options: {}, columns: 5, selection: "uniform", basis: "orthonormal" }],
    ]);
    const said = resolveRun({ network: { model: "convnet", layers: { conv_2: { weights: "dense" } } } });
    expect(said).toEqual(resolveRun({ network: { model: "convnet" } }));
  });

  test("its predicted layers are named as those of hidden layers are", () => {
    expect(predictedLayers(run).map(({ name, proportion }) => [name, proportion])).toEqual([
      ["conv_1", 0.25],
      ["fc_1", 0.25],
    ]);
    const hidden = resolveRun({
      hidden: [
        { weights: "dense", units: 3 },
        { ...kernel, units: 10 },
      ],
    });
    expect(predictedLayers(hidden).map(({ name }) => name)).toEqual(["hidden_2"]);
    expect(nameOf(run)).toBe("SE 25% seed 1");
  });

  test("everything that changes its numbers changes its identity", () => {
    const ids = [
      { model: "convnet", layers: { conv_1: kernel } },
      { model: "convnet", layers: { conv_2: kernel } },
      { model: "convnet", layers: { conv_1: { ...kernel, basis: "atoms" as const } } },
      { model: "convnet", layers: { conv_1: { ...kernel, columns: 2 } } },
      { model: "lenet5", layers: { conv_1: kernel } },
    ].map((network) => identityOf(resolveRun({ network }), "e"));
    const others = [{ data: { standardize: false } }, { training: { augment: { crop: 4 } } }].map((more) =>
      identityOf(resolveRun({ network: { model: "convnet", layers: { conv_1: kernel } }, ...more }), "e"),
    );
    expect(new Set([...ids, ...others]).size).toBe(7);
  });

  test.each([
    [{ network: { model: "convnets" } }, /network\.model: .*convnet.*got "convnets"/],
    [
      { network: { model: "convnet", layers: { conv_4: kernel } } },
      /network\.layers\.conv_4: must be a layer of convnet: conv_1, conv_2, conv_3, fc_1; got "conv_4"/,
    ],
    [
      { network: { model: "convnet" }, hidden: [{ weights: "dense", units: 3 }] },
      /hidden: must be absent where a network is named/,
    ],
    [{ network: { model: "convnet" }, activation: "sigmoid" }, /activation: must be relu.*got "sigmoid"/],
    [{ network: { model: "convnet" }, pretraining: {} }, /pretraining: needs hidden layers/],
    [
      { network: { model: "convnet", layers: { conv_1: { ...kernel, columns: 5 } } } },
      /network\.layers\.conv_1\.columns: must divide the layer's 48 filters equally; got 5/,
    ],
    [
      { network: { model: "convnet", layers: { conv_1: { ...kernel, dictionary: "fourier", selection: "energy" } } } },
      /network\.layers\.conv_1\.selection: needs samples of what the layer is given.*got "energy"/,
    ],
    [
      { network: { model: "convnet", layers: { fc_1: { ...kernel, selection: "leading" } } } },
      /network\.layers\.fc_1\.selection: needs a dictionary ordered .*, not kernel; got "leading"/,
    ],
    [
      { network: { model: "convnet", layers: { conv_1: { ...kernel, basis: "orthogonal" } } } },
      /basis: .*"orthonormal"/,
    ],
    [
      { hidden: [{ ...kernel, units: 10, selection: "energy" }] },
      /hidden\[0\]\.selection: needs a dictionary of independent atoms.*, not kernel; got "energy"/,
    ],
    [{ data: { name: "cifar10", folder: "mine" } }, /data\.name: must be a name of its own.*got "cifar10"/],
    [{ hidden: [] }, /hidden: must hold at least one layer/],
    [{ training: { augment: { flip: true } } }, /training\.augment: needs a network/],
  ])("%j is refused by name", (input, message) => {
    expect(() => resolveRun(input)).toThrow(RangeError);
    expect(() => resolveRun(input)).toThrow(message);
  });
});

test("hidden layers may be standardized, and have another basis; absent, they are not named at all", () => {
  const plain = resolveRun({ hidden: [{ ...kernel, units: 10 }] });
  expect(plain.data).not.toHaveProperty("standardize");
  expect(plain.hidden[0]).not.toHaveProperty("basis");
  expect(resolveRun({ data: { standardize: false } })).toEqual(resolveRun({}));
  expect(resolveRun({ data: { standardize: true } }).data.standardize).toBe(true);
  expect(resolveRun({ hidden: [{ ...kernel, units: 10, basis: "orthonormal" }] }).hidden[0]).toMatchObject({
    basis: "orthonormal",
  });
});
