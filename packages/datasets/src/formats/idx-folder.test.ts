import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { idx } from "../testing/examples";
import { readIdxFolder } from "./idx-folder";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const TRAIN = idx([4, 2, 3], Array(24).keys());
const TRAIN_LABELS = idx([4], [0, 2, 1, 2]);
const TEST = idx([2, 2, 3], Array(12).keys());
const TEST_LABELS = idx([2], [1, 0]);
const GOOD = {
  "train-images-idx3-ubyte": TRAIN,
  "train-labels-idx1-ubyte": TRAIN_LABELS,
  "t10k-images-idx3-ubyte": TEST,
  "t10k-labels-idx1-ubyte": TEST_LABELS,
};
const expected = {
  shape: [2, 3],
  classes: 3,
  train: { images: TRAIN.slice(16), labels: TRAIN_LABELS.slice(8), count: 4 },
  test: { images: TEST.slice(16), labels: TEST_LABELS.slice(8), count: 2 },
};

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "weightcast-idx-"));
});
afterEach(() => rm(dir, { recursive: true }));

const write = (files: Record<string, Uint8Array>) =>
  Promise.all(Object.entries(files).map(([name, bytes]) => writeFile(join(dir, name), bytes)));

describe("readIdxFolder", () => {
  test("reads four plain files; the name defaults to that of the folder", async () => {
    await write(GOOD);
    expect(await readIdxFolder(dir)).toEqual({ ...expected, name: basename(dir) });
    expect(await readIdxFolder(`${dir}/.`)).toMatchObject({ name: basename(dir) });
    expect(await readIdxFolder(dir, { name: "mine", classes: 10 })).toEqual({ ...expected, name: "mine", classes: 10 });
  });

  test("reads gzip, the dotted spelling, and a mixture of them", async () => {
    await write({
      "train-images-idx3-ubyte.gz": gzipSync(TRAIN),
      "train-labels.idx1-ubyte": TRAIN_LABELS,
      "t10k-images.idx3-ubyte.gz": gzipSync(TEST),
      "t10k-labels-idx1-ubyte": TEST_LABELS,
    });
    expect(await readIdxFolder(dir)).toMatchObject(expected);
  });

  test("contents decide, not names: a .gz already decompressed, gzip without .gz", async () => {
    const { "train-images-idx3-ubyte": train, ...others } = GOOD;
    await write({ ...others, "train-images-idx3-ubyte.gz": train, "t10k-images-idx3-ubyte": gzipSync(TEST) });
    expect(await readIdxFolder(dir)).toMatchObject(expected);
  });

  test("a plain file is preferred to its gzip", async () => {
    await write({ ...GOOD, "train-images-idx3-ubyte.gz": Uint8Array.of(1) });
    expect(await readIdxFolder(dir)).toMatchObject(expected);
  });

  test("all absent files are named in one error", async () => {
    await write({ "train-images-idx3-ubyte": TRAIN, "t10k-labels-idx1-ubyte": TEST_LABELS });
    await expect(readIdxFolder(dir)).rejects.toMatchObject({
      name: "DatasetError",
      code: "absent",
      file: dir,
      message:
        `${dir}: must hold train-labels-idx1-ubyte, t10k-images-idx3-ubyte (plain or .gz, also spelled like ` +
        "train-images.idx3-ubyte); got none of these; put the data set's four files into it",
    });
  });

  test("an absent folder, an empty one, and a file in place of a folder are refused", async () => {
    await expect(readIdxFolder(join(dir, "no"))).rejects.toMatchObject({ code: "absent", file: join(dir, "no") });
    await expect(readIdxFolder(dir)).rejects.toThrow("got an empty folder");
    await write(GOOD);
    await expect(readIdxFolder(join(dir, "t10k-labels-idx1-ubyte"))).rejects.toMatchObject({ code: "unreadable" });
  });

  test("one invalid file gives its error and no data set; of two, always the error of the first", async () => {
    await write({ ...GOOD, "t10k-labels-idx1-ubyte": TEST });
    const labels = join(dir, "t10k-labels-idx1-ubyte");
    await expect(readIdxFolder(dir)).rejects.toMatchObject({ code: "wrong-format", file: labels });
    await write({ "train-images-idx3-ubyte": TRAIN.subarray(0, 30) });
    const images = join(dir, "train-images-idx3-ubyte");
    await expect(readIdxFolder(dir)).rejects.toMatchObject({ code: "truncated", file: images });
  });

  test("checksums apply to the decompressed bytes; other bytes are refused", async () => {
    await write({ ...GOOD, "train-images-idx3-ubyte": gzipSync(TRAIN) });
    expect(await readIdxFolder(dir, { sha256: { trainImages: sha256(TRAIN) } })).toMatchObject(expected);
    const other = sha256(TEST);
    const file = join(dir, "train-images-idx3-ubyte");
    await expect(readIdxFolder(dir, { sha256: { trainImages: other } })).rejects.toMatchObject({
      code: "checksum",
      file,
      message: expect.stringContaining(`${file}: must have the SHA-256 ${other}; got ${sha256(TRAIN)}`),
    });
  });
});
