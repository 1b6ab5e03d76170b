import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { resolveRun } from "@weightcast/runs/spec";
import { expect, test } from "vitest";
import { fakeRunAll } from "../../testing/runs";
import { trainedNetwork } from "../../testing/trained";
import { fakeWorld } from "../../testing/world";

const { found, run } = trainedNetwork();

async function train(...args: string[]) {
  const { runAll, asked } = fakeRunAll();
  const world = fakeWorld({ folder: found.folder, runs: { runAll } });
  const result = await run(["train", ...args], world);
  const [specs, options] = asked[0] ?? [];
  return { ...result, spec: specs?.[0], options };
}

test("the network is kept beside the record; if it is not there, the output says how to get it", async () => {
  const { code, out, options } = await train("--epochs", "1");
  expect(code).toBe(0);
  expect(options).toMatchObject({ models: "keep" });
  expect(out).toContain(
    "Model: not kept, as the run was recorded without it; to train it again and save it:\n\n  weightcast train --epochs 1 --engine cpu --save model.safetensors\n",
  );
});

test("--save asks for the network, and copies it under another name", async () => {
  const json = await train("--json");
  const { id, model } = JSON.parse(json.out).runs[0];
  expect(model).toBeNull();
  const kept = join(found.folder, `runs/models/${id}.safetensors`);
  mkdirSync(join(found.folder, "runs/models"), { recursive: true });
  writeFileSync(kept, "made-up network");
  expect((await train()).out).toContain(`Model: runs/models/${id}.safetensors, 15 B\n`);
  const { out, options } = await train("--save", "new/copy.safetensors");
  expect(options).toMatchObject({ models: "require" });
  expect(out).toContain("Model: new/copy.safetensors, 15 B\n");
  expect(readFileSync(join(found.folder, "new/copy.safetensors"), "utf8")).toBe("made-up network");
});

test("--from takes the network, the images and the label of the file's run, unless others are named", async () => {
  const from = "digits.safetensors";
  const { spec: own } = found.record;
  const { spec, code } = await train("--from", from, "--epochs", "3");
  expect(code).toBe(0);
  expect(spec).toEqual(
    resolveRun({ from, label: "small, tuned", network: own.network, data: own.data, training: { epochs: 3 } }),
  );
  const other = await train("--from", from, "--data", "mnist", "--train", "50");
  expect(other.spec?.data).toEqual({ name: "mnist", samples: 10_000, train: 50 });
  writeFileSync(join(found.folder, "run.yaml"), "from: digits.safetensors\nlabel: mine\n");
  const file = await train("run.yaml");
  expect(file.spec).toMatchObject({ from: "./digits.safetensors", label: "mine", network: own.network });
});

test("--teacher is a model file to learn from, by its path from a configuration file too; --dry-run has a network that comes first", async () => {
  const { spec, code } = await train("--teacher", "digits.safetensors", "--distill", "0.5", "--hidden", "10");
  expect(code).toBe(0);
  expect(spec).toEqual(resolveRun({ hidden: "10", teacher: { from: "digits.safetensors", distill: 0.5 } }));
  mkdirSync(join(found.folder, "taught"), { recursive: true });
  writeFileSync(join(found.folder, "taught/run.yaml"), "teacher: { from: ../digits.safetensors }\n");
  expect((await train("taught/run.yaml")).spec?.teacher?.from).toBe("./digits.safetensors");
  writeFileSync(join(found.folder, "first.yaml"), "hidden: 10\nteacher: { network: { model: mlp, hidden: 30 } }\n");
  const { out } = await train("first.yaml", "--dry-run");
  expect(out).toMatch(/^teacher seed 1 .*to do.*\nrun seed 1 .*to do/m);
  expect(out).toContain("2 runs to do");
});

test.each([
  [["--teacher", "none.safetensors"], 2, /none\.safetensors: there is no such file/],
  [["--teacher", "digits.safetensors", "--distill", "2"], 2, /'--distill <share>' argument '2' is invalid/],
  [["--distill", "0.5"], 2, /--distill: needs a teacher: --teacher FILE, or teacher in the configuration/],
  [["--teacher", "digits.safetensors", "--data", "cifar10"], 2, /digits\.safetensors takes 784, and the run's network/],
  [["--teacher", "digits.safetensors", "--save", "digits.safetensors"], 2, /the run's teacher is in this file/],
  [["--network", "lenet5", "--method", "PCA"], 2, /needs atoms, which .* or by --teacher FILE/],
  [["--from", "none.safetensors"], 2, /none\.safetensors: there is no such file/],
  [
    ["--from", "digits.safetensors", "--hidden", "30"],
    2,
    /holds another network than the run: it has 20 outputs in layer hidden_1, not 30; leave/,
  ],
  [["--from", "digits.safetensors", "--data", "cifar10"], 2, /it takes inputs of 784, not 3072; leave the network out/],
  [["--from", "digits.safetensors", "--data", "cifar100"], 2, /gives 10 outputs, and the data need 100 outputs/],
  [
    ["--from", "digits.safetensors", "--save", "digits.safetensors"],
    2,
    /--save digits\.safetensors: the run starts from this file/,
  ],
  [["--save", "."], 2, /--save \.: is a folder/],
  [["run.yaml"], 2, /pretraining: is for random weights; leave it out with from/],
])("%j is refused before training", async (args, expected, message) => {
  writeFileSync(join(found.folder, "run.yaml"), "from: digits.safetensors\npretraining: { epochs: 1 }\n");
  const { code, err, spec } = await train(...args);
  expect([code, spec]).toEqual([expected, undefined]);
  expect(err.replace(/\n/g, " ")).toMatch(message);
});

test("--dry-run names the file that the network will be saved as", async () => {
  expect((await train("--dry-run")).out).toMatch(/^Model +runs\/models\/[0-9a-f]{12}\.safetensors$/m);
  expect((await train("--dry-run", "--save", "a/b.safetensors")).out).toMatch(/^Model +a\/b\.safetensors$/m);
});
