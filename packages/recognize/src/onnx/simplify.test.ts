import { FileError } from "@weightcast/files/safetensors";
import { byteMutations } from "@weightcast/files/testing";
import { stream } from "@weightcast/random";
import { sweep } from "@weightcast/random/testing";
import { expect, test } from "vitest";
import { recognize } from "../find/recognize";
import { simplify } from "../simplify";
import { difference, fileIn, fixture, flag, floats, normal, runOnnx } from "../testing/models";
import { readOnnx } from "./read";

const simplified = (name: string, cost?: () => number) => {
  const file = readOnnx(fixture(name), name);
  const result = simplify(file, recognize({ ...file, ...(cost && { cost }) }));
  return { file, result, bytes: fileIn(result, "model.onnx") };
};

test("every structure, as formulas that ONNX Runtime computes", async () => {
  // Formulas that take more than their tensor, too.
  for (const { result, bytes } of [simplified("structures.onnx"), simplified("structures.onnx", () => 0)]) {
    const [before, after] = [await runOnnx(fixture("structures.onnx")), await runOnnx(bytes)];
    for (const [name, values] of before) {
      // Bits of numbers of 16 bits, of which the sign of 0 is one.
      if (name === "out/half") continue;
      const scale = values.reduce(
        (most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most),
        0,
      );
      expect(difference(after.get(name)!, values), name).toBeLessThanOrEqual(2e-7 * scale);
    }
    expect(result.kept).toEqual([]);
  }
});

test("what is saved is what was said", () => {
  const { file, result, bytes } = simplified("structures.onnx");
  const saved = result.applied.reduce((sum, { bytes: size, stored }) => sum + size - stored, 0);
  // Names and shapes of the tensors that are gone.
  expect(file.bytes - bytes.length).toBeGreaterThan(saved);
  expect(file.bytes - bytes.length).toBeLessThan(saved + 70 * result.applied.length);
});

test("constants of branches, nodes and lists of numbers are one; inputs and outputs stay", async () => {
  const { file, result, bytes } = simplified("branches.onnx");
  expect(file.tensors.map(({ name, type, shape }) => `${name} ${type} ${shape}`)).toEqual([
    ...["outer float32 6,6", "free float32 6", "wide float32 6,8", "starts int64 2", "ends int64 2"],
    ...["else", "then"].flatMap((which) =>
      ["listed float32 6,6", "shift float32 6", "shared float32 6,6"].map((one) => `branch/${which}_branch/${one}`),
    ),
  ]);
  expect(file.tensors.find(({ name }) => name === "free")).toMatchObject({ open: true, uses: ["Add sum"] });
  expect(result.applied.filter(({ kind }) => kind === "copy")).toHaveLength(4);
  // The weights are there once: 36 numbers, of six places.
  expect(result.weights).toBeLessThan(file.tensors.reduce((sum, one) => sum + one.bytes, 0) - 4 * 144 + 1);
  for (const which of [true, false])
    for (const free of [undefined, normal("free", 6)]) {
      const feeds = {
        ...{ x: floats(normal("x", 12), [2, 6]), which: flag(which) },
        ...(free && { free: floats(free, [6]) }),
      };
      expect(await runOnnx(bytes, feeds)).toEqual(await runOnnx(fixture("branches.onnx"), feeds));
    }
  const ends = readOnnx(bytes).tensors.find(({ name }) => name === "ends")!;
  expect(new BigInt64Array(Uint8Array.from(ends.data()!).buffer)).toEqual(
    BigInt64Array.of(2n ** 63n - 1n, 2n ** 63n - 1n),
  );
});

test("version 3 of the format, whose initializers are inputs", async () => {
  const { result, bytes } = simplified("old.onnx");
  expect(result.applied.map(({ tensor, recipe }) => [tensor, recipe])).toEqual([["second", { of: "first" }]]);
  const x = { x: floats(normal("x", 12), [2, 6]) };
  expect(await runOnnx(bytes, x)).toEqual(await runOnnx(fixture("old.onnx"), x));
  expect(readOnnx(bytes).model.graph.inputs).toEqual(["x", "first"]);
});

test("without findings, or with none of them, the file is the same", () => {
  const bytes = fixture("branches.onnx");
  expect(fileIn(simplify(readOnnx(bytes), []), "model.onnx")).toEqual(bytes);
});

test("findings of another file are refused", () => {
  const found = recognize(readOnnx(fixture("structures.onnx")));
  expect(() => simplify(readOnnx(fixture("old.onnx")), found)).toThrow(
    /^simplify: findings must be of this file, which has no/,
  );
});

test("what a version of operators lacks stays, and why", () => {
  const file = readOnnx(fixture("structures.onnx"));
  const { kept, applied } = simplify({ ...file, model: { ...file.model, opset: 9 } }, recognize(file));
  expect(kept.find(({ tensor }) => tensor === "stft_hann")!.reason).toMatch(
    /operators of version 9, and its formula needs 11/,
  );
  expect(applied.map(({ tensor }) => tensor)).toContain("low_rank");
});

test("a mutated file is read, or refused in a sentence; what is read can be searched and written", async () => {
  const count = { files: 0, refused: 0 };
  for (const name of ["branches.onnx", "old.onnx"])
    for (const [kind, mutate] of Object.entries(byteMutations)) {
      const random = stream(3, `${name}/${kind}`);
      for (let i = 0; i < sweep(25); i++) {
        const bytes = mutate(fixture(name), random);
        const start = process.cpuUsage();
        count.files++;
        try {
          const file = readOnnx(bytes, "a file");
          simplify(file, recognize(file));
        } catch (error) {
          if (!(error instanceof FileError)) throw error;
          count.refused++;
          expect(error.message).toMatch(/^a file: [^\n]{10,300}; it is damaged, or no ONNX file$/);
        }
        expect(process.cpuUsage(start).user).toBeLessThan(2e6);
      }
    }
  if (process.env.WEIGHTCAST_SWEEP) console.log(`${count.files} ONNX files, ${count.refused} refused`);
  expect(count.refused).toBeGreaterThan(count.files / 4);
  expect(count.refused).toBeLessThan(count.files);
});
