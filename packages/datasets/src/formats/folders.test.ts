import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CIFAR10, CIFAR10_CLASSES } from "../catalog/cifar10";
import { CIFAR100_CLASSES, CIFAR100_COARSE_CLASSES } from "../catalog/cifar100";
import { STL10_CLASSES } from "../catalog/stl10";
import { tar } from "../testing/archives";
import { idx } from "../testing/examples";
import { type CifarFolderOptions, readCifarFolder } from "./cifar-folder";
import { readFolder } from "./read-folder";
import { readStl10Folder } from "./stl10-folder";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "weightcast-folders-"));
});
afterEach(() => rm(dir, { recursive: true }));

const write = async (files: Record<string, Uint8Array>) => {
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), bytes);
  }
};

/** Records with these labels: of CIFAR-10 or, if a label is a pair, of CIFAR-100. */
const records = (...labels: (number | [number, number])[]) =>
  Buffer.concat(labels.flatMap((label) => [Buffer.from([label].flat()), Buffer.alloc(3072, [label].flat()[0])]));

const OFFICIAL = {
  "data_batch_1.bin": records(1),
  "data_batch_2.bin.gz": gzipSync(records(2)),
  "data_batch_3.bin": records(3, 3),
  "data_batch_4.bin": records(4),
  "data_batch_5.bin": records(5),
  "test_batch.bin": records(6),
};

const read = async (options?: CifarFolderOptions) => {
  const { train, test: tests, ...rest } = await readCifarFolder(dir, options);
  return { ...rest, train: [...train.labels], test: [...tests.labels], first: train.images[0] };
};

describe("readCifarFolder", () => {
  test("CIFAR-10's six files, plain or gzip, and no other files in the folder", async () => {
    await write({ ...OFFICIAL, "train_extra.bin": records(9), "batches.meta.txt": Buffer.from("airplane") });
    expect(await read()).toEqual({
      name: basename(dir),
      shape: [32, 32, 3],
      classes: 10,
      classNames: CIFAR10_CLASSES,
      train: [1, 2, 3, 3, 4, 5],
      test: [6],
      first: 1,
    });
  });

  test("an incomplete official set is refused, not read in part", async () => {
    const { "data_batch_2.bin.gz": _, "test_batch.bin": __, ...rest } = OFFICIAL;
    await write(rest);
    await expect(read()).rejects.toMatchObject({
      code: "absent",
      file: dir,
      message: expect.stringContaining("must hold data_batch_2.bin, test_batch.bin (plain or .gz)"),
    });
  });

  test("train*.bin and test*.bin, in natural order; a plain file is preferred to its gzip", async () => {
    await write({
      "train_10.bin": records(2),
      "train_9.bin": records(1),
      "train_9.bin.gz": gzipSync(records(7)),
      "test_2000.bin.gz": gzipSync(records(8, 9)),
    });
    expect(await read({ name: "mine" })).toMatchObject({ name: "mine", train: [1, 2], test: [8, 9], classes: 10 });
  });

  test("CIFAR-100 is recognized by its record length; fine and coarse labels", async () => {
    await write({ "train.bin": records([4, 51], [19, 99]), "test.bin": records([0, 4]) });
    expect(await read()).toMatchObject({
      train: [51, 99],
      test: [4],
      classes: 100,
      classNames: CIFAR100_CLASSES,
      first: 4,
    });
    expect(await read({ labels: "coarse" })).toMatchObject({
      train: [4, 19],
      test: [0],
      classes: 20,
      classNames: CIFAR100_COARSE_CLASSES,
    });
  });

  test("the archive itself; another one is refused", async () => {
    await write({ "cifar-100-binary.tar.gz": gzipSync(Buffer.from("<html>")) });
    await expect(read()).rejects.toMatchObject({ code: "truncated", file: join(dir, "cifar-100-binary.tar.gz") });
    // The real layout, 184 MB, with zeros after the first record of each file. A gzip file may have many members.
    const zeros = gzipSync(Buffer.alloc(9999 * 3073));
    const members = CIFAR10.files.archive.files.flatMap(({ path, bytes: size }, i) => {
      const header = tar([{ path, size }]).subarray(0, 512);
      const padding = gzipSync(Buffer.alloc(-size & 511));
      return [gzipSync(Buffer.concat([header, records(i + 1)])), zeros, padding];
    });
    await write({ "cifar-10-binary.tar.gz": Buffer.concat([...members, gzipSync(tar([]))]) });
    const { train, test: tests } = await readCifarFolder(dir);
    expect([train.count, tests.count]).toEqual([50_000, 10_000]);
    expect([0, 1, 10_000, 40_000].map((i) => train.labels[i])).toEqual([1, 0, 2, 5]);
    expect([tests.labels[0], tests.images[3071]]).toEqual([6, 6]);
  });

  test("the folder that unpacking creates", async () => {
    await write(
      Object.fromEntries(Object.entries(OFFICIAL).map(([name, bytes]) => [`cifar-10-batches-bin/${name}`, bytes])),
    );
    expect(await read()).toMatchObject({ train: [1, 2, 3, 3, 4, 5], test: [6] });
  });

  test("options set the kind and the number of classes", async () => {
    await write({ "train.bin": records(0, 1), "test.bin": records(1) });
    expect(await read()).toMatchObject({ classes: 10 });
    const two = await read({ classes: 2 });
    expect(two).toMatchObject({ classes: 2, train: [0, 1] });
    expect(two).not.toHaveProperty("classNames");
    await expect(read({ classes: 1 })).rejects.toMatchObject({ code: "label-out-of-range" });
    await expect(read({ kind: "cifar100" })).rejects.toMatchObject({ code: "truncated" });
  });

  test("invalid folders and options are refused", async () => {
    await expect(read()).rejects.toThrow("got an empty folder");
    await write({ "train_1.bin": records(1), "train_X.bin": records(1), "test_y.bin": records(1) });
    await expect(read()).rejects.toMatchObject({
      code: "absent",
      message: expect.stringContaining("must hold test*.bin"),
    });
    await write({ "test.bin.gz": gzipSync(records(1)).subarray(0, 20) });
    await expect(read()).rejects.toMatchObject({ code: "truncated", file: join(dir, "test.bin.gz") });
    await write({ "test.bin": records(1).subarray(1) });
    await expect(read()).rejects.toMatchObject({ code: "truncated", file: join(dir, "test.bin") });
    await expect(readCifarFolder(join(dir, "no"))).rejects.toMatchObject({ code: "absent" });
    await expect(read({ kind: "cifar" as never })).rejects.toThrow(RangeError);
    await expect(read({ labels: "both" as never })).rejects.toThrow(RangeError);
    await expect(read({ classes: 0 })).rejects.toThrow(RangeError);
  });
});

