import { type RunInput, resolveRun } from "@weightcast/runs/spec";
import { Command } from "commander";
import { expect, test } from "vitest";
import { addRunFlags, givenFields } from "./run-flags";
import { mergeRun } from "./run-input";

const command = () => {
  const train = new Command("train").exitOverride();
  addRunFlags(train);
  return train;
};

/** Run that a command line describes. */
function runOf(...args: string[]) {
  const train = command();
  train.parse(args, { from: "user" });
  return resolveRun(mergeRun({}, train.opts(), givenFields(train)));
}

/** Default of a flag, or its description, as the help shows it. */
const flag = (long: string) => command().options.find((option) => option.long === long)!;

test.each<[string[], RunInput]>([
  [["--activation", "tanh"], { activation: "tanh" }],
  [["--epochs", "3"], { training: { epochs: 3 } }],
  [["--batch-size", "20"], { training: { batchSize: 20 } }],
  [["--optimizer", "adam"], { training: { optimizer: "adam" } }],
  [["--rate", "0.3"], { training: { rate: 0.3 } }],
  [["--momentum", "0.5"], { training: { momentum: 0.5 } }],
  [["--schedule", "step"], { training: { schedule: "step" } }],
  [["--warmup", "0.5"], { training: { warmup: 0.5 } }],
  [["--weight-decay", "1e-4"], { training: { weightDecay: 1e-4 } }],
  [["--seed", "7"], { seed: 7 }],
  [["--train", "100"], { data: { train: 100 } }],
  [["--teacher", "a.safetensors", "--distill", "0.5"], { teacher: { from: "a.safetensors", distill: 0.5 } }],
  [[], {}],
])("%j sets its field, and nothing else", (args, input) => expect(runOf(...args)).toEqual(resolveRun(input)));

test.each([
  ["--activation", "sigmoid"],
  ["--epochs", 10],
  ["--batch-size", 100],
  ["--momentum", 0.9],
  ["--schedule", "cosine"],
  ["--weight-decay", 0],
  ["--seed", 1],
])("the default of %s in the help is %s", (long, value) => expect(flag(long).defaultValue).toBe(value));

test.each([
  ["--network", "(default: mlp)"],
  [
    "--rate",
    "(default: for sgd 0.2 in mlp, or 0.1 if a layer is low-rank, 0.02 in other networks, and 0.005 on tables; 0.001 for adam and rmsprop, 0.01 for adagrad, 0.0002 for lion)",
  ],
  ["--optimizer", "(default: sgd, or adam on a table)"],
  ["--columns", "(default: 10 in mlp, 1 in other networks)"],
  ["--proportion", "(default: 0.05)"],
  ["--hidden", "(default: 500,500)"],
  ["--data", "(default: mnist)"],
])("the description of %s ends with %s", (long, words) => expect(flag(long).description.endsWith(words)).toBe(true));
