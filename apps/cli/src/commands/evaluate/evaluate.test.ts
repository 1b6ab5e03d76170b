import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { trainedNetwork } from "../../testing/trained";

const { found, run, interrupted } = trainedNetwork();
const evaluate = (...args: string[]) => run(["evaluate", "digits.safetensors", ...args]);

test("by default on the images of its run: the error of the record, by class, and the whole matrix", async () => {
  const { code, out } = await evaluate("--json");
  expect(code).toBe(0);
  const { error, wrong, count, loss, classes, confusion, data, run: id } = JSON.parse(out);
  const { result } = found.record;
  expect([error, count, data, id]).toEqual([result.testError, 120, { name: "mnist", part: "test" }, found.record.id]);
  expect(loss).toBeCloseTo(result.testLoss, 5);
  expect(classes).toEqual(result.classErrors);
  const off = (confusion as number[][]).flatMap((row, i) => row.filter((_, j) => j !== i));
  expect(off.reduce((sum, images) => sum + images)).toBe(wrong);
});

test("as text: facts, classes, and the matrix, whose rows sum to the images of their class", async () => {
  const { out } = await evaluate("--execution", "eager");
  const testError = found.record.result.testError!;
  expect(out).toContain(
    `Error        ${(100 * testError).toFixed(2)}%, ${Math.round(120 * testError)} of 120 images\n`,
  );
  expect(out).toMatch(/^Computed by {2}cpu \(.*\), eager$/m);
  const [, matrix] = out.split("those that the network chose:\n\n");
  const rows = matrix!.trimEnd().split("\n").slice(2);
  const sums = rows.map((row) =>
    row
      .split(/ +/)
      .slice(1)
      .reduce((sum, cell) => sum + (cell === "·" ? 0 : Number(cell)), 0),
  );
  expect(sums).toEqual(found.record.result.classErrors!.map(({ count }) => count));
});

test("--part train", async () => {
  const { out } = await evaluate("--part", "train", "--json");
  expect(JSON.parse(out)).toMatchObject({ count: 300, data: { part: "train" } });
});

/** Folder of IDX files with images of a size, two of each of some classes. */
function idxFolder(name: string, side: number, classes: number): string {
  const folder = join(found.folder, name);
  mkdirSync(folder, { recursive: true });
  const labels = Array.from({ length: 2 * classes }, (_, i) => i % classes);
  const be = (n: number) => [0, 0, n >> 8, n & 255];
  for (const part of ["train", "t10k"]) {
    const images = new Uint8Array(labels.length * side * side);
    writeFileSync(
      join(folder, `${part}-images-idx3-ubyte`),
      Uint8Array.of(0, 0, 8, 3, ...be(labels.length), ...be(side), ...be(side), ...images),
    );
    writeFileSync(
      join(folder, `${part}-labels-idx1-ubyte`),
      Uint8Array.of(0, 0, 8, 1, ...be(labels.length), ...labels),
    );
  }
  return name;
}

test("--data: other images of the same shape; black ones are all taken for the same class", async () => {
  const { code, out } = await evaluate("--data", `./${idxFolder("black", 28, 4)}`, "--json");
  expect(code).toBe(0);
  const { count, confusion, data } = JSON.parse(out);
  expect([count, data.name]).toEqual([8, "black"]);
  expect((confusion as number[][]).slice(0, 4).map((row) => Math.max(...row))).toEqual([2, 2, 2, 2]);
});

test.each([
  [
    "images of another size",
    () => ["--data", `./${idxFolder("small", 5, 3)}`],
    1,
    /takes images of 28 × 28; those of small are 5 × 5: give images of that size by --data/,
  ],
  [
    "too many classes",
    () => ["--data", `./${idxFolder("many", 28, 12)}`],
    1,
    /tells 10 classes apart, and many has 12/,
  ],
  [
    "a misspelled data set",
    () => ["--data", "mnst"],
    2,
    /there is no data set or folder "mnst" \(did you mean mnist\?\)/,
  ],
  ["an unknown part", () => ["--part", "tset"], 2, /did you mean test\?/],
])("%s", async (_, args, expected, message) => {
  const { code, out, err } = await evaluate(...args());
  expect([code, out]).toEqual([expected, ""]);
  expect(err.replace(/\n/g, " ")).toMatch(message);
});

test("Ctrl-C ends it with exit code 130", async () => {
  const { code, out, err } = await interrupted(["evaluate", "digits.safetensors"]);
  expect([code, out]).toEqual([130, ""]);
  expect(err).toContain("error: interrupted");
});
