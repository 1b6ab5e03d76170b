import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Archive } from "../download/archive";
import { archiveOf, noise, serve } from "../testing/archives";
import { type CatalogEntry, entryOf } from "./catalog";
import { CIFAR10 } from "./cifar10";
import { CIFAR100 } from "./cifar100";
import { loadArchive } from "./load";
import { cifar10, cifar100, stl10 } from "./published";
import { STL10 } from "./stl10";

let cache: string;
let server: Awaited<ReturnType<typeof serve>>;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "weightcast-published-"));
});
afterEach(async () => {
  await server?.close();
  await rm(cache, { recursive: true });
});

describe("published archives", () => {
  test("are loaded from a server, then from the cache, where damage is detected", async () => {
    // CIFAR-10's layout with two records per file: file i has the labels i and 9 − i.
    const entries = CIFAR10.files.archive.files.map(({ path }, i) => {
      const bytes = noise(2 * 3073, i);
      bytes[0] = i;
      bytes[3073] = 9 - i;
      return { path, bytes };
    });
    const served = { body: new Uint8Array() };
    server = await serve(served);
    const { archive, packed } = archiveOf(server.url, entries);
    served.body = packed;

    const data = await loadArchive({ ...CIFAR10.files, archive }, { cache });
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
    const again = await loadArchive({ ...CIFAR10.files, archive }, { cache });
    expect(Buffer.compare(again.train.images, data.train.images)).toBe(0);
    expect(again.test.labels).toEqual(data.test.labels);

    const folder = join(cache, (await readdir(cache))[0]!);
    const file = join(folder, "test_batch.bin");
    const sum = createHash("sha256").update(entries[5]!.bytes).digest("hex");
    expect(await readFile(join(folder, "SHA256SUMS"), "utf8")).toContain(`${sum}  test_batch.bin\n`);
    const refused = (code: string, says: string, where = file) =>
      expect(loadArchive({ ...CIFAR10.files, archive }, { cache })).rejects.toMatchObject({
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
    await refused("absent", "must exist; got nothing there");
    await mkdir(file);
    await refused("unreadable", "must be a file; got a folder");
    await rm(join(folder, "SHA256SUMS"));
    await refused("absent", "must exist; got nothing there", join(folder, "SHA256SUMS"));
  });

  test("a known checksum decides, not what is beside the data: damage and forgery are seen, with the record changed too", async () => {
    const bytes = CIFAR10.files.archive.files.map(({ path }, i) => ({ path, bytes: noise(2 * 3073, i).fill(i, 0, 1) }));
    for (const { bytes: file } of bytes) file[3073] = 0;
    const served = { body: new Uint8Array() };
    server = await serve(served);
    const { archive: tiny, packed } = archiveOf(server.url, bytes);
    served.body = packed;
    const sumOf = (file: Uint8Array, algorithm: string) => createHash(algorithm).update(file).digest("hex");
    for (const algorithm of ["sha256", "md5"] as const) {
      const files = tiny.files.map((file, i) => ({ ...file, [algorithm]: sumOf(bytes[i]!.bytes, algorithm) }));
      const archive = { ...tiny, name: `pinned-${algorithm}`, files };
      const load = (options = {}) => loadArchive({ ...CIFAR10.files, archive }, { cache, ...options });
      expect((await load()).train.count).toBe(10);
      const folder = join(cache, (await readdir(cache)).find((name) => name.includes(algorithm))!);
      // The pixel and its record are changed together.
      const forged = Uint8Array.from(bytes[5]!.bytes);
      forged[5000]! ^= 1;
      const sums = await readFile(join(folder, "SHA256SUMS"), "utf8");
      await writeFile(join(folder, "test_batch.bin"), forged);
      await writeFile(
        join(folder, "SHA256SUMS"),
        sums.replace(sumOf(bytes[5]!.bytes, "sha256"), sumOf(forged, "sha256")),
      );
      await expect(load()).rejects.toMatchObject({
        code: "checksum",
        message: expect.stringContaining(
          `${files[5]![algorithm]}, as the published file has; got ${sumOf(forged, algorithm)}`,
        ),
      });
      // Without the record, what is pinned is still checked.
      await rm(join(folder, "SHA256SUMS"));
      await writeFile(join(folder, "test_batch.bin"), bytes[5]!.bytes);
      expect((await load()).test.count).toBe(2);
      // An archive that fits its MD5 but holds other files is refused, and nothing of it is kept.
      const other = {
        ...archive,
        name: `other-${algorithm}`,
        files: files.with(5, { ...files[5]!, [algorithm]: "0" }),
      };
      await expect(loadArchive({ ...CIFAR10.files, archive: other }, { cache })).rejects.toMatchObject({
        code: "checksum",
        message: expect.stringMatching(
          /must hold cifar-10-batches-bin\/test_batch\.bin with the (SHA-256|MD5) 0, as published/,
        ),
      });
      expect((await readdir(cache)).filter((name) => name.startsWith("other"))).toEqual([]);
    }
  });

  test("the published files' checksums are those that torchvision and torchvision for Ruby publish, one for each file", () => {
    for (const { files } of [CIFAR10, CIFAR100, STL10])
      for (const file of files.archive.files as Archive["files"])
        expect(file.sha256 ?? file.md5).toMatch(file.sha256 ? /^[0-9a-f]{64}$/ : /^[0-9a-f]{32}$/);
  });

  test.each<[string, Archive, CatalogEntry["load"]]>([
    ["cifar10", CIFAR10.files.archive, cifar10],
    ["cifar100", CIFAR100.files.archive, cifar100],
    ["stl10", STL10.files.archive, stl10],
  ])("%s: another archive is refused by its length, from any address", async (name, { bytes }, load) => {
    server = await serve({ body: noise(1000, 1) });
    for (const loader of [load, entryOf(name)!.load])
      await expect(loader({ cache, url: server.url })).rejects.toMatchObject({
        code: "wrong-format",
        message: expect.stringContaining(`must hold ${bytes} bytes, as was published; got 1000`),
      });
    expect(await readdir(cache)).toEqual([]);
  });

  test("invalid options are refused", async () => {
    await expect(cifar100({ cache, labels: "both" as never })).rejects.toThrow(RangeError);
    await expect(cifar10({ cache, stallMs: -1 })).rejects.toThrow("cifar-10-binary: stallMs must be in (0, ");
    expect(await readdir(cache)).toEqual([]);
  });
});
