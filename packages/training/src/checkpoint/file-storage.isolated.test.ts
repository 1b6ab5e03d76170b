import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FaultyFiles } from "@weightcast/disk/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fileStorage } from "./file-storage";
import { memoryStorage } from "./storage";

const disk = vi.hoisted(() => ({ files: undefined as unknown as FaultyFiles }));
vi.mock("node:fs/promises", async (importOriginal) => {
  const { faultyFiles } = await import("@weightcast/disk/testing");
  disk.files = faultyFiles(await importOriginal());
  return disk.files.module;
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "weightcast-storage-"));
});
afterEach(async () => {
  disk.files.set();
  await rm(folder, { recursive: true });
});

describe.each([
  ["memoryStorage", () => memoryStorage()],
  ["fileStorage", () => fileStorage(join(folder, "created/when/needed", "run.checkpoint"))],
])("%s", (_, make) => {
  test("reads the bytes written last, and undefined before the first write and after removal", async () => {
    const storage = make();
    expect(await storage.read()).toBeUndefined();
    await storage.write(Uint8Array.of(1, 2, 3));
    await storage.write(new Uint8Array([9, 4, 5, 9]).subarray(1, 3));
    expect([...(await storage.read())!]).toEqual([4, 5]);
    await storage.remove();
    await storage.remove();
    expect(await storage.read()).toBeUndefined();
  });

  test("stores a copy: later changes of the bytes have no effect", async () => {
    const storage = make();
    const bytes = Uint8Array.of(1, 2, 3);
    await storage.write(bytes);
    bytes[0] = 7;
    (await storage.read())![1] = 7;
    expect([...(await storage.read())!]).toEqual([1, 2, 3]);
  });
});

describe("fileStorage", () => {
  test("leaves no temporary files", async () => {
    const storage = fileStorage(join(folder, "a.checkpoint"));
    for (let i = 0; i < 5; i++) await storage.write(new Uint8Array(1000).fill(i));
    expect(await readdir(folder)).toEqual(["a.checkpoint"]);
  });

  test.each(["full", "silent", "lost"] as const)("a disk that is %s: the checkpoint before stays", async (kind) => {
    const path = join(folder, "run.checkpoint");
    const storage = fileStorage(path);
    const before = new Uint8Array(455_952).fill(3);
    await storage.write(before);
    disk.files.set({ kind, space: 204_800 });
    await expect(storage.write(new Uint8Array(455_952).fill(4))).rejects.toMatchObject({
      code: "DISK_FULL",
      path,
      expected: 455_952,
    });
    disk.files.set();
    expect(new Uint8Array((await storage.read())!)).toEqual(before);
    expect(await readdir(folder)).toEqual(["run.checkpoint"]);
  });

  test("a path that cannot be read is an error, not a missing checkpoint", async () => {
    await writeFile(join(folder, "file"), "");
    await expect(fileStorage(join(folder, "file", "below")).read()).rejects.toMatchObject({ code: "ENOTDIR" });
    await expect(fileStorage(folder).read()).rejects.toMatchObject({ code: "EISDIR" });
  });
});
