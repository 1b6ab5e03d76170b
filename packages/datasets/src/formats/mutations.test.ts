import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Stream, stream } from "@weightcast/random";
import { sweep } from "@weightcast/random/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import formats from "../../fixtures/image-formats.json";
import { CIFAR10_FORMAT } from "../catalog/cifar10";
import type { Dataset, Split } from "../dataset";
import { extract } from "../download/extract";
import { DatasetError } from "../error";
import { parseSegments } from "../speech/segments";
import { parseWaveform } from "../speech/waveform";
import { archiveOf, noise } from "../testing/archives";
import { idx } from "../testing/examples";
import { riff, sphere } from "../testing/timit";
import { cifarDataset } from "./cifar";
import { type IdxRole, idxDataset } from "./idx-dataset";
import { imageReader } from "./image-file";
import { readFolder } from "./read-folder";
import { stl10Split } from "./stl10";

/*
 * Damaged and hostile files: whatever the bytes are, reading them ends within a second, in a result that keeps its own rules or in
 * a DatasetError whose code is a documented one.
 */

const CODES = [
  ...["absent", "unreadable", "corrupt", "wrong-format", "truncated", "trailing", "oversize", "empty", "misplaced"],
  ...["count-mismatch", "shape-mismatch", "label-out-of-range", "checksum"],
];

/** Bytes that mean something to readers of headers. */
const TELLING = [0, 1, 2, 8, 0x0d, 0x1f, 0x7f, 0x80, 0x8b, 0xfe, 0xff];

/** The bytes with one to four random changes: bits, bytes, numbers of four bytes, cuts, insertions, repetitions. */
function mutated(bytes: Uint8Array, random: Stream): Uint8Array {
  let changed = Uint8Array.from(bytes);
  const position = () => {
    // Half of the changes are in the beginning, where headers are.
    const within = random.integer(2) === 0 ? Math.min(changed.length, 64) : changed.length;
    return random.integer(Math.max(1, within));
  };
  for (let changes = 1 + random.integer(4); changes > 0; changes--) {
    const at = position();
    const kind = random.integer(7);
    if (kind === 0 && changed.length > 0) changed[at]! ^= 1 << random.integer(8);
    if (kind === 1 && changed.length > 0) changed[at] = TELLING[random.integer(TELLING.length)]!;
    if (kind === 2 && at + 4 <= changed.length)
      new DataView(changed.buffer).setUint32(at, random.integer(2) === 0 ? 2 ** 32 - 1 : random.integer(2 ** 31));
    if (kind === 3) changed = changed.slice(0, at);
    if (kind === 4) changed = Uint8Array.from([...changed.slice(0, at), random.integer(256), ...changed.slice(at)]);
    if (kind === 5) changed = Uint8Array.from([...changed, ...changed.slice(at, at + 1 + random.integer(50))]);
    if (kind === 6) changed.fill(0, at, at + 1 + random.integer(16));
  }
  return changed;
}

function expectWhole(split: Split, shape: readonly number[], classes: number): void {
  const size = shape.reduce((product, axis) => product * axis, 1);
  expect([split.labels.length, split.images.length]).toEqual([split.count, split.count * size]);
  expect(split.count).toBeGreaterThan(0);
  expect(split.labels.every((label) => label < classes)).toBe(true);
}

function expectDataset({ shape, classes, train, test }: Dataset): void {
  expectWhole(train, shape, classes);
  expectWhole(test, shape, classes);
}

/** Reads each of `count` mutations. @returns how many gave a result */
async function sweepOver(
  count: number,
  name: string,
  read: (random: Stream) => Promise<void> | void,
): Promise<{ results: number; errors: Set<string> }> {
  let results = 0;
  const errors = new Set<string>();
  for (let i = 0; i < count; i++) {
    const started = performance.now();
    try {
      await read(stream(i, `mutations/${name}`));
      results++;
    } catch (error) {
      if (!(error instanceof DatasetError))
        throw new Error(`mutation ${i} of ${name}: not a DatasetError`, { cause: error });
      expect(CODES, `mutation ${i} of ${name}: ${error.message}`).toContain(error.code);
      expect(error.message).toMatch(/: must .*; got .*; ./s);
      errors.add(error.code);
    }
    expect(performance.now() - started, `mutation ${i} of ${name}, ms`).toBeLessThan(1000);
  }
  return { results, errors };
}

const pick = <T>(items: readonly T[], random: Stream): T => items[random.integer(items.length)]!;

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "weightcast-mutations-"));
});
afterAll(() => rm(dir, { recursive: true }));

async function put(files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), bytes);
  }
}

