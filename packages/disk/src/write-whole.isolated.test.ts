import { chmod, link, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DiskError, writeWhole } from "./index";
import type { Fault, FaultyFiles } from "./testing";

const disk = vi.hoisted(() => ({ files: undefined as unknown as FaultyFiles }));
vi.mock("node:fs/promises", async (importOriginal) => {
  const { faultyFiles } = await import("./testing");
  disk.files = faultyFiles(await importOriginal());
  return disk.files.module;
});

let folder = "";
let file = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "weightcast-disk-"));
  file = join(folder, "state.bin");
});
afterEach(async () => {
  disk.files.set();
  await rm(folder, { recursive: true });
});

const bytes = (length: number, seed: number) => Uint8Array.from({ length }, (_, i) => (i * 31 + seed * 7) % 256);
const [before, after] = [bytes(1000, 1), bytes(455_952, 2)];

describe("writeWhole", () => {
  test("writes bytes, parts of buffers and text; creates folders; leaves nothing else", async () => {
    const below = join(folder, "a/b", "state.bin");
    for (const contents of [before, after.subarray(3, 50), new Uint8Array(0)]) {
      await writeWhole(below, contents);
      expect(new Uint8Array(await readFile(below))).toEqual(Uint8Array.from(contents));
    }
    await writeWhole(below, "größer");
    expect(await readFile(below, "utf8")).toBe("größer");
    expect(await readdir(join(folder, "a/b"))).toEqual(["state.bin"]);
  });

  test.each([1, 7, 4096])("a system that takes %i bytes per call gets all of them", async (space) => {
    disk.files.set({ kind: "slow", space });
    await writeWhole(file, before);
    expect(disk.files.counts().refused > 0).toBe(space < 1000);
    disk.files.set();
    expect(new Uint8Array(await readFile(file))).toEqual(before);
  });

  const faults = (["full", "silent", "lost"] as const).flatMap((kind) =>
    [0, 1, 204_800, after.length - 1].map((space): Fault => ({ kind, space })),
  );
  test.each(faults)(
    "a disk that is $kind after $space bytes: an error, and the file before",
    async ({ kind, space }) => {
      await writeWhole(file, before);
      disk.files.set({ kind, space });
      const error = await writeWhole(file, after).catch((thrown: unknown) => thrown);
      disk.files.set();
      expect(error).toBeInstanceOf(DiskError);
      expect(error).toMatchObject({ code: "DISK_FULL", path: file, expected: 455_952 });
      if (kind !== "lost") expect((error as DiskError).written).toBe(space);
      expect((error as DiskError).message).toMatch(
        /state\.bin: all 455952 bytes must be written; got \d+ \(.*\); the file is as it was before; free space on its disk/,
      );
      expect(new Uint8Array(await readFile(file))).toEqual(before);
      expect(await readdir(folder)).toEqual(["state.bin"]);
    },
  );

  test("with a full disk, a file that did not exist does not appear", async () => {
    disk.files.set({ kind: "full", space: 10 });
    await expect(writeWhole(file, after)).rejects.toMatchObject({ code: "DISK_FULL", written: 10 });
    expect(await readdir(folder)).toEqual([]);
  });

  test("other failures have the code NOT_WRITTEN and the system's reason", async () => {
    await writeFile(join(folder, "plain"), "");
    for (const path of [join(folder, "plain", "below"), folder]) {
      const error = await writeWhole(path, before).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: "NOT_WRITTEN",
        written: 0,
        cause: { code: expect.stringMatching(/DIR|EXIST/) },
      });
    }
    expect(await readdir(folder)).toEqual(["plain"]);
  });

  test("keeps permissions, and a link is written through", async () => {
    await writeFile(file, "old");
    await chmod(file, 0o640);
    const name = join(folder, "link");
    await symlink(file, name);
    await writeWhole(name, "new");
    expect(await readFile(file, "utf8")).toBe("new");
    expect((await stat(file)).mode & 0o777).toBe(0o640);
    expect((await readdir(folder)).sort()).toEqual(["link", "state.bin"]);
  });

  test("a device is written to and stays a device", async () => {
    await writeWhole("/dev/null", after);
    expect((await stat("/dev/null")).isCharacterDevice()).toBe(true);
  });

  test("a reader that has the old file open, or another name of it, keeps the old bytes", async () => {
    await writeWhole(file, "old");
    await link(file, join(folder, "second"));
    await writeWhole(file, "new");
    expect(await readFile(join(folder, "second"), "utf8")).toBe("old");
  });

  test("many at once: each is whole, and one of them remains", async () => {
    const all = Array.from({ length: 20 }, (_, i) => Buffer.alloc(100_000, i));
    await Promise.all(all.map((contents) => writeWhole(file, contents)));
    const found = await readFile(file);
    expect(all.some((contents) => contents.equals(found))).toBe(true);
    expect(await readdir(folder)).toEqual(["state.bin"]);
  });
});
