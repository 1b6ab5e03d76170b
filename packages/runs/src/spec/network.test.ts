import { networkNames } from "@weightcast/models/plans";
import { describe, expect, test } from "vitest";
import { identityOf } from "./identity";
import { layersBy, methods } from "./methods";
import { layersOf } from "./network";
import { predictedLayers } from "./predicted-layers";
import { nameOf, resolveRun } from "./run";

const kernel = { weights: "factorized", dictionary: "kernel", proportion: 0.25 } as const;

describe("a run of a network", () => {
  const run = resolveRun({
    label: "SE",
    network: { model: "convnet", layers: { fc_1: { ...kernel, columns: 5 }, conv_1: kernel } },
  });

  test("has its own rate, and standardized images", () => {
    expect(run).toMatchObject({ training: { rate: 0.02 }, data: { standardize: true } });
    expect(run.network).not.toHaveProperty("hidden");
    expect(resolveRun({ network: { model: "lenet5" }, training: { optimizer: "adam" } }).training.rate).toBe(0.001);
  });

  test("resolved, it is its own input", () => expect(resolveRun(JSON.parse(JSON.stringify(run)))).toEqual(run));

  test("its layers are in the network's order, with their defaults; dense ones are left out", () => {
    expect(Object.entries(run.network.layers)).toEqual([
      ["conv_1", { ...kernel, options: {}, columns: 1, selection: "uniform", basis: "orthonormal" }],
      ["fc_1", { ...kernel, options: {}, columns: 5, selection: "uniform", basis: "orthonormal" }],
    ]);
    const explicit = resolveRun({ network: { model: "convnet", layers: { conv_2: { weights: "dense" } } } });
    expect(explicit).toEqual(resolveRun({ network: { model: "convnet" } }));
  });

  test("LeNet-5 has widths of its own; the usual ones are left out, as in runs from before there were others", () => {
    const lenet = (widths?: readonly number[], layers = {}) =>
      resolveRun({ network: { model: "lenet5", ...(widths && { widths: [...widths] }), layers } });
    expect(lenet([6, 16, 120, 84])).toEqual(lenet());
    const narrow = lenet([4, 8, 32], { fc_1: kernel });
    expect(narrow.network).toMatchObject({ widths: [4, 8, 32], layers: { fc_1: { columns: 1 } } });
    expect(resolveRun(JSON.parse(JSON.stringify(narrow)))).toEqual(narrow);
    expect(layersOf(narrow.network).map(({ name, filters }) => [name, filters])).toEqual([
      ["conv_1", 4],
      ["conv_2", 8],
      ["fc_1", 32],
    ]);
    expect(new Set([lenet(), lenet([4, 8, 32]), lenet([4, 8])].map((run) => identityOf(run, "e"))).size).toBe(3);
    expect(() => lenet([4, 8, 32], { fc_2: kernel })).toThrow(/must be a layer of lenet5: conv_1, conv_2, fc_1; got/);
    expect(() => lenet([4])).toThrow(/network\.widths: must be the filters of both convolutions, then/);
    expect(() => lenet([4, 0])).toThrow(/network\.widths\[1\]: must be at least 1; got 0/);
    expect(() => resolveRun({ network: { model: "mlp", widths: [4, 8] } })).toThrow(
      /network\.widths: must be absent: they are of lenet5, resnet20 and convmixer, and mlp has none/,
    );
    expect(() => resolveRun({ network: { model: "lenet5", widths: [4, 8] }, pretraining: {} })).toThrow(
      /lenet5 has only convolutions/,
    );
  });

  test("ResNet-20 has widths of its stages", () => {
    const resnet = (widths?: readonly number[]) =>
      resolveRun({ network: { model: "resnet20", ...(widths && { widths: [...widths] }) } });
    expect(resnet([16, 32, 64])).toEqual(resnet());
    expect(layersOf(resnet([9, 18, 37]).network).at(-1)).toMatchObject({ channels: 37, filters: 37 });
    for (const widths of [
      [16, 32],
      [16, 8, 64],
    ])
      expect(() => resnet(widths)).toThrow(/network\.widths: must be the filters of the three stages of resnet20/);
  });

  test("ConvMixer has one width; a depthwise layer has one column, and a kernel's places for its dictionary", () => {
    const mixer = (widths?: readonly number[], layers = {}) =>
      resolveRun({ network: { model: "convmixer", ...(widths && { widths: [...widths] }), layers } });
    expect(mixer([64])).toEqual(mixer());
    const [patches, depthwise, pointwise] = layersOf(mixer([10]).network);
    expect([patches!.filters, depthwise!.kernel, pointwise!.kernel]).toEqual([10, [7, 7], [1, 1, 10]]);
    expect(mixer([10], { layer_8_depthwise: kernel }).network.layers).toMatchObject({
      layer_8_depthwise: { columns: 1 },
    });
    expect(() => mixer([10, 20])).toThrow(
      /network\.widths: must be one number, the channels of convmixer; got \[10, ?20\]/,
    );
    expect(() => mixer(undefined, { layer_1_depthwise: { ...kernel, columns: 2 } })).toThrow(
      /layer_1_depthwise\.columns: must be 1: every channel of a depthwise convolution has a filter of its own; got 2/,
    );
    expect(() => mixer(undefined, { layer_1_depthwise: { weights: "low-rank", proportion: 0.5 } })).toThrow(
      /must be dense or factorized: layer_1_depthwise is a convolution/,
    );
  });

  test("an activation between the atoms' maps and V is for convolutions of several places, in one column", () => {
    const layer = { ...kernel, mapActivation: "relu" as const };
    const lenet = (layers: object) => resolveRun({ network: { model: "lenet5", layers } });
    const run = lenet({ conv_2: layer });
    expect(run.network.layers.conv_2).toMatchObject({ mapActivation: "relu", columns: 1 });
    expect(identityOf(run, "e")).not.toBe(identityOf(lenet({ conv_2: kernel }), "e"));
    expect(lenet({ conv_2: kernel }).network.layers.conv_2).not.toHaveProperty("mapActivation");
    expect(() => lenet({ fc_1: layer })).toThrow(
      /fc_1\.mapActivation: must be absent: fc_1 is not a convolution of several/,
    );
    expect(() => lenet({ conv_2: { ...layer, columns: 2 } })).toThrow(
      /conv_2\.columns: must be 1 with mapActivation; got 2/,
    );
    const mixer = { model: "convmixer" as const, layers: { layer_1_pointwise: layer } };
    expect(() => resolveRun({ network: mixer })).toThrow(/layer_1_pointwise\.mapActivation: must be absent/);
  });

  test("its predicted layers are named, in a perceptron too", () => {
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
      /hidden: must be absent when a network is named/,
    ],
    [{ network: { model: "convnet" }, activation: "sigmoid" }, /activation: must be relu.*got "sigmoid"/],
    [
      { network: { model: "resnet20" }, pretraining: {} },
      /pretraining: needs a fully connected layer that takes its input flat; resnet20 has only/,
    ],
    [
      { pretraining: {}, training: { augment: { flip: true } } },
      /pretraining: needs training images that stay the same/,
    ],
    [{ network: { model: "convnet", hidden: [3] } }, /network\.hidden: must be absent: convnet has layers of its own/],
    [{ network: { model: "convnet", activation: "tanh" } }, /network\.activation: must be relu, as convnet has it/],
    [
      { network: { model: "convnet", layers: { conv_1: { weights: "low-rank", proportion: 0.5 } } } },
      /network\.layers\.conv_1\.weights: must be dense or factorized: conv_1 is a convolution/,
    ],
    [
      { network: { model: "mlp", hidden: [4], layers: { hidden_2: kernel } } },
      /network\.layers\.hidden_2: must be a layer of mlp: hidden_1; got "hidden_2"/,
    ],
    [{ hidden: [{ ...kernel, units: 15 }] }, /hidden\[0\]\.columns: must divide the layer's 15 units equally/],
    [
      { network: { model: "convnet", layers: { conv_1: { ...kernel, columns: 5 } } } },
      /network\.layers\.conv_1\.columns: must divide the layer's 48 filters equally; got 5/,
    ],
    [
      { network: { model: "convnet", layers: { conv_1: { ...kernel, basis: "orthogonal" } } } },
      /basis: .*"orthonormal"/,
    ],
    [{ data: { name: "cifar10", folder: "mine" } }, /data\.name: must be a name of your own.*got "cifar10"/],
    [{ hidden: [] }, /hidden: must list at least one layer/],
  ])("%j is refused by name", (input, message) => {
    expect(() => resolveRun(input)).toThrow(RangeError);
    expect(() => resolveRun(input)).toThrow(message);
  });
});