describe("mutated files give a result or a DatasetError, within a second", () => {
  const good = {
    trainImages: idx([3, 2, 2], noise(12, 1)),
    trainLabels: idx([3], [0, 1, 2]),
    testImages: idx([2, 2, 2], noise(8, 2)),
    testLabels: idx([2], [2, 0]),
  };

  test("IDX, in memory", async () => {
    const { results, errors } = await sweepOver(sweep(1500), "idx", (random) => {
      const role = pick(Object.keys(good) as IdxRole[], random);
      const files = Object.fromEntries(
        Object.entries(good).map(([key, bytes]) => [
          key,
          { where: key, bytes: key === role ? mutated(bytes, random) : bytes },
        ]),
      );
      expectDataset(idxDataset(files as never));
    });
    expect(results).toBeGreaterThan(0);
    expect(errors.size).toBeGreaterThan(4);
  });

  test("CIFAR's and STL-10's records, in memory", async () => {
    const records = Uint8Array.from([3, ...noise(3072, 1), 9, ...noise(3072, 2)]);
    const planes = noise(24, 3);
    const { results, errors } = await sweepOver(sweep(300), "records", (random) => {
      const file = { where: "data.bin", bytes: mutated(records, random) };
      expectDataset(cifarDataset("c", CIFAR10_FORMAT, { train: [file], test: [{ where: "t", bytes: records }] }));
      const labels = { where: "y", bytes: mutated(Uint8Array.of(1, 10), random) };
      const images = { where: "X", bytes: mutated(planes, random) };
      expectWhole(stl10Split(images, labels, { side: 2, order: "columns" }), [2, 2, 3], 10);
    });
    expect(results).toBeGreaterThan(0);
    expect(errors).toContain("truncated");
  });

  test("sounds and phones, in memory", async () => {
    const samples = Int16Array.from(noise(40, 1));
    const sounds = [sphere(samples), riff(samples)];
    const lines = new TextEncoder().encode("0 40 h#\n40 90 iy\n90 95 q\n");
    const { results, errors } = await sweepOver(sweep(1000), "speech", (random) => {
      expect(parseWaveform(mutated(pick(sounds, random), random), "a.wav").length).toBeLessThan(600);
      const segments = parseSegments(new TextDecoder().decode(mutated(lines, random)), "a.phn");
      for (const { start, end, label } of segments) expect(start <= end && (label < 39 || label === 255)).toBe(true);
    });
    expect(results).toBeGreaterThan(0);
    expect(errors).toEqual(new Set([...errors, "truncated", "wrong-format", "label-out-of-range"]));
  });

  test("folders of IDX files, plain and gzip", async () => {
    const names = {
      trainImages: "train-images-idx3-ubyte",
      trainLabels: "train-labels-idx1-ubyte",
      testImages: "t10k-images-idx3-ubyte",
      testLabels: "t10k-labels-idx1-ubyte",
    };
    const packed = Object.fromEntries(
      Object.entries(good).map(([role, bytes]) => [role, gzipSync(bytes)]),
    ) as unknown as typeof good;
    const { results, errors } = await sweepOver(sweep(60), "idx-folder", async (random) => {
      const role = pick(Object.keys(good) as IdxRole[], random);
      await put(Object.fromEntries((Object.keys(good) as IdxRole[]).map((key) => [`idx/${names[key]}`, packed[key]])));
      await put({ [`idx/${names[role]}`]: mutated(pick([packed, good], random)[role], random) });
      expectDataset(await readFolder(join(dir, "idx")));
    });
    expect(results).toBeGreaterThan(0);
    expect(errors.size).toBeGreaterThan(2);
  });

  test("archives", async () => {
    const files = [
      { path: "d/a.bin", bytes: noise(700, 1) },
      { path: "d/b.bin", bytes: noise(100, 2) },
    ];
    const { archive, packed } = archiveOf("http://127.0.0.1/x.tar.gz", files);
    const { tar } = await import("../testing/archives");
    const plain = tar(files);
    const path = join(dir, "x.tar.gz");
    const { errors } = await sweepOver(sweep(60), "archive", async (random) => {
      // Damage of the compressed bytes is mostly seen by gzip; damage before compression reaches the reader of tar.
      await writeFile(path, random.integer(3) === 0 ? mutated(packed, random) : gzipSync(mutated(plain, random)));
      const sizes: number[] = [];
      await extract(path, archive, async (_, bytes) => {
        let size = 0;
        for await (const chunk of bytes) size += chunk.length;
        sizes.push(size);
      });
      expect(sizes).toEqual([700, 100]);
    });
    expect(errors.size).toBeGreaterThan(1);
  });

  test("images of every format", async () => {
    const read = await imageReader({ channels: 3 });
    const file = join(dir, "image");
    const { results, errors } = await sweepOver(sweep(250), "images", async (random) => {
      await writeFile(file, mutated(Buffer.from(pick(formats.cases, random).bytes, "base64"), random));
      const { data, height, width } = await read(file);
      expect(data).toHaveLength(height * width * 3);
    });
    expect(results).toBeGreaterThan(0);
    expect(errors).toEqual(new Set([...errors, "corrupt", "wrong-format"]));
  });
});
