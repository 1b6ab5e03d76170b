import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FaultyFiles } from "@weightcast/disk/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { archiveOf, noise, serve } from "../testing/archives";
import type { Archive } from "./archive";
import { fetchArchive } from "./fetch-archive";

const disk = vi.hoisted(() => ({ files: undefined as unknown as FaultyFiles }));
vi.mock("node:fs/promises", async (importOriginal) => {
  const { faultyFiles } = await import("@weightcast/disk/testing");
  disk.files = faultyFiles(await importOriginal());
  return disk.files.module;
});

const contents = noise(100_000, 1);
let cache = "";
let server: Awaited<ReturnType<typeof serve>>;
let archive: Archive;

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "weightcast-full-"));
  const served = { body: new Uint8Array(), etag: '"one"' };
  server = await serve(served);
  const { archive: tiny, packed } = archiveOf(server.url, [{ path: "data/a.bin", bytes: contents }]);
  [archive, served.body] = [tiny, packed];
});
afterEach(async () => {
  disk.files.set();
  await server.close();
  await rm(cache, { recursive: true });
});

describe("a full disk", () => {
  // In the order of the writes: the lock, the note of the part, the part, the extracted file, its checksums.
  test.each(["full", "silent"] as const)(
    "%s: wherever it ends, an error, and no folder; later all is well",
    async (kind) => {
      disk.files.set({ kind, space: 1e9 });
      await fetchArchive(archive, { cache: join(cache, "whole") });
      const { taken: all } = disk.files.counts();
      for (const space of [0, 30, 150, 50_000, all - 100_100, all - 100_000, all - 50_000, all - 70, all - 1]) {
        const folder = join(cache, `${space}`);
        disk.files.set({ kind, space });
        await expect(fetchArchive(archive, { cache: folder }, { retries: 0 }), `${space}`).rejects.toMatchObject({
          name: "DatasetError",
          message: expect.stringMatching(/must be a folder to write to; got a full disk; see the disk's free space/),
        });
        disk.files.set();
        // What was received may be kept; nothing else is.
        expect((await readdir(folder)).filter((name) => !name.endsWith(".part"))).toEqual([]);
        const data = await fetchArchive(archive, { cache: folder });
        expect(new Uint8Array(await readFile(join(data, "a.bin")))).toEqual(Uint8Array.from(contents));
        expect((await readdir(data)).sort()).toEqual(["SHA256SUMS", "a.bin"]);
      }
    },
  );

  test("writes that take a few bytes at a time lose nothing", async () => {
    disk.files.set({ kind: "slow", space: 1000 });
    const folder = await fetchArchive(archive, { cache });
    expect(new Uint8Array(await readFile(join(folder, "a.bin")))).toEqual(Uint8Array.from(contents));
  });
});