test("a perceptron may be standardized, and have another basis; when absent, they are not written at all", () => {
  const plain = resolveRun({ hidden: [{ ...kernel, units: 10 }] });
  expect(plain.data).not.toHaveProperty("standardize");
  expect(plain.network.layers.hidden_1).not.toHaveProperty("basis");
  expect(resolveRun({ data: { standardize: false } })).toEqual(resolveRun({}));
  expect(resolveRun({ data: { standardize: true } }).data.standardize).toBe(true);
  const orthonormal = resolveRun({ hidden: [{ ...kernel, units: 10, basis: "orthonormal" }] });
  expect(orthonormal.network.layers.hidden_1).toMatchObject({ basis: "orthonormal" });
});

test("hidden layers are a shorthand for the network mlp", () => {
  const hidden = [
    { ...kernel, units: 20 },
    { weights: "low-rank", units: 15, proportion: 0.5 } as const,
    { weights: "dense", units: 10 } as const,
  ];
  const short = resolveRun({ hidden, activation: "tanh" });
  expect(short.network).toEqual({
    model: "mlp",
    hidden: [20, 15, 10],
    activation: "tanh",
    layers: {
      hidden_1: { ...kernel, options: {}, columns: 10, selection: "uniform" },
      hidden_2: { weights: "low-rank", proportion: 0.5, start: "scaled" },
    },
  });
  const layers = { hidden_1: kernel, hidden_2: { weights: "low-rank", proportion: 0.5 } as const };
  expect(resolveRun({ network: { model: "mlp", hidden: [20, 15, 10], activation: "tanh", layers } })).toEqual(short);
  expect(short.training.rate).toBe(0.1); // a layer is low-rank
});

