import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { trainedNetwork } from "../../testing/trained";

const { found, run, interrupted } = trainedNetwork();
const quantize = (...args: string[]) => run(["quantize", "digits.safetensors", ...args]);
const sizeOf = (name: string) => statSync(join(found.folder, name)).size;
const errorOf = async (name: string) => JSON.parse((await run(["evaluate", name, "--json"])).out).error;

test("with training: the error printed is that of the file, on the test images of its run", async () => {
  const { code, out, err } = await quantize("--type", "int4", "--layer", "logits=int8", "--epochs", "1", "--json");
  expect(code).toBe(0);
  const { weights, bytes, evaluation, out: path } = JSON.parse(out);
  expect(path).toBe(join(found.folder, "digits.small.safetensors.gz"));
  expect(bytes).toBe(sizeOf("digits.small.safetensors.gz"));
  expect(bytes).toBeLessThan(sizeOf("digits.safetensors") / 2);
  expect(evaluation).toMatchObject({ count: 120, error: await errorOf("digits.small.safetensors.gz") });
  expect(weights.map(({ name, type }: { name: string; type: string }) => [name, type])).toEqual([
    ["hidden_1/coefficients", "int4"],
    ["hidden_1/bias", "float16"],
    ["logits/kernel", "int8"],
    ["logits/bias", "float16"],
  ]);
  expect(err).toMatch(/epoch 1 of 1: loss .*, error .*% with rounded weights/);
  expect(existsSync(join(found.folder, "digits.small.safetensors.gz.checkpoint"))).toBe(false);
});

test("--bytes: the file is as small as asked; without compression it is safetensors", async () => {
  const { code, out } = await quantize("--bytes", "4500", "--no-compress", "--out", "tiny.safetensors");
  expect(code).toBe(0);
  expect(sizeOf("tiny.safetensors")).toBeLessThanOrEqual(4500);
  expect(readFileSync(join(found.folder, "tiny.safetensors"))[8]).toBe("{".charCodeAt(0));
  expect(out).toContain("weightcast evaluate tiny.safetensors measures it.");
});

test("a small file is inspected, and its weights have their types", async () => {
  await quantize("--type", "int3", "--out", "three.safetensors.gz");
  const { code, out } = await run(["inspect", "three.safetensors.gz"]);
  expect(code).toBe(0);
  expect(out).toMatch(/three\.safetensors\.gz, .* compressed, .* uncompressed/);
});

test.each([
  ["a type that is none", ["--type", "int9"], /must be one of float32, float16/],
  ["a type and a size", ["--type", "int4", "--bytes", "9000"], /cannot be used with/],
  ["a size that no types reach", ["--bytes", "100"], /bytes must be at least \d+, with int2 everywhere; got 100/],
  ["a layer that is none", ["--layer", "other=int4"], /layers must be among hidden_1, logits/],
  ["a layer without a type", ["--layer", "logits"], /must be a layer and a type, such as logits=int8/],
  ["images without training", ["--data", "mnist"], /--data is for a training with rounded weights; add --epochs/],
  ["itself as output", ["--out", "digits.safetensors"], /is the model file itself/],
  ["a rate that is none", ["--epochs", "1", "--rate", "0"], /rate/],
])("%s is refused", async (_, args, message) => {
  const before = readFileSync(join(found.folder, "digits.safetensors"));
  const { code, err } = await quantize(...args);
  expect([code, err.replaceAll("\n", " ")]).toEqual([2, expect.stringMatching(message)]);
  expect(readFileSync(join(found.folder, "digits.safetensors")).equals(before)).toBe(true);
});

test("a file that is absent is refused", async () => {
  const { code, err } = await run(["quantize", "none.safetensors"]);
  expect([code, err]).toEqual([2, expect.stringContaining("there is no such file")]);
});

test("interrupted in training: no file, and the same command continues from the checkpoint", async () => {
  const args = ["quantize", "digits.safetensors", "--type", "int5", "--epochs", "2", "--out", "five.safetensors.gz"];
  const { code, err } = await interrupted(args);
  expect([code, err]).toEqual([130, expect.stringContaining("interrupted; the same command continues")]);
  expect(existsSync(join(found.folder, "five.safetensors.gz"))).toBe(false);
  expect((await run(args)).code).toBe(0);
  expect(existsSync(join(found.folder, "five.safetensors.gz"))).toBe(true);
});
