import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fileStorage } from "./file-storage";
import { memoryStorage } from "./storage";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "weightcast-storage-"));
});
afterEach(() => rm(folder, { recursive: true }));

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

  test("a path that cannot be read is an error, not a missing checkpoint", async () => {
    await writeFile(join(folder, "file"), "");
    await expect(fileStorage(join(folder, "file", "below")).read()).rejects.toMatchObject({ code: "ENOTDIR" });
    await expect(fileStorage(folder).read()).rejects.toMatchObject({ code: "EISDIR" });
  });
});
