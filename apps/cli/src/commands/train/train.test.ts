import { layersBy, layersOf, resolveRun } from "@weightcast/runs/spec";
import { describe, expect, test, vi } from "vitest";
import { main } from "../../main";
import { folderWith } from "../../testing/folder";
import { fakeRunAll } from "../../testing/runs";
import { fakeWorld } from "../../testing/world";

/** Package of another author, with one dictionary, in plain JavaScript. */
const packageWith = (name: string) => ({
  "mine/package.json": '{ "name": "acme", "type": "module", "exports": "./index.js" }',
  "mine/index.js": `export default { name: "${name}", needs: "domain", create() { throw new Error("not here"); } };`,
});

async function train(
  args: readonly string[],
  files: Record<string, string> = {},
  confirm?: (question: string) => Promise<boolean>,
) {
  const { runAll, asked } = fakeRunAll();
  const world = fakeWorld({ folder: folderWith(files), runs: { runAll }, ...(confirm && { confirm }) });
  const code = await main(["train", ...args], world);
  const [specs, options] = asked[0] ?? [];
  return { code, spec: specs?.[0], options, out: world.out(), err: world.err() };
}

test("without arguments it is the schema's run", async () => {
  const { code, spec, options } = await train([]);
  expect(code).toBe(0);
  expect(spec).toEqual(resolveRun({}));
  expect(options).toMatchObject({ engine: "auto", folder: expect.stringMatching(/runs$/) });
});

test.each([
  ["--method SE-Emp", [10, 10]],
  ["--method SE-Emp:2", [10, 2]],
  ["--method SE-Emp:2 --columns 5", [5, 2]],
  ["--method SE-Emp --columns 5", [5, 5]],
])("%s has %j columns", async (flags, [first, second]) => {
  const { spec } = await train(flags.split(" "));
  expect(spec).toMatchObject({ network: { layers: { hidden_1: { columns: first }, hidden_2: { columns: second } } } });
});

test("flags set the network, the training and the runner", async () => {
  const { spec, options } = await train(
    "--method SE-Emp --proportion 0.1 --columns 5 --hidden 50,40 --activation relu --epochs 2 --batch-size 20 --optimizer sgd --rate 0.01 --momentum 0.5 --schedule paper --weight-decay 1e-4 --seed 7 --train 100 --engine cpu --folder elsewhere".split(
      " ",
    ),
  );
  expect(spec).toEqual(
    resolveRun({
      label: "SE-Emp",
      network: {
        model: "mlp",
        hidden: [50, 40],
        activation: "relu",
        layers: layersBy("SE-Emp", layersOf({ model: "mlp", hidden: [50, 40] }), { proportion: 0.1, columns: 5 }),
      },
      training: {
        epochs: 2,
        batchSize: 20,
        optimizer: "sgd",
        rate: 0.01,
        momentum: 0.5,
        schedule: "paper",
        weightDecay: 1e-4,
      },
      seed: 7,
      data: { train: 100 },
    }),
  );
  expect(options).toMatchObject({ engine: "cpu", folder: expect.stringMatching(/elsewhere$/) });
});

test("momentum is refused with adam if it was written, in a flag or a file, the default too", async () => {
  expect((await train(["--optimizer", "adam"])).spec?.training).toMatchObject({ optimizer: "adam", rate: 0.001 });
  const written = "training: { optimizer: adam, momentum: 0.5 }\n";
  for (const [args, got] of [
    [
      ["--optimizer", "adam", "--momentum", "0.5"],
      "train: training.momentum: is for sgd; leave it out for other optimizers; got 0.5",
    ],
    [
      ["--optimizer", "adam", "--momentum", "0.9"],
      "train: training.momentum: is for sgd; leave it out for other optimizers; got 0.9",
    ],
    [["run.yaml"], "run.yaml: training.momentum: is for sgd; leave it out for other optimizers; got 0.5"],
  ] as const) {
    const { code, err, spec } = await train(args, { "run.yaml": written });
    expect([code, err, spec]).toEqual([2, `error: ${got}\n`, undefined]);
  }
});

