import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { main } from "../../main";
import { writeSwappedDigits } from "../../testing/swapped-digits";
import { trainedNetwork } from "../../testing/trained";
import { fakeWorld } from "../../testing/world";

const { found, run } = trainedNetwork([{ weights: "dense", units: 20 }]);
const file = "digits.adapter.safetensors.gz";
const at = (name: string) => join(found.folder, name);
const read = (name: string) => readFileSync(at(name));

/** The command, by default for swapped digits below 4, of which there are 260 for training and 56 for tests. */
const adapt = (...args: string[]) => run(["adapt", "digits.safetensors", "--data", "./four", "--epochs", "2", ...args]);
const errorOf = async (...args: string[]) => JSON.parse((await run(["evaluate", ...args, "--json"])).out);

beforeAll(async () => {
  await writeSwappedDigits(at("four"), 4, [600, 150]);
  await writeSwappedDigits(at("ten"), 10, [300, 150]);
  await main(["export", "digits.safetensors", "--to", "tfjs", "--out", "web"], fakeWorld({ folder: found.folder }));
});

describe("digits that are swapped, of other classes", () => {
  test("the error that is printed is that of the model with the file, and of both merged", async () => {
    const { code, out, err } = await adapt("--json", "--name", "swapped");
    expect(code).toBe(0);
    const { adapter, bytes, numbers, newHead, quality, out: path } = JSON.parse(out);
    expect(path).toBe(at(file));
    expect(bytes).toEqual({ file: read(file).length, model: 4 * (784 * 20 + 20 + 20 * 10 + 10) });
    expect(newHead).toEqual({ layer: "logits", outputs: 4, before: 10 });
    expect(adapter.layers).toMatchObject([
      { layer: "hidden_1", form: "lora", learned: 8 * (784 + 20) },
      { layer: "logits", form: "full", learned: 20 * 4 + 4 },
    ]);
    expect(numbers.learned).toBe(8 * (784 + 20) + 20 * 4 + 4);
    expect(adapter.name).toBe("swapped");
    expect(quality).toMatchObject({ adapted: { count: 56 } });
    expect(quality.adapted.metrics.error).toBeLessThan(0.4); // by chance 0.75
    expect(err).toMatch(/epoch 2 of 2: loss/);
    expect(existsSync(at(`${file}.checkpoint`))).toBe(false);

    const evaluated = await errorOf("digits.safetensors", "--adapter", file);
    expect(evaluated).toMatchObject({ adapter: file, data: { name: "four" }, count: 56 });
    expect(evaluated.error).toBeCloseTo(quality.adapted.metrics.error, 12);
    expect((await run(["merge", "digits.safetensors", file])).code).toBe(0);
    expect((await errorOf("digits.merged.safetensors.gz")).error).toBeCloseTo(evaluated.error, 12);
  });

  test("as text: layers, the new last layer, errors, bytes, and which model it is for", async () => {
    const { out } = await adapt("--form", "sparse", "--entries", "50", "--out", "small.gz");
    expect(out).toMatch(/hidden_1 +sparse +fourier +50 +200\nlogits +full +84 +336\n/);
    expect(out).toContain("The last layer, logits, is a new one: 4 outputs in place of 10.");
    expect(out).toMatch(/adapted +\d+\.\d\d% +56/);
    expect(out).toMatch(
      /small\.gz: \d\.\d kB \([\d,]+ bytes\), \d\.\d\d% of the 63\.6 kB of the model's weights\. 134 numbers/,
    );
    expect(out).toMatch(/It is for digits\.safetensors and no other model \(fingerprint [0-9a-f]{16}\)/);

    const inspected = await run(["inspect", "small.gz"]);
    expect([inspected.code, inspected.err]).toEqual([0, ""]);
    expect(inspected.out).toMatch(/Learned +134 numbers in 2 layers\nData +four\nClasses +4: 0, 1, 2, 3\n/);
    const document = JSON.parse((await run(["inspect", "small.gz", "--json"])).out);
    expect(document).toMatchObject({ kind: "adapter", layers: [{ dictionaries: ["fourier"] }, {}] });
    expect(out).toContain(document.base);
  });

  test("predict: classes of the adapter, and names of files", async () => {
    const { code, out } = await run(["predict", "digits.safetensors", "ten-idx3", "--adapter", "small.gz", "--json"]);
    expect(code).toBe(0);
    const classes = JSON.parse(out).images.flatMap((image: { classes: { class: string }[] }) =>
      image.classes.map((one) => one.class),
    );
    expect(classes.length).toBe(30);
    expect(classes.every((name: string) => ["0", "1", "2", "3"].includes(name))).toBe(true);
  });
});

