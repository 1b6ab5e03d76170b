import { rankOf } from "@weightcast/dictionary";
import {
  identityOf,
  layersOf,
  nameOf,
  predictedLayers,
  type RunSpec,
  resolveRun,
  teacherRun,
} from "@weightcast/runs/spec";
import { expect, test } from "vitest";
import { depth, narrowerWidths } from "./runs";

test("all 19 convolutions of ResNet-20, 3 or 6 of 9 weights each, and networks of as many by fewer filters", () => {
  const specs = depth({ seeds: [1] });
  expect(specs.map(({ label }) => label)).toEqual([
    "nokernel",
    ...["SE", "DCT", "Gauss", "RandFixU", "SE", "DCT", "Gauss", "RandFixU"],
    ...["narrower 33.3%", "narrower 66.7%"],
  ]);
  const ranks = (spec: RunSpec) => new Set(predictedLayers(spec).map(({ proportion }) => rankOf({ proportion }, 9, 9)));
  expect([1, 5].map((i) => [...ranks(specs[i]!)])).toEqual([[3], [6]]);
  expect(layersOf({ model: "resnet20" })).toHaveLength(19);
  expect(predictedLayers(specs[1]!)).toHaveLength(19);
  expect(depth({ seeds: [1, 2], methods: ["narrower"] }).map(({ seed }) => seed)).toEqual([1, 1, 2, 2]);
});

test("DCT-decay is DCT with the weight decay times the learned share", () => {
  const [three, six] = depth({ seeds: [1], methods: ["DCT-decay"] });
  const [plain] = depth({ seeds: [1], methods: ["DCT"] });
  expect(three).toEqual({ ...plain, label: "DCT-decay", training: { ...plain!.training, weightDecay: 1e-4 / 3 } });
  expect([six!.label, six!.training.weightDecay]).toEqual(["DCT-decay", (6 / 9) * 1e-4]);
  expect(identityOf(three!, "e")).not.toBe(identityOf(plain!, "e"));
  expect(depth({ methods: ["DCT-decay", "narrower"], seeds: [1, 2] }).map(nameOf)).toEqual([
    ...["DCT-decay 33.3% seed 1", "DCT-decay 66.7% seed 1", "narrower 33.3% seed 1", "narrower 66.7% seed 1"],
    ...["DCT-decay 33.3% seed 2", "DCT-decay 66.7% seed 2", "narrower 33.3% seed 2", "narrower 66.7% seed 2"],
  ]);
});

test("DCT-relu mixes the maps of DCT atoms after a rectifier: a resolved run that learns as many weights", () => {
  const [three, six] = depth({ seeds: [1], methods: ["DCT-relu"] });
  const [plain] = depth({ seeds: [1], methods: ["DCT"] });
  expect(resolveRun(JSON.parse(JSON.stringify(three)))).toEqual(three);
  expect(predictedLayers(three!).map(({ name: _, ...layer }) => layer)).toEqual(
    predictedLayers(plain!).map(({ name: _, ...layer }) => ({ ...layer, basis: "atoms", mapActivation: "relu" })),
  );
  expect([three, six].map((spec) => predictedLayers(spec!)[18]!.proportion)).toEqual([3 / 9, 6 / 9]);
  expect(new Set([three, six, plain].map((spec) => identityOf(spec!, "e"))).size).toBe(3);
});

test("arms that learn from the dense network name the run of that network, with the same seed; each learns as much as DCT", () => {
  const runs = depth({ seeds: [2], proportions: [3 / 9], methods: ["nokernel", "DCT-distill", "PCA", "PCA-channels"] });
  const [dense, ...others] = runs;
  for (const run of others) {
    expect(resolveRun(JSON.parse(JSON.stringify(run)))).toEqual(run);
    const teacher = teacherRun(run)!;
    expect(identityOf(teacher, "e")).toBe(identityOf(dense!, "e"));
    expect(predictedLayers(run).map(({ proportion }) => proportion)).toEqual(Array(19).fill(3 / 9));
  }
  expect(others.map(({ teacher }) => [teacher!.distill, teacher!.temperature])).toEqual([
    [0.9, 4],
    [0, 4],
    [0, 4],
  ]);
  const first = others.map((run) => predictedLayers(run)[0]!);
  expect(first[1]).toMatchObject({ dictionary: "filters", options: {}, selection: "leading" });
  expect(first[2]).toMatchObject({ dictionary: "filters", options: { over: "channels" }, over: "patch" });
  const [smaller] = depth({ seeds: [2], proportions: [3 / 9], methods: ["narrower-distill"] });
  expect(smaller).toMatchObject({ label: "narrower-distill 33.3%", teacher: { distill: 0.9, temperature: 4 } });
  expect(smaller!.network.widths).toEqual([...narrowerWidths(3 / 9)]);
});

test("RandFixU-patch has Gaussian atoms over whole patches, and no teacher", () => {
  const [run] = depth({ seeds: [1], proportions: [3 / 9], methods: ["RandFixU-patch"] });
  expect(run).not.toHaveProperty("teacher");
  expect(predictedLayers(run!)[18]).toMatchObject({ dictionary: "gaussian", over: "patch", selection: "uniform" });
  expect(resolveRun(JSON.parse(JSON.stringify(run)))).toEqual(run);
});

test("narrower networks have as many weights as are learned, and no more", () => {
  // By hand: 9 (3a + 6a² + ab + 5b² + bc + 5c²) for filters a, b, c.
  const weights = ([a, b, c]: readonly [number, number, number]) =>
    9 * (3 * a + 6 * a ** 2 + a * b + 5 * b ** 2 + b * c + 5 * c ** 2);
  for (const proportion of [2 / 9, 1 / 3, 2 / 3, 1]) {
    const share = weights(narrowerWidths(proportion)) / weights([16, 32, 64]);
    expect(share).toBeLessThanOrEqual(proportion);
    expect(share).toBeGreaterThan(0.95 * proportion);
  }
  expect(narrowerWidths(1)).toEqual([16, 32, 64]);
});
