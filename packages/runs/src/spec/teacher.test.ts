import { describe, expect, test } from "vitest";
import { inputDigest } from "../run/input-digest";
import { identityOf } from "./identity";
import { layersBy } from "./methods";
import { layersOf } from "./network";
import { type RunInput, resolveRun } from "./run";
import { teacherRun, withTeachers } from "./teacher-run";

const idOf = (input: RunInput) => identityOf(resolveRun(input), "engine", "inputs");
const dense = { data: { folder: "mine" }, network: { model: "resnet20" }, training: { epochs: 3, rate: 0.1 } } as const;
const components = layersBy("PCA", layersOf(dense.network), { proportion: 3 / 9 });
const taught = { ...dense, teacher: { network: "resnet20" } } as const;

describe("a teacher", () => {
  test("has defaults, and a network that is written out; a resolved run is the same again", () => {
    const run = resolveRun(taught);
    expect(run.teacher).toEqual({ network: { model: "resnet20", layers: {} }, distill: 0.9, temperature: 2 });
    expect(resolveRun(JSON.parse(JSON.stringify(run)))).toEqual(run);
    expect(resolveRun(dense)).not.toHaveProperty("teacher");
  });

  test("counts for the identity by everything but the path of its file, whose contents do", async () => {
    const others: RunInput["teacher"][] = [
      undefined,
      { network: "resnet20" },
      { network: { model: "resnet20", widths: [8, 16, 32] } },
      { network: "resnet20", distill: 0.5 },
      { network: "resnet20", temperature: 4 },
      { from: "a" },
    ];
    expect(new Set(others.map((teacher) => idOf({ ...dense, ...(teacher && { teacher }) }))).size).toBe(6);
    expect(idOf({ ...dense, teacher: { from: "b" } })).toBe(idOf({ ...dense, teacher: { from: "a" } }));
    expect(idOf({ ...dense, teacher: { network: { model: "resnet20", widths: [16, 32, 64] } } })).toBe(idOf(taught));
    const file = import.meta.filename;
    const digests = [{ from: file }, { teacher: { from: file } }, { teacher: { from: import.meta.dirname } }, {}].map(
      (more) => inputDigest(resolveRun(more), "/"),
    );
    expect(new Set(await Promise.all(digests)).size).toBe(4);
  });

  test("is trained by the run of its network alone, which has that run's identity", () => {
    const more = { label: "student", quantization: {}, seed: 4, use: ["acme"] } as const;
    const run = teacherRun(resolveRun({ ...taught, ...more, from: "there" }));
    expect(run).toEqual(resolveRun({ ...dense, label: "teacher", seed: 4 }));
    expect(identityOf(run!, "engine", "inputs")).toBe(idOf({ ...dense, seed: 4 }));
    expect(teacherRun(resolveRun({ ...dense, teacher: { from: "file" } }))).toBeUndefined();
    // A perceptron's images are not standardized: neither are they for its teacher, which takes the same inputs.
    const perceptron = teacherRun(resolveRun({ teacher: { network: "lenet5" } }));
    expect(perceptron!.data.standardize).toBe(false);
    expect(resolveRun(perceptron)).toEqual(perceptron);
  });

  test("comes before the first run that needs it, once, under its own name if it is among the runs", () => {
    const [alone, student, other] = [
      resolveRun({ ...dense, label: "nokernel" }),
      resolveRun({ ...taught, label: "one" }),
      resolveRun({ ...taught, label: "two", teacher: { network: "resnet20", distill: 1 } }),
    ];
    const labels = (...runs: (typeof alone)[]) => withTeachers(runs).map(({ label }) => label);
    expect(labels(student, other)).toEqual(["teacher", "one", "two"]);
    expect(labels(student, alone, other)).toEqual(["nokernel", "one", "two"]);
    expect(labels(alone)).toEqual(["nokernel"]);
  });

  test.each<[string, unknown, string]>([
    ["neither", {}, "teacher: must have either from, a model file, or network, which is trained first; got {}"],
    ["both", { from: "a", network: "mlp" }, "teacher: must have either from, a model file, or network"],
    ["a share above 1", { from: "a", distill: 2 }, "teacher.distill: must be at most 1; got 2"],
    ["no use for it", { from: "a", distill: 0 }, "teacher.distill: must be above 0, unless a layer's dictionary is"],
    ["no temperature", { from: "a", temperature: 0 }, "teacher.temperature: must be more than 0; got 0"],
    [
      "an unknown layer",
      { network: { model: "mlp", layers: { conv: { weights: "dense" } } } },
      "teacher.network.layers",
    ],
    ["another field", { file: "a" }, 'teacher: unrecognized key: "file"'],
  ])("with %s is refused by name", (_, teacher, message) => {
    expect(() => resolveRun({ teacher })).toThrow(message);
  });

  test("a teacher of a table is a perceptron; one that can't have the run's pre-training is refused", () => {
    const table = { table: "a.csv", target: "b" };
    expect(() => resolveRun({ data: table, teacher: { network: "lenet5" } })).toThrow(
      "teacher.network.model: must be mlp on a table",
    );
    expect(() => resolveRun({ pretraining: {}, teacher: { network: "resnet20" } })).toThrow(
      "teacher.network: has the run's pretraining, which needs a fully connected layer",
    );
  });

  test("has the layers whose filters are taken, on the same grid; their number may be another", () => {
    const run = (own: object, layer: string) =>
      resolveRun({
        network: {
          model: "mlp",
          layers: { [layer]: { weights: "factorized", dictionary: "filters", proportion: 0.1 } },
        },
        teacher: { network: own, distill: 0 },
      });
    run({ model: "mlp", hidden: [60] }, "hidden_1");
    run({ model: "mlp", hidden: [500, 60] }, "hidden_2");
    expect(() => run({ model: "mlp", hidden: [60, 60] }, "hidden_2")).toThrow(
      "teacher.network: must have a layer hidden_2 with filters on the grid 500, which are taken",
    );
    expect(() => run({ model: "lenet5" }, "hidden_1")).toThrow(
      "must have a layer hidden_1 with filters on the grid 28 × 28",
    );
  });

  test("need not be imitated where its filters are taken", () => {
    const network = { model: "resnet20", layers: components } as const;
    const run = resolveRun({ ...dense, network, teacher: { network: "resnet20", distill: 0 } });
    expect(run.network.layers.conv_1).toMatchObject({ dictionary: "filters", selection: "leading", options: {} });
    expect(teacherRun(run)?.network).toEqual({ model: "resnet20", layers: {} });
  });
});