test.each([
  ["one-sided", ["--rank", "5"], 5 * 20],
  ["two-sided", ["--rank", "5", "--dictionary", "kernel"], 25],
  ["vera", ["--rank", "30"], 30 + 20],
  ["full", ["--biases"], 784 * 20 + 20],
])("--form %s, of one layer, for the same number of classes", async (form, options, learned) => {
  const args = ["--data", "./ten", "--form", form, ...options, "--layers", "hid*", "--epochs", "1", "--json"];
  const { code, out } = await adapt(...args, "--out", `${form}.gz`);
  expect(code).toBe(0);
  const { adapter, newHead, quality } = JSON.parse(out);
  expect([newHead, adapter.layers]).toMatchObject([undefined, [{ layer: "hidden_1", form, learned }]]);
  const before = await errorOf("digits.safetensors", "--data", "./ten");
  expect(quality.model.metrics.error).toBeCloseTo(before.error, 12);
  expect((await errorOf("digits.safetensors", "--adapter", `${form}.gz`)).error).toBeCloseTo(
    quality.adapted.metrics.error,
    12,
  );
});

test("--head: the last layer is learned whole, from what it was", async () => {
  const { out } = await adapt("--data", "./ten", "--head", "--layers", "logits", "--epochs", "1", "--json");
  const { adapter, newHead } = JSON.parse(out);
  expect([newHead, adapter.layers]).toMatchObject([undefined, [{ layer: "logits", form: "full", learned: 210 }]]);
});

test("a layers model of TensorFlow.js, with other examples", async () => {
  const { code, out } = await run(["adapt", "web", "--data", "./four", "--epochs", "2", "--json"]);
  expect(code).toBe(0);
  const { quality, out: path } = JSON.parse(out);
  expect(path).toBe(at("web.adapter.safetensors.gz"));
  const evaluated = await errorOf("web", "--adapter", "web.adapter.safetensors.gz", "--data", "./four");
  expect(evaluated.error).toBeCloseTo(quality.adapted.metrics.error, 12);
});

test("interrupted: no file, and the same command continues to the same bytes", async () => {
  const args = (out: string) => ["adapt", "digits.safetensors", "--data", "./four", "--epochs", "2", "--out", out];
  const world = fakeWorld({ folder: found.folder });
  const stderr = {
    write(text: string) {
      world.stderr.write(text);
      if (text.includes("epoch 1 of 2")) world.interrupt();
    },
  };
  const { code, err } = await run(args("late.gz"), { ...world, stderr });
  expect([code, err]).toEqual([130, expect.stringContaining("interrupted; the same command continues")]);
  expect([existsSync(at("late.gz")), existsSync(at("late.gz.checkpoint"))]).toEqual([false, true]);
  const other = await run([...args("late.gz"), "--seed", "2"]);
  expect([other.code, other.err]).toEqual([1, expect.stringMatching(/the checkpoint is of another run: .*seed/)]);
  expect((await run(args("late.gz"))).err).toMatch(/^Continuing from step \d+\nepoch 2 of 2/);
  expect((await run(args("whole.gz"))).code).toBe(0);
  expect(read("late.gz").equals(read("whole.gz"))).toBe(true);
});

test.each([
  ["a form that is none", ["--form", "lara"], /did you mean lora\?/],
  ["entries of lora", ["--entries", "5"], /entries is not for lora; sparse have it/],
  ["a dictionary of lora", ["--dictionary", "fourier"], /dictionary is not for lora/],
  [
    "atoms as large as W",
    ["--form", "sparse", "--dictionary", "kernel"],
    /must be one of fourier, wavelet, random for sparse/,
  ],
  ["layers that are none", ["--layers", "other"], /"other"; those of the model are hidden_1, logits/],
  ["a name that is none", ["--name", "a b"], /the name of an adapter must be letters/],
  ["a rate that is none", ["--rate", "0"], /--rate must be above 0; got 0/],
  ["no epochs", ["--epochs", "0"], /integer of at least 1/],
  ["data that are not there", ["--data", "./five"], /there is no data set or folder/],
  ["a table", ["--data", "table.csv"], /it takes images; give such data; got table/],
  ["too many examples held out", ["--validation", "9999"], /validation must be fewer than the 260 training images/],
  ["itself as output", ["--out", "digits.safetensors"], /is the model file itself/],
])("%s: one error, and nothing is written", async (_, args, message) => {
  writeFileSync(at("table.csv"), "a,b\n1,2\n");
  const before = read("digits.safetensors");
  const { code, out, err } = await adapt("--out", "refused.gz", ...args);
  expect([code, out, err.replaceAll("\n", " ")]).toEqual([2, "", expect.stringMatching(message)]);
  expect(existsSync(at("refused.gz"))).toBe(false);
  expect(read("digits.safetensors").equals(before)).toBe(true);
});

test.each([
  ["a model that is absent", "none.safetensors", 2, /there is no such file/],
  ["a file that is no model", "ten-idx3", 1, /ten-idx3/],
  ["an adapter", file, 1, /it is an adapter of Weightcast, not a model; give the model that it adapts/],
])("%s can't be adapted", async (_, model, expected, message) => {
  const { code, err } = await run(["adapt", model, "--data", "./four"]);
  expect([code, err.replaceAll("\n", " ")]).toEqual([expected, expect.stringMatching(message)]);
});
