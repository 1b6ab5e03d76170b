import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fig4, fig4Methods, fig5 } from "@weightcast/experiments";
import { type Executor, refitSetting, runSweep, type SweepSpec } from "@weightcast/runs";
import { identityOf, type RunSpec } from "@weightcast/runs/spec";
import { expect, test } from "vitest";
import { main } from "../../main";
import { folderWith } from "../../testing/folder";
import { recordOf } from "../../testing/runs";
import { fakeWorld } from "../../testing/world";

const hidden = '[{ "weights": "factorized", "units": 50, "dictionary": "kernel", "proportion": 0.05, "columns": 5 }]';
const files = {
  "run.json": `{ "data": { "train": 500, "validation": 100 }, "hidden": ${hidden}, "training": { "epochs": 4 } }`,
  "sweep.json": `{ "hidden": ${hidden}, "sweep": { "axes": { "hidden.0.columns": [5, 10], "seed": [1, 2] } } }`,
};

/** Runs the command with runs that are made up: their error is the learning rate. */
async function sweep(...args: string[]) {
  const folder = folderWith(files);
  const specs: RunSpec[] = [];
  const sweeps: SweepSpec[] = [];
  const executor: Executor = async (spec) => {
    specs.push(spec);
    return recordOf(spec, spec.training.rate);
  };
  // One at a time, so that runs begin in their order.
  const made = { engine: "cpu", execution: "eager", executor, jobs: 1 } as const;
  const world = fakeWorld({
    folder,
    runs: {
      runSweep: (asked, runs, options) => {
        sweeps.push(asked);
        return runSweep(asked, runs, { ...options, ...made });
      },
      refitSetting: (best, again, options) => refitSetting(best, again, { ...options, ...made }),
    },
  });
  const code = await main(["sweep", ...args], world);
  return { code, folder, specs, sweeps, out: world.out(), err: world.err() };
}

test("flags with several values and fields of a file are axes: every combination is run with each seed", async () => {
  const { code, folder, specs, out, err } = await sweep(
    ...["run.json", "hidden.0.options.lengthScale=1,2", "--seed", "1,2", "--rate", "0.1,0.02", "--epochs", "3"],
  );
  expect(code, err).toBe(0);
  const settings = specs.map(({ network, training, seed }) => {
    const layer = network.layers.hidden_1!;
    return [layer.weights === "factorized" && layer.options.lengthScale, training.rate, seed];
  });
  expect(settings).toHaveLength(8);
  expect(new Set(settings.map(String)).size).toBe(8);
  expect(specs.every(({ training, data }) => training.epochs === 3 && data.validation === 100)).toBe(true);
  expect(specs[0]!.label).toBe("rate=0.1 lengthScale=1");
  expect(err).toMatch(/^8 runs: grid search over training\.rate, seed, hidden\.0\.options\.lengthScale\n/);
  const [, , , best] = out.split("\n");
  expect(best).toMatch(/^ +3 +0\.02 +1 +2\.00% ± 0\.00% +2 +3 +5\.0% /);
  expect(out).toMatch(/Record: runs\/record\.jsonl\nReport: reports\/sweep\.html\n$/);
  expect(readFileSync(join(folder, "reports/sweep.html"), "utf8")).toContain("Lowest validation error");
});

test("axes in the file; --json", async () => {
  const { specs, out } = await sweep("sweep.json", "--json", "--proportion", "0.1");
  expect(specs).toHaveLength(4);
  const document = JSON.parse(out);
  expect(document).toMatchObject({ folder: "runs", sweep: { search: "grid", axes: { seed: [1, 2] } } });
  expect(document.settings).toHaveLength(2);
  expect(document.settings[0]).toMatchObject({
    setting: 1,
    values: { "hidden.0.columns": 5 },
    failed: 0,
    runs: [{ seed: 1 }, { seed: 2 }],
  });
});

test("a search in a range, with halving", async () => {
  const { specs, sweeps, out, err } = await sweep(
    ...[
      "run.json",
      "training.rate=0.001..0.9:log",
      "--search",
      "tpe",
      "--settings",
      "12",
      "--halving",
      "2",
      "--search-seed",
      "5",
    ],
  );
  expect(sweeps[0]).toMatchObject({ search: "tpe", settings: 12, seed: 5, halving: { least: 1, factor: 2 } });
  expect(new Set(specs.map(({ training }) => training.epochs))).toEqual(new Set([1, 2, 4]));
  expect(err).toMatch(/^About 21 runs: tpe search over training\.rate\n/);
  const best = Math.min(...specs.filter(({ training }) => training.epochs === 4).map(({ training }) => training.rate));
  expect(out.split("\n")[3]).toContain(` ${Number(best.toPrecision(4))} `);
});