describe("layersBy", () => {
  const mlp = layersOf({ model: "mlp" });
  const options = { proportion: 0.05, columns: 10 };

  test("fills the first layer and the others, as the method says", () => {
    expect(layersBy("SE-Emp", mlp, options)).toEqual({
      hidden_1: {
        ...{ weights: "factorized", dictionary: "kernel", proportion: 0.05, columns: 10, selection: "uniform" },
        options: { kernel: "squared-exponential", lengthScale: 1 },
      },
      hidden_2: {
        ...{ weights: "factorized", dictionary: "covariance", proportion: 0.05, columns: 10, selection: "uniform" },
        options: {},
      },
    });
    expect(layersBy("nokernel", mlp, options)).toEqual({});
    expect(Object.values(layersBy("LowRank", mlp, options))).toEqual([
      { weights: "low-rank", proportion: 0.05 },
      { weights: "low-rank", proportion: 0.05 },
    ]);
  });

  test("a filling may have its own number of columns", () => {
    const columns = (method: string) =>
      Object.values(layersBy(method, mlp, options)).map((layer) => "columns" in layer && layer.columns);
    expect(columns("SE-Prior:2")).toEqual([10, 2]);
    expect(columns("SE:5-Emp")).toEqual([5, 10]);
    expect(columns("SE:4")).toEqual([4, 4]);
    expect(layersBy("SE-Emp:10", mlp, options)).toEqual(layersBy("SE-Emp", mlp, options));
    for (const wrong of ["SE-Emp:", "SE-Emp:0", "SE-Emp:2.5", "SE-Emp:x", "SE-:2", ":2", "SE-Emp:1e3", "nokernel:2"])
      expect(() => layersBy(wrong, mlp, options), wrong).toThrow(`got "${wrong}"`);
  });

  test("holds for every network; layers whose dictionary has one place stay dense", () => {
    for (const model of networkNames)
      for (const method of methods) {
        const layers = layersBy(method, layersOf({ model }), { proportion: 0.5, columns: 1 });
        expect(() => resolveRun({ network: { model, layers } }), `${model} ${method}`).not.toThrow();
      }
    expect(Object.keys(layersBy("SE", layersOf({ model: "lenet5" }), options))).toEqual(["conv_1", "conv_2", "fc_1"]);
    expect(Object.keys(layersBy("SE", layersOf({ model: "all-convolutional" }), options))).toHaveLength(7);
    expect(Object.keys(layersBy("DCT", layersOf({ model: "resnet20" }), options))).toHaveLength(19);
    // The patches and the depthwise kernels, of 2 × 2 and 7 × 7 places.
    expect(Object.keys(layersBy("DCT", layersOf({ model: "convmixer" }), options))).toHaveLength(9);
  });

  test("an unknown method is named", () => {
    expect(() => layersBy("SE-Nothing", mlp, options)).toThrow(/method must be .*RandFixU.*; got "SE-Nothing"/);
    expect(() => layersBy("SE-Emp-AE", mlp, options)).toThrow('got "SE-Emp-AE"');
  });
});

test.each([
  [
    { model: "mlp", layers: { hidden_1: { ...kernel, over: "patch" } } },
    "over: must be absent: hidden_1 has no channels",
  ],
  [
    { model: "convmixer", layers: { layer_1_depthwise: { ...kernel, over: "patch" } } },
    "over: must be absent: layer_1_dep",
  ],
  [
    { model: "lenet5", layers: { conv_1: { ...kernel, over: "patch", mapActivation: "relu" } } },
    "network.layers.conv_1.over: must be absent with mapActivation",
  ],
  [{ model: "lenet5", layers: { conv_1: { ...kernel, over: "window" } } }, "conv_1.over: must be one of"],
])("atoms over patches are for convolutions with channels: %j", (network, message) => {
  expect(() => resolveRun({ network })).toThrow(message);
});