const STL10 = {
  "train_X.bin": new Uint8Array(2 * 27_648),
  "train_y.bin": Uint8Array.of(1, 10),
  "test_X.bin.gz": gzipSync(new Uint8Array(27_648)),
  "test_y.bin": Uint8Array.of(3),
};

describe("readStl10Folder", () => {
  test("four files; the folder that unpacking creates", async () => {
    for (const inner of ["", "stl10_binary/"]) {
      await write(Object.fromEntries(Object.entries(STL10).map(([name, bytes]) => [inner + name, bytes])));
      const data = await readStl10Folder(dir);
      expect(data).toMatchObject({ name: basename(dir), shape: [96, 96, 3], classes: 10, classNames: STL10_CLASSES });
      expect([[...data.train.labels], [...data.test.labels]]).toEqual([[0, 9], [2]]);
      await rm(dir, { recursive: true });
    }
    await mkdir(dir);
  });

  test("absent files are reported", async () => {
    const { "train_y.bin": _, ...rest } = STL10;
    await write(rest);
    await expect(readStl10Folder(dir)).rejects.toMatchObject({
      code: "absent",
      message: expect.stringContaining("must hold train_y.bin (plain or .gz)"),
    });
  });
});

describe("readFolder", () => {
  test("recognizes the kind of a folder", async () => {
    await write(STL10);
    expect(await readFolder(dir)).toMatchObject({ shape: [96, 96, 3] });
    await rm(dir, { recursive: true });
    await write(OFFICIAL);
    expect(await readFolder(dir, { name: "mine" })).toMatchObject({ name: "mine", shape: [32, 32, 3] });
    await rm(dir, { recursive: true });
    await write({
      "train-images-idx3-ubyte": idx([2, 1, 2], [1, 2, 3, 4]),
      "train-labels-idx1-ubyte": idx([2], [0, 1]),
      "t10k-images-idx3-ubyte": idx([1, 1, 2], [1, 2]),
      "t10k-labels-idx1-ubyte": idx([1], [0]),
    });
    expect(await readFolder(dir)).toMatchObject({ shape: [1, 2], classes: 2 });
  });

  test("a folder with train is read as images", async () => {
    await mkdir(join(dir, "train"));
    await expect(readFolder(dir)).rejects.toThrow("must hold the folders train and test");
  });

  test("an incomplete folder gives the error of its own reader", async () => {
    await write({ "data_batch_1.bin": records(1) });
    await expect(readFolder(dir)).rejects.toMatchObject({ code: "absent" });
  });

  test("an unknown folder gives one error that names all kinds", async () => {
    await expect(readFolder(dir)).rejects.toThrow("got an empty folder");
    await write({ "notes.txt": Buffer.from("x"), "train.csv": Buffer.from("x") });
    await expect(readFolder(dir)).rejects.toMatchObject({
      code: "wrong-format",
      file: dir,
      message: expect.stringMatching(
        /must hold IDX files .* CIFAR's .* STL-10's .* images in .*; got notes.txt, train.csv;/,
      ),
    });
    await expect(readFolder(join(dir, "no"))).rejects.toMatchObject({ code: "absent", file: join(dir, "no") });
    await expect(readFolder(join(dir, "notes.txt"))).rejects.toMatchObject({
      code: "unreadable",
      file: join(dir, "notes.txt"),
      message: expect.stringContaining("must be a folder of data files; got a file; "),
    });
  });
});
