import { describe, expect, test } from "vitest";
import { resolveRun } from "../spec";
import { checkAtoms, checkJobs, checkSize, needsOf } from "./check-size";
import { registerBuiltIns } from "./dictionaries";

registerBuiltIns();
const GB = 1e9;
const factorized = (more: object) => ({ weights: "factorized", proportion: 0.5, dictionary: "gaussian", ...more });
const wide = (more: object = {}) =>
  resolveRun({ network: { model: "mlp", hidden: [10, 100_000, 10], layers: { hidden_3: factorized(more) } } });

describe("the needs of a run", () => {
  test("are its weights and the state of its optimizer", () => {
    const run = resolveRun({ network: { model: "mlp", hidden: [500, 400] } });
    const [first, second] = [784 * 500 * 8, 500 * 400 * 8];
    expect(needsOf(run)).toEqual({ largest: { layer: "hidden_1", bytes: first }, bytes: first + second, steps: 6000 });
    const adam = resolveRun({ network: { model: "mlp", hidden: [500, 400] }, training: { optimizer: "adam" } });
    expect(needsOf(adam).bytes).toBe((3 * (first + second)) / 2);
  });

  test("are the share of the weights that is learned, and U if it is formed", () => {
    const dense = 8 * (784 * 10 + 10 * 100_000);
    const v = 8 * 0.5 * 100_000 * 10;
    expect(needsOf(wide({ columns: 5 })).bytes).toBe(dense + v + 4 * 100_000 * 50_000 * 5);
    expect(needsOf(wide({ columns: 5, dictionary: "fourier", selection: "leading" })).bytes).toBe(
      dense + v + 4 * 100_000 * 50_000,
    );
    // Over a grid, U may be applied axis by axis.
    const grid = resolveRun({ network: { model: "mlp", hidden: [50], layers: { hidden_1: factorized({}) } } });
    expect(needsOf(grid).bytes).toBe(8 * 0.5 * 784 * 50);
  });

  test("are a learned dictionary, by the size in its options", () => {
    const of = (options: object) =>
      needsOf(wide({ dictionary: "autoencoder", columns: 1, options })).bytes - needsOf(wide({ columns: 1 })).bytes;
    expect(of({})).toBe(0);
    expect(of({ size: 1e6 })).toBe(4 * 100_000 * 1e6);
  });

  test("are the second moments of samples, n² in float64 twice, which need not last", () => {
    for (const dictionary of ["covariance", "principal-components", "kernel-fitted"]) {
      const { bytes, largest } = needsOf(wide({ dictionary, proportion: 1e-5 }));
      expect([bytes, largest]).toEqual([16 * 100_000 ** 2, { layer: "hidden_3", bytes: 16 * 100_000 ** 2 }]);
    }
    const given = wide({ dictionary: "kernel-fitted", proportion: 1e-5, options: { lengthScale: 2 } });
    expect(needsOf(given).bytes).toBeLessThan(1e8);
  });

  test("are steps, also of pre-training; at least one per epoch of unknown images", () => {
    expect(needsOf(resolveRun({ data: { train: 1000 }, training: { epochs: 7, batchSize: 30 } })).steps).toBe(7 * 33);
    expect(needsOf(resolveRun({ data: { train: 10 }, pretraining: { epochs: 2 } })).steps).toBe(12);
    expect(needsOf(resolveRun({ data: { folder: "mine" }, training: { epochs: 7 } })).steps).toBe(7);
  });

  test("depend on the images, which are unknown if they are in a folder", () => {
    const run = resolveRun({ data: { folder: "mine" }, network: { model: "mlp", hidden: [500, 400] } });
    expect(needsOf(run).bytes).toBe(500 * 400 * 8);
    expect(needsOf(run, { shape: [8, 8], classes: 10, train: 1 }).bytes).toBe(8 * (64 * 500 + 500 * 400));
    expect(needsOf(resolveRun({ data: { folder: "mine" }, network: { model: "convnet" } }))).toMatchObject({
      bytes: 0,
    });
  });
});

describe("a run that this machine can't do is refused at once", () => {
  test.each([
    [
      resolveRun({ network: { model: "mlp", hidden: [1_000_000, 1_000_000] } }),
      /^network: the run needs at least 8\.0 TB of memory for weights and dictionaries, of which layer hidden_2 takes 8\.0 TB; this machine has 64\.0 GB: choose fewer units/,
    ],
    [wide({ columns: 10 }), /at least 200\.0 GB .* layer hidden_3 takes 200\.0 GB/],
    [
      resolveRun({ training: { epochs: 1e9 } }),
      /^training\.epochs: the run needs 600,000,000,000 steps, more than 1 year even at 10,000 steps per second; choose fewer epochs/,
    ],
    [resolveRun({ data: { folder: "mine" }, training: { epochs: 1e12 } }), /needs 1,000,000,000,000 steps/],
  ])("%#", (run, message) => {
    const check = () => checkSize(run, { memory: 64 * GB });
    expect(check).toThrow(RangeError);
    expect(check).toThrow(message);
  });

  test("and one that it can do is not", () => {
    for (const run of [
      resolveRun({}),
      resolveRun({ network: { model: "resnet20" }, data: { name: "cifar10" }, training: { epochs: 100_000 } }),
      resolveRun({ data: { folder: "mine" }, network: { model: "mlp", hidden: [1e9] } }),
    ])
      expect(checkSize(run, { memory: GB })).toBeUndefined();
    expect(checkSize(resolveRun({}))).toBeUndefined(); // by the memory of this machine
  });
});

test("runs that do not fit at the same time are refused, with how many do", () => {
  const run = resolveRun({ network: { model: "mlp", hidden: [20_000, 20_000] } }); // 3.2 GB and 0.1 GB
  const small = resolveRun({});
  expect(() => checkJobs([small, run, run, small], 3, 5 * GB)).toThrow(
    /^jobs: 3 runs at a time need at least 6\.7 GB of memory .* run seed 1 takes 3\.3 GB; this machine has 5\.0 GB: choose at most 1$/,
  );
  expect(() => checkJobs(Array(8).fill(run), 8, 10 * GB)).toThrow("choose at most 3");
  expect(checkJobs([small, run, run], 1, 5 * GB)).toBeUndefined();
  expect(checkJobs([run], 8, 5 * GB)).toBeUndefined();
});

test("a U that does not fit is refused, with its size", () => {
  expect(() => checkAtoms("gaussian", 1_000_000, 50_000, 64 * GB)).toThrow(
    "gaussian: U would have 1,000,000 × 50,000 numbers, 200.0 GB; this machine has 64.0 GB: choose fewer atoms, or a smaller domain",
  );
  expect(checkAtoms("gaussian", 784, 784, GB)).toBeUndefined();
});