test("a flag overrides the file, a default does not", async () => {
  const { spec } = await train(["run.yaml", "--seed", "2"], {
    "run.yaml": "label: mine\nseed: 1\ntraining: { epochs: 3, rate: 0.5 }\n",
  });
  expect(spec).toEqual(resolveRun({ label: "mine", seed: 2, training: { epochs: 3, rate: 0.5 } }));
});

test("the environment sets engine and folder; flags win", async () => {
  vi.stubEnv("WEIGHTCAST_ENGINE", "wasm");
  vi.stubEnv("WEIGHTCAST_FOLDER", "from-env");
  try {
    expect((await train([])).options).toMatchObject({ engine: "wasm", folder: expect.stringMatching(/from-env$/) });
    expect((await train(["--engine", "cpu"])).options).toMatchObject({ engine: "cpu" });
  } finally {
    vi.unstubAllEnvs();
  }
});

describe("dictionaries", () => {
  test("of another package are trained with by name", async () => {
    const { code, spec } = await train(["--use", "./mine", "--dictionary", "acme/a,dense"], packageWith("acme/a"));
    expect(code).toBe(0);
    expect(spec).toMatchObject({ use: ["./mine"], network: { layers: { hidden_1: { dictionary: "acme/a" } } } });
    expect(Object.keys(spec!.network.layers)).toEqual(["hidden_1"]);
  });

  test("that are unknown get a suggestion", async () => {
    const { code, err } = await train(["--dictionary", "kernal"]);
    expect(code).toBe(2);
    expect(err).toContain('there is no dictionary "kernal" (did you mean kernel?)');
  });

  test.each([
    ["a missing package", "./nothing", /can't load \.\/nothing/],
    ["one whose name is taken", "./mine", /"gaussian" is registered already/],
  ])("%s: a usage error", async (_, use, message) => {
    const { code, err } = await train(["--use", use, "--dictionary", "gaussian"], packageWith("gaussian"));
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});

describe("packages that a configuration file names", () => {
  const name = (n: number) => `acme/config-${n}`;
  const files = (n: number) => ({
    ...packageWith(name(n)),
    "run.yaml": `use: [./mine]\nhidden: [{ weights: factorized, units: 10, dictionary: ${name(n)}, proportion: 0.1 }]\n`,
  });
  /** The package, whose code notes that it ran. */
  const noted = {
    "mine/package.json": packageWith("")["mine/package.json"],
    "mine/index.js": "globalThis.weightcastRan = true; export default 3;",
  };

  test("are not loaded without a clear word: exit code 2, with the packages and the flag", async () => {
    const { code, err, spec } = await train(["run.yaml"], { ...files(1), ...noted });
    expect([code, spec]).toEqual([2, undefined]);
    expect(err).toBe(
      'error: run.yaml loads dictionaries from "./mine", which runs their code; if you trust it, add --allow-use\n',
    );
    expect("weightcastRan" in globalThis).toBe(false);
  });

  test("are loaded with --allow-use, or if --use names them too", async () => {
    expect((await train(["run.yaml", "--allow-use"], files(2))).code).toBe(0);
    expect((await train(["run.yaml", "--use", "./mine/"], files(3))).spec?.use).toEqual(["./mine", "./mine/"]);
    expect((await train(["run.yaml", "--use", "acme"], files(4))).code).toBe(2);
  });

  test("are asked for in a terminal", async () => {
    const questions: string[] = [];
    const answer = (yes: boolean) => async (question: string) => {
      questions.push(question);
      return yes;
    };
    expect((await train(["run.yaml"], files(5), answer(true))).code).toBe(0);
    expect(await train(["run.yaml"], { ...files(6), ...noted }, answer(false))).toMatchObject({ code: 2 });
    expect("weightcastRan" in globalThis).toBe(false);
    expect(questions).toEqual(
      Array(2).fill('run.yaml loads dictionaries from "./mine", which runs their code. Allow it? [y/N] '),
    );
    expect((await train([], {}, answer(false))).code).toBe(0);
    expect(questions).toHaveLength(2);
  });

  test.each(["data:text/javascript,1", "node:fs", "file:///tmp/x.mjs"])(
    "%s is refused even with the flag",
    async (url) => {
      const { code, err } = await train(["run.yaml", "--allow-use"], { "run.yaml": `use: ["${url}"]\n` });
      expect(code).toBe(2);
      expect(err).toContain(`run.yaml: use[0]: must be the name of an npm package, or a path`);
      expect((await train(["--use", url])).code).toBe(2);
    },
  );
});

test("a selection that a dictionary does not offer is a usage error, before anything is run", async () => {
  const { code, err, spec } = await train(["run.yaml"], {
    "run.yaml":
      "network: { model: convnet, layers: { conv_2: { weights: factorized, dictionary: kernel, proportion: 0.5, selection: leading } } }\n",
  });
  expect([code, spec]).toEqual([2, undefined]);
  expect(err).toMatch(/^error: layer conv_2: .*leading/);
});

describe("--network", () => {
  test("trains another network, dense or predicted", async () => {
    expect((await train(["--network", "resnet20"])).spec).toEqual(resolveRun({ network: { model: "resnet20" } }));
    const { spec } = await train("--network convnet --data cifar10 --method SE --proportion 1/4 --epochs 3".split(" "));
    expect(spec).toEqual(
      resolveRun({
        label: "SE",
        data: { name: "cifar10" },
        network: {
          model: "convnet",
          layers: layersBy("SE", layersOf({ model: "convnet" }), { proportion: 0.25, columns: 1 }),
        },
        training: { epochs: 3 },
      }),
    );
    expect(Object.keys(spec!.network.layers)).toEqual(["conv_1", "conv_2", "conv_3", "fc_1"]);
  });

  test.each([
    [["--network", "convnt"], /did you mean convnet\?/],
    [["--network", "convnet", "--hidden", "50"], /--hidden is for the network mlp; convnet has layers of its own/],
    [
      ["--network", "convnet", "--activation", "tanh"],
      /network\.activation: must be relu, as convnet has it, or absent/,
    ],
    [
      ["--network", "all-convolutional", "--method", "LowRank"],
      /--method LowRank predicts no layer of all-convolutional/,
    ],
  ])("%j is a usage error", async (args, message) => {
    const { code, err, spec } = await train(args);
    expect([code, spec]).toEqual([2, undefined]);
    expect(err).toMatch(message);
  });
});

test.each([
  [["--hidden", "1000000,1000000"], /^error: network: the run needs at least 8\.0 TB of memory .* layer hidden_2/],
  [["--epochs", "1e9"], /^error: training\.epochs: the run needs 600,000,000,000 steps/],
])("%j: more than a machine can do is refused at once", async (args, message) => {
  const { code, err, spec } = await train(args);
  expect([code, spec]).toEqual([2, undefined]);
  expect(err).toMatch(message);
});

test.each([
  [["--data", "mnst"], 'there is no data set or folder "mnst" (did you mean mnist?); data sets: mnist, '],
  [["run.yaml"], 'there is no data set "mnst" (did you mean mnist?); known: mnist, '],
  [["--data", "./run.yaml"], "data: ./run.yaml is not a folder; name the folder of your images"],
])("%j: data that are none are refused", async (args, message) => {
  const { code, err, spec } = await train(args, { "run.yaml": "data: { name: mnst }\n" });
  expect([code, spec]).toEqual([2, undefined]);
  expect(err).toContain(`error: ${message}`);
});

test("an invalid value is reported with its field", async () => {
  const { code, err, out } = await train(["--rate", "-1"]);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain("option '--rate <x>' argument '-1' is invalid. It must be more than 0.");
});

test("--json: one document", async () => {
  const { out } = await train(["--json", "--method", "RandCon"]);
  expect(JSON.parse(out)).toMatchObject({
    command: "weightcast train --json --method RandCon",
    runs: [{ method: "RandCon", testError: 0.0212 }],
  });
});
