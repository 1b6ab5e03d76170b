import { identityOf, layersOf, nameOf, predictedLayers } from "@weightcast/runs/spec";
import { expect, test } from "vitest";
import { deepCompressionFigure } from ".";
import { deepCompression, labelOf } from "./runs";
import { settings } from "./settings";

const full = deepCompression({ preset: "full" });

test("quick: one seed, a few points of both networks", () => {
  const specs = deepCompression();
  expect(new Set(specs.map(({ seed }) => seed))).toEqual(new Set([1]));
  expect(new Set(specs.map(({ network }) => network.model))).toEqual(new Set(["mlp", "lenet5"]));
  expect(specs.length).toBeLessThan(10);
  expect(specs.some((spec) => predictedLayers(spec).length === 0)).toBe(true);
  expect(specs.some((spec) => predictedLayers(spec).length > 0)).toBe(true);
});

test("full: every setting with three seeds; no two have one name or one identity", () => {
  expect(full).toHaveLength(3 * settings.length);
  for (const of of [nameOf, (spec: (typeof full)[number]) => identityOf(spec, "e")])
    expect(new Set(full.map(of)).size).toBe(full.length);
});

test("labels name the point: curve, learned shares, widths, types", () => {
  const labels = new Set(full.map(({ label }) => label));
  for (const label of ["dense 300-100 int4", "narrower 4-8-32 int3", "dense 6-16-120-84 int2"])
    expect(labels).toContain(label);
  const setting = { network: "LeNet-300-100", curve: "DCT", type: "int4", types: { logits: "int8" } } as const;
  const predicted = { hidden_1: ["DCT", 0.15], hidden_2: ["RandFixU", 0.3] } as const;
  expect(labelOf({ ...setting, predicted, widths: [300, 100] })).toBe("DCT 15% 30% 300-100 int4 (logits int8)");
});

test("each curve is what its name says", () => {
  const on = (curve: string) => full.filter(({ label }) => label.startsWith(`${curve} `));
  for (const spec of on("dense")) {
    expect(predictedLayers(spec)).toEqual([]);
    expect(layersOf(spec.network).map(({ filters }) => filters)).toEqual(
      spec.network.model === "mlp" ? [300, 100] : [6, 16, 120, 84],
    );
  }
  for (const spec of on("narrower")) {
    expect(predictedLayers(spec)).toEqual([]);
    const usual = layersOf(spec.network.model === "mlp" ? { model: "mlp", hidden: [300, 100] } : { model: "lenet5" });
    const sum = (layers: typeof usual) => layers.reduce((total, { filters }) => total + filters, 0);
    expect(sum(layersOf(spec.network))).toBeLessThan(sum(usual));
  }
  const dictionaries = { DCT: "fourier", SE: "kernel", wavelet: "wavelet", random: "gaussian" };
  for (const [curve, dictionary] of Object.entries(dictionaries)) {
    expect(on(curve).length).toBeGreaterThan(0);
    for (const spec of on(curve))
      expect(predictedLayers(spec)[0]).toMatchObject({ dictionary, columns: 1, basis: "orthonormal" });
  }
});

test("every run is made small in the same way, and measured on the test images unless asked otherwise", () => {
  for (const spec of full) {
    const epochs = spec.network.model === "mlp" ? 20 : 12;
    expect(spec.training.epochs).toBe(epochs);
    const narrow = spec.network.model === "mlp" || spec.label.startsWith("narrower ");
    expect(spec.training.augment).toEqual({ crop: narrow ? 1 : 2 });
    expect(spec.quantization).toMatchObject({
      epochs: epochs / 2,
      compress: true,
      scaledBy: "column",
      vectors: "int8",
    });
    expect(spec.data).not.toHaveProperty("validation");
  }
  const [validated] = deepCompression({ validation: true, epochs: 4, train: 500 });
  expect(validated!.data).toMatchObject({ name: "mnist", validation: 10_000, train: 500 });
  expect([validated!.training.epochs, validated!.quantization!.epochs]).toEqual([4, 2]);
});

test("networks and curves are chosen by name; a choice without any setting is refused", () => {
  const specs = deepCompression({ preset: "full", networks: ["LeNet-5"], curves: ["narrower"], seeds: [7] });
  expect(specs.every(({ label, seed }) => label.startsWith("narrower ") && seed === 7)).toBe(true);
  expect(specs.every(({ network }) => network.model === "lenet5" && network.widths !== undefined)).toBe(true);
  expect(() => deepCompression({ networks: ["LeNet-5"], curves: ["SE"] })).toThrow(
    "deep-compression: no setting of the quick preset is on these curves; choose others, or the full preset",
  );
});

test("the figure's values: the quick preset unless --full, and options go to the runs", () => {
  expect(deepCompressionFigure.runs({})).toEqual(deepCompression());
  const options = { curves: ["dense"], epochs: 2, validation: true, seeds: [3] } as const;
  expect(deepCompressionFigure.runs({ full: true, ...options, soFar: true, jobs: 2 })).toEqual(
    deepCompression({ preset: "full", ...options }),
  );
});
