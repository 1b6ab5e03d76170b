import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Archive, CIFAR10, CIFAR100, STL10 } from "./archive";
import { archiveOf, noise, serve } from "./archive-test-helpers";
import { cifar10, cifar100, cifarArchive, stl10 } from "./published";

let cache: string;
let server: Awaited<ReturnType<typeof serve>>;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "weightcast-published-"));
});
afterEach(async () => {
  await server?.close();
  await rm(cache, { recursive: true });
});

describe("a published archive", () => {
  test("from a server to a data set; again from the cache, which is found damaged if it is", async () => {
    // CIFAR-10's layout with two records a file: file i has the labels i and 9 − i.
    const entries = CIFAR10.files.map(({ path }, i) => {
      const bytes = noise(2 * 3073, i);
      bytes[0] = i;
      bytes[3073] = 9 - i;
      return { path, bytes };
    });
    const served = { body: new Uint8Array() };
    server = await serve(served);
    const { archive, packed } = archiveOf(server.url, entries);
    served.body = packed;

    const data = await cifarArchive("cifar10", "fine", archive, { cache });
    expect(data).toMatchObject({
      name: "cifar10",
      shape: [32, 32, 3],
      classes: 10,
      train: { count: 10 },
      test: { count: 2 },
    });
    expect([...data.train.labels]).toEqual([0, 9, 1, 8, 2, 7, 3, 6, 4, 5]);
    expect([...data.test.labels]).toEqual([5, 4]);
    // The second image of the second file: its pixel (1, 2).
    const at = 3 * 3072 + (32 + 2) * 3;
    const planes = entries[1]!.bytes.subarray(3073 + 1);
    expect([...data.train.images.subarray(at, at + 3)]).toEqual([planes[34], planes[1024 + 34], planes[2048 + 34]]);

    await server.close();
    const again = await cifarArchive("cifar10", "fine", archive, { cache });
    expect(Buffer.compare(again.train.images, data.train.images)).toBe(0);
    expect(again.test.labels).toEqual(data.test.labels);

    const folder = join(cache, (await readdir(cache))[0]!);
    const file = join(folder, "test_batch.bin");
    const sum = createHash("sha256").update(entries[5]!.bytes).digest("hex");
    expect(await readFile(join(folder, "SHA256SUMS"), "utf8")).toContain(`${sum}  test_batch.bin\n`);
    const refused = (code: string, says: string, where = file) =>
      expect(cifarArchive("cifar10", "fine", archive, { cache })).rejects.toMatchObject({
        name: "DatasetError",
        code,
        file: where,
        message: expect.stringContaining(`${says}; delete the folder ${folder}: its data will be fetched again`),
      });
    const other = Uint8Array.from(entries[5]!.bytes);
    other[5000]! ^= 1;
    await writeFile(file, other);
    const found = createHash("sha256").update(other).digest("hex");
    await refused("checksum", `must have the SHA-256 ${sum}, as SHA256SUMS says; got ${found}`);
    await truncate(file, 3073);
    await refused("truncated", "must hold 6146 bytes; got 3073");
    await writeFile(file, new Uint8Array(6147));
    await refused("oversize", "must hold 6146 bytes; got 6147");
    await rm(file);
    await refused("absent", "must be readable; got nothing there");
    await mkdir(file);
    await refused("unreadable", "must be a file; got a folder");
    await rm(join(folder, "SHA256SUMS"));
    await refused("absent", "must be readable; got nothing there", join(folder, "SHA256SUMS"));
  });

  test.each<[string, Archive, (options: object) => Promise<unknown>]>([
    ["cifar10", CIFAR10, cifar10],
    ["cifar100", CIFAR100, cifar100],
    ["stl10", STL10, stl10],
  ])("%s refuses another archive by its length, whatever the address", async (_, archive, load) => {
    server = await serve({ body: noise(1000, 1) });
    await expect(load({ cache, url: server.url })).rejects.toMatchObject({
      code: "wrong-format",
      message: expect.stringContaining(`must hold ${archive.bytes} bytes, as was published; got 1000`),
    });
    expect(await readdir(cache)).toEqual([]);
  });

  test("the descriptions agree with what is known of the data sets", () => {
    const sum = ({ files }: Archive) => files.reduce((total, { bytes }) => total + bytes, 0);
    expect(sum(CIFAR10)).toBe(60_000 * 3073);
    expect(sum(CIFAR100)).toBe(60_000 * 3074);
    expect(sum(STL10)).toBe(13_000 * (96 * 96 * 3 + 1));
    for (const archive of [CIFAR10, CIFAR100, STL10]) {
      expect(new Set(archive.files.map(({ path }) => basename(path))).size).toBe(archive.files.length);
      // Photographs compress by a tenth or so, not more; without the right `rest` this would not hold.
      expect(archive.bytes / (sum(archive) + archive.rest)).toBeGreaterThan(0.8);
      expect(archive.bytes).toBeLessThan(sum(archive) + archive.rest);
      expect(archive.md5).toMatch(/^[0-9a-f]{32}$/);
    }
  });

  test("bad options", async () => {
    await expect(cifar100({ cache, labels: "both" as never })).rejects.toThrow(RangeError);
    await expect(cifar10({ cache, stallMs: -1 })).rejects.toThrow("cifar-10-binary: stallMs must be in (0, ");
    expect(await readdir(cache)).toEqual([]);
  });
});
