import { hiddenLayers, resolveRun } from "@weightcast/experiments";
import { describe, expect, test, vi } from "vitest";
import { main } from "../main";
import { folderWith } from "../testing/folder";
import { fakeRunAll } from "../testing/runs";
import { fakeWorld } from "../testing/world";

/** A dictionary package of a stranger, in plain JavaScript. */
const stranger = (name: string) => ({
  "mine/package.json": '{ "name": "acme", "type": "module", "exports": "./index.js" }',
  "mine/index.js": `export default { name: "${name}", needs: "domain", create() { throw new Error("not here"); } };`,
});

async function train(args: readonly string[], files: Record<string, string> = {}) {
  const { runAll, asked } = fakeRunAll();
  const world = fakeWorld({ folder: folderWith(files), experiments: { runAll } });
  const code = await main(["train", ...args], world);
  const [specs, options] = asked[0] ?? [];
  return { code, spec: specs?.[0], options, out: world.out(), err: world.err() };
}

test("without anything it is the schema's run", async () => {
  const { code, spec, options } = await train([]);
  expect(code).toBe(0);
  expect(spec).toEqual(resolveRun({}));
  expect(options).toMatchObject({ engine: "auto", folder: expect.stringMatching(/runs$/) });
});

test("flags", async () => {
  const { spec, options } = await train(
    "--method SE-Emp --proportion 0.1 --columns 5 --hidden 50,40 --activation relu --epochs 2 --batch-size 20 --optimizer adam --rate 0.01 --momentum 0.5 --schedule paper --weight-decay 1e-4 --seed 7 --train 100 --engine cpu --folder elsewhere".split(
      " ",
    ),
  );
  expect(spec).toEqual(
    resolveRun({
      label: "SE-Emp",
      hidden: hiddenLayers("SE-Emp", 0.1, 5, [50, 40]),
      activation: "relu",
      training: {
        epochs: 2,
        batchSize: 20,
        optimizer: "adam",
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

test("a flag wins over the file, a default does not", async () => {
  const { spec } = await train(["run.yaml", "--seed", "2"], {
    "run.yaml": "label: mine\nseed: 1\ntraining: { epochs: 3, rate: 0.5 }\n",
  });
  expect(spec).toEqual(resolveRun({ label: "mine", seed: 2, training: { epochs: 3, rate: 0.5 } }));
});

test("the environment gives engine and folder, flags win", async () => {
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
  test("of a stranger's package train by name", async () => {
    const { code, spec } = await train(["--use", "./mine", "--dictionary", "acme/a,dense"], stranger("acme/a"));
    expect(code).toBe(0);
    expect(spec).toMatchObject({ use: ["./mine"], hidden: [{ dictionary: "acme/a" }, { weights: "dense" }] });
  });

  test("that are not there are told with the nearest", async () => {
    const { code, err } = await train(["--dictionary", "kernal"]);
    expect(code).toBe(2);
    expect(err).toContain('there is no dictionary "kernal" (did you mean kernel?)');
  });

  test.each([
    ["a package that is not there", "./nothing", /can't load \.\/nothing/],
    ["one whose name is taken", "./mine", /"gaussian" is registered already/],
  ])("%s: a usage error", async (_, use, message) => {
    const { code, err } = await train(["--use", use, "--dictionary", "gaussian"], stranger("gaussian"));
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});

test("a network's dictionary that is made from samples is a usage error, before anything is run", async () => {
  const { code, err, spec } = await train(["run.yaml"], {
    "run.yaml":
      "network: { model: convnet, layers: { conv_2: { weights: factorized, dictionary: covariance, proportion: 0.5 } } }\n",
  });
  expect([code, spec]).toEqual([2, undefined]);
  expect(err).toContain("layer conv_2: dictionary covariance is made from samples, which networks do not have yet");
});

test("a bad value is named with its field", async () => {
  const { code, err, out } = await train(["--rate", "-1"]);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toMatch(/^error: train: training\.rate: .*got -1/);
});

test("--json: one document", async () => {
  const { out } = await train(["--json", "--method", "RandCon"]);
  expect(JSON.parse(out)).toMatchObject({
    command: "weightcast train --json --method RandCon",
    runs: [{ method: "RandCon", testError: 0.0212 }],
  });
});