test("--refit: the best setting is trained again with the validation images, for its test error", async () => {
  const axes = ["run.json", "--rate", "0.1,0.02", "--seed", "1,2", "--refit"];
  const { folder, specs, out, err } = await sweep(...axes);
  expect(specs.map(({ data, training }) => [data.validation, training.rate])).toEqual([
    ...[0.1, 0.1, 0.02, 0.02].map((rate) => [100, rate]),
    [undefined, 0.02],
    [undefined, 0.02],
  ]);
  expect(err).toMatch(/^6 runs: grid search/);
  expect(out).toMatch(
    /\n\nSetting 2, trained again for 4 epochs with the validation images: test error 2\.00% ± 0\.00%\.\n\nRecord/,
  );
  expect(readFileSync(join(folder, "reports/sweep.html"), "utf8")).toContain(
    "; trained again with the validation images: test error <b>2.00%</b>",
  );
  const document = JSON.parse((await sweep(...axes, "--json")).out);
  expect(document.refit).toMatchObject({ setting: 2, error: 0.02, deviation: 0, runs: [{ seed: 1 }, { seed: 2 }] });
  expect(document.refit.runs[0].id).not.toBe(document.settings[0].runs[0].id);
});

test("methods and proportions as in train; hidden layers of a method by their places", async () => {
  const { specs } = await sweep("--method", "SE-Emp,RandCon", "--proportion", "0.05,1/10", "hidden.0.columns=5");
  expect(specs.map(({ label }) => label)).toEqual(["SE-Emp", "SE-Emp", "RandCon", "RandCon"]);
  expect(specs.map(({ network: { layers } }) => [layers.hidden_1!.proportion, layers.hidden_2!.proportion])).toEqual([
    [0.05, 0.05],
    [0.1, 0.1],
    [0.05, 0.05],
    [0.1, 0.1],
  ]);
  expect(specs.every(({ network }) => (network.layers.hidden_1 as { columns?: number }).columns === 5)).toBe(true);
});

test.each([
  ["fig4", ["--epochs", "10"], fig4({ preset: "full", proportions: [0.05, 0.1], seeds: [1, 2] }), fig4Methods],
  [
    "fig5",
    [
      ...["--network", "convnet", "--data", "cifar10", "--epochs", "12", "--rate", "0.02", "--weight-decay", "0.001"],
      ...["training.warmup=1", "network.layers.fc_1.columns=5"],
    ],
    fig5({ methods: ["SE", "RandCon"], proportions: [0.05, 0.1], seeds: [1, 2] }),
    ["SE", "RandCon"],
  ],
] as const)("the runs of %s are those of a sweep: each is done once for both", async (_, flags, runs, names) => {
  const axes = [
    "--method",
    names.filter((name) => name !== "nokernel").join(),
    "--proportion",
    "0.05,0.1",
    "--seed",
    "1,2",
  ];
  const { specs, err } = await sweep(...flags, ...axes);
  const ids = (of: readonly RunSpec[]) => of.map((spec) => identityOf(spec, "")).sort();
  expect(ids(specs), err).toEqual(ids(runs.filter(({ label }) => label !== "nokernel")));
});

test.each([
  [["run.json"], /sweep: needs an axis: a flag with several values/],
  [["run.json", "other.json", "seed=1,2"], /takes one configuration file; got run\.json, other\.json/],
  [["run.json", "training.rat=0.1,0.2"], /rat=0\.1: training: unrecognized key: "rat" \(did you mean rate\?\)/],
  [["run.json", "hidden.0.columns=5,7"], /columns: must divide the layer's 50 units equally; got 7/],
  [["run.json", "training.rate=0.1..1"], /axes\["training\.rate"\]: must be a list of values, as the search is a grid/],
  [["run.json", "training.rate=a..b"], /the ends of a range must be numbers/],
  [["run.json", "--rate", "0.1,x"], /'--rate <list>' argument '0\.1,x' is invalid/],
  [["run.json", "--rate", "0.1,0.1"], /Each value must be given once/],
  [
    ["run.json", "training.rate=0.1..1", "--search", "tpe"],
    /settings: must be the number of settings that the tpe search tries/,
  ],
  [["--rate", "0.1,0.2", "--refit"], /data\.validation must be set/],
  [["--rate", "0.1,0.2", "--halving", "3"], /data\.validation must be set: .* never by the test images/],
  [["run.json", "training.epochs=1,2", "--halving", "2"], /must be absent: halving decides how many epochs/],
  [["run.json", "hidden.0.dictionary=kernel,kernle"], /kernle/],
])("%j is refused before anything is trained", async (args, message) => {
  const { code, specs, out, err } = await sweep(...args);
  expect([code, specs, out]).toEqual([2, [], ""]);
  expect(err).toMatch(message);
});
