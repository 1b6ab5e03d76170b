import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Fig1Result,
  fig1,
  fig1Kernels,
  fig1LengthScales,
  fig1Networks,
  type RunSpec,
} from "@weightcast/experiments";
import { expect, test } from "vitest";
import { main } from "../main";
import type { Experiments } from "../services";
import { folderWith } from "../testing/folder";
import { eventsOf, recordOf } from "../testing/runs";
import { fakeWorld } from "../testing/world";
import { fig1KernelNames, fig1NetworkNames, fig1Scales } from "./fig1";

test("names and defaults in the help are the owner's", () => {
  expect(fig1NetworkNames).toEqual(fig1Networks);
  expect(fig1KernelNames).toEqual(fig1Kernels);
  expect(fig1Scales).toEqual(fig1LengthScales);
});

/** A network whose filters were measured at the shares of the table. */
function resultOf(spec: RunSpec): Fig1Result {
  const points = [0.01, 0.05, 0.1, 0.25, 0.5, 1].map((share) => ({
    share,
    kept: Math.max(1, Math.round(4 * share)),
    error: { mean: 1 - share, sd: 0.0125 },
  }));
  return {
    record: recordOf(spec, 0.0212),
    steps: 6000,
    filters: { domain: [2, 2], channels: 1, count: 3, data: Float32Array.from({ length: 12 }, (_, i) => i - 5) },
    errors: {
      ...{ pixels: 4, share: 0.25, ridge: 1e-3, lengthScale: 1, subsets: 3, seed: 1 },
      baselines: (["zero", "mean", "nearest"] as const).map((predictor) => ({ predictor, points })),
      given: [{ predictor: "squared-exponential", lengthScale: 1, points }],
      best: [{ predictor: "squared-exponential", lengthScale: 2, points }],
    },
  };
}

async function reproduce(...args: string[]) {
  const asked: Parameters<Experiments["runFig1"]>[] = [];
  const folder = folderWith();
  const runFig1: Experiments["runFig1"] = async (specs, options) => {
    asked.push([specs, options]);
    for (const spec of specs) {
      for (const event of eventsOf(spec)) options.onEvent?.(event);
      options.onMeasure?.(spec, { done: 0, of: 2, what: "squared-exponential" });
    }
    return specs.map(resultOf);
  };
  const world = fakeWorld({ folder, experiments: { runFig1 } });
  const code = await main(["reproduce", "fig1", ...args], world);
  return { code, asked: asked[0], folder, out: world.out(), err: world.err() };
}

test("both networks, a table of each, and a report", async () => {
  const { code, asked, folder, out, err } = await reproduce();
  expect(code).toBe(0);
  expect(asked).toMatchObject([
    fig1(),
    { folder: join(folder, "runs"), engine: "auto", ridge: 1e-3, share: 0.25, subsets: 3, seed: 1 },
  ]);
  for (const absent of ["kernels", "lengthScales"]) expect(asked![1]).not.toHaveProperty(absent);
  expect(out.split("\n").slice(0, 5)).toEqual([
    "",
    "mnist: 3 filters of 2×2, test error 2.12%",
    "predicted by         length             1%             5%            10%            25%            50%",
    "───────────────────  ──────  ─────────────  ─────────────  ─────────────  ─────────────  ─────────────",
    "squared-exponential       1  0.990 ± 0.013  0.950 ± 0.013  0.900 ± 0.013  0.750 ± 0.013  0.500 ± 0.013",
  ]);
  expect(out).toContain("cifar10: 3 filters of 2×2");
  expect(out).toContain("Weight decay has left 5.0% of the random first weights, which nothing predicts.\n");
  expect(out).toMatch(/\nReport: reports\/fig1\.html\n$/);
  expect(readFileSync(join(folder, "reports/fig1.html"), "utf8")).toContain("<code>weightcast reproduce fig1</code>");
  expect(err).toContain("mnist seed 1: predicting by squared-exponential, 1 of 2\n");
});

test("flags go to the networks and to what is measured", async () => {
  const { asked, folder } = await reproduce(
    ..."--networks cifar --data ./images --data-name mine --epochs 2 --train 500 --weight-decay 0.01 --kernels exponential --length-scales 1,4 --ridge 0.1 --share 0.1 --subsets 5 --seed 7 --engine wasm --report a.html".split(
      " ",
    ),
  );
  expect(asked).toMatchObject([
    fig1({
      networks: ["cifar"],
      cifar: { name: "mine", folder: "./images" },
      epochs: 2,
      train: 500,
      weightDecay: 0.01,
      seed: 7,
    }),
    { engine: "wasm", kernels: ["exponential"], lengthScales: [1, 4], ridge: 0.1, share: 0.1, subsets: 5, seed: 7 },
  ]);
  expect(existsSync(join(folder, "a.html"))).toBe(true);
});

test("--json is one document", async () => {
  const { out } = await reproduce("--json", "--networks", "mnist");
  const { networks, report } = JSON.parse(out);
  expect(report).toMatch(/reports\/fig1\.html$/);
  expect(networks).toHaveLength(1);
  expect(networks[0]).toMatchObject({
    network: "mnist",
    testError: 0.0212,
    startLeft: expect.closeTo(0.05, 3),
    filters: { domain: [2, 2], channels: 1, count: 3 },
    best: [{ predictor: "squared-exponential", lengthScale: 2 }],
  });
});

test.each([
  ["--ridge 0", /ridge must be a positive number; got 0/],
  ["--share 1.5", /share must be a number in \(0, 1\]; got 1\.5/],
  ["--weight-decay -1", /fig1 mnist: training\.weightDecay/],
  ["--kernels exponentail", /did you mean exponential\?/],
  ["--networks minst", /did you mean mnist\?/],
  [
    "--networks mnist --data /nowhere --data-name mine",
    /--data is for the cifar network, which is not among --networks mnist/,
  ],
  ["--networks mnist --data-name mine", /--data-name is for the cifar network/],
])("%s is a usage error before anything is trained", async (flags, message) => {
  const { code, err, asked } = await reproduce(...flags.split(" "));
  expect([code, asked]).toEqual([2, undefined]);
  expect(err).toMatch(message);
});

test("an interruption says how to go on", async () => {
  const world = fakeWorld({
    folder: folderWith(),
    experiments: {
      runFig1: async (_, { signal }) => {
        world.interrupt();
        throw Object.assign(new Error(`aborted: ${signal?.aborted}`), { code: "INTERRUPTED" });
      },
    },
  });
  expect(await main(["reproduce", "fig1", "--seed", "2"], world)).toBe(130);
  expect(world.err()).toContain(
    "interrupted. What is done is kept in runs; to go on:\n\n  weightcast reproduce fig1 --seed 2\n",
  );
});
