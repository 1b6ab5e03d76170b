import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Figure, fig1, figures, type Study, type StudyResult } from "@weightcast/experiments";
import { expect, test } from "vitest";
import { main } from "../../main";
import { folderWith } from "../../testing/folder";
import { eventsOf } from "../../testing/runs";
import { fakeWorld } from "../../testing/world";

const fig1Figure = figures.find(({ name }) => name === "fig1")!;

/** Figure 1 with its own checks, whose networks are not trained but `run`. */
const figureWith = (run: Study["run"]): Figure => ({
  ...fig1Figure,
  study: async () => ({ ...(await fig1Figure.study!()), run }),
});

/** Result of a study of these networks. */
const resultOf = (names: readonly string[]): StudyResult => ({
  html: ({ title, command }) => `<!doctype html><title>${title}</title><code>${command}</code>`,
  networks: names.map((network) => ({ network, testError: 0.0212 })),
  tables: names.map((name) => ({
    title: `${name}: 3 filters of 2×2`,
    columns: [{ heading: "predicted by", align: "left" }, { heading: "25%" }],
    rows: [["squared-exponential", "0.750 ± 0.013"]],
    notes: ["Normalized mean squared error.", "Lambda 0.001."],
  })),
});

async function reproduce(...args: string[]) {
  const calls: Parameters<Study["run"]>[] = [];
  const folder = folderWith({ "images/first.png": "" });
  const figure = figureWith(async (specs, context) => {
    calls.push([specs, context]);
    for (const spec of specs) {
      for (const event of eventsOf(spec)) context.onEvent(event);
      context.onNote(`${spec.label}: predicting by squared-exponential, 1 of 2`);
    }
    return resultOf(specs.map(({ data }) => data.name));
  });
  const world = fakeWorld({ folder, figures: [figure] });
  const code = await main(["reproduce", "fig1", ...args], world);
  return { code, call: calls[0], folder, out: world.out(), err: world.err() };
}

test("both networks, a table of each, and a report", async () => {
  const { code, call, folder, out, err } = await reproduce();
  expect(code).toBe(0);
  expect(call).toMatchObject([
    fig1(),
    { folder: join(folder, "runs"), engine: "auto", execution: "auto", signal: expect.any(AbortSignal) },
  ]);
  expect(call![1].values).toEqual({ ridge: 1e-3, share: 0.25, subsets: 3, seed: 1 });
  const table = (name: string) => `
${name}: 3 filters of 2×2
predicted by                   25%
───────────────────  ─────────────
squared-exponential  0.750 ± 0.013
Normalized mean squared error.
Lambda 0.001.
`;
  expect(out).toBe(`${table("mnist")}${table("cifar10")}\nReport: reports/fig1.html\n`);
  const report = readFileSync(join(folder, "reports/fig1.html"), "utf8");
  expect(report).toContain("<title>Figure 1: trained filters predicted from a few pixels</title>");
  expect(report).toContain("<code>weightcast reproduce fig1</code>");
  expect(err).toContain("Engine: cpu (1.2.3), the only one in this test.\n");
  expect(err).toContain("mnist: predicting by squared-exponential, 1 of 2\n");
});

test("flags are passed to the networks and to the measurement", async () => {
  const { call, folder } = await reproduce(
    ..."--networks cifar --data ./images --data-name mine --epochs 2 --train 500 --weight-decay 0.01 --kernels exponential --length-scales 1,4 --ridge 0.1 --share 0.1 --subsets 5 --seed 7 --engine wasm --report a.html".split(
      " ",
    ),
  );
  const cifar = { name: "mine", folder: "./images" };
  expect(call).toMatchObject([
    fig1({ networks: ["cifar"], cifar, epochs: 2, train: 500, weightDecay: 0.01, seed: 7 }),
    {
      engine: "wasm",
      values: {
        ...{ networks: ["cifar"], data: cifar, epochs: 2, train: 500, weightDecay: 0.01 },
        ...{ kernels: ["exponential"], lengthScales: [1, 4], ridge: 0.1, share: 0.1, subsets: 5, seed: 7 },
      },
    },
  ]);
  expect(existsSync(join(folder, "a.html"))).toBe(true);
});

test("--json is one document", async () => {
  const { out, folder } = await reproduce("--json", "--networks", "mnist");
  expect(JSON.parse(out)).toEqual({
    command: "weightcast reproduce fig1 --json --networks mnist",
    folder: "runs",
    report: join(folder, "reports/fig1.html"),
    networks: [{ network: "mnist", testError: 0.0212 }],
  });
});

test.each([
  ["--ridge 0", /ridge must be a positive number; got 0/],
  ["--threads 2", /--threads is not for fig1, which measures by threads of its own; leave it out/],
  ["--queue redis://a", /--queue is not for fig1, which measures on this machine/],
  ["--store s3://a", /--store is not for fig1, which measures on this machine/],
  ["--force", /--force is not for fig1, which keeps measurements of its own/],
  ["--events all", /--events is not for fig1, which writes no event files; leave it out/],
  ["--share 1.5", /share must be a number in \(0, 1\]; got 1\.5/],
  ["--weight-decay -1", /fig1 mnist: training\.weightDecay/],
  ["--kernels exponentail", /did you mean exponential\?/],
  ["--networks minst", /did you mean mnist\?/],
  [
    "--networks mnist --data /nowhere --data-name mine",
    /--data is for the cifar network, which is not among --networks mnist/,
  ],
  ["--networks mnist --data-name mine", /--data-name names the images of a folder; add --data/],
])("%s is a usage error before anything is trained", async (flags, message) => {
  const { code, err, call } = await reproduce(...flags.split(" "));
  expect([code, call]).toEqual([2, undefined]);
  expect(err).toMatch(message);
});

test("an interruption explains how to continue", async () => {
  const figure = figureWith(async (_, { signal }) => {
    world.interrupt();
    throw Object.assign(new Error(`aborted: ${signal.aborted}`), { code: "INTERRUPTED" });
  });
  const world = fakeWorld({ folder: folderWith(), figures: [figure] });
  expect(await main(["reproduce", "fig1", "--seed", "2"], world)).toBe(130);
  expect(world.err()).toContain(
    "interrupted. Completed work is kept in runs; to continue:\n\n  weightcast reproduce fig1 --seed 2\n",
  );
});
