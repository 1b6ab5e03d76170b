import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { appendWhole } from "./index";
import type { FaultyFiles } from "./testing";

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
  file = join(folder, "runs", "log.jsonl");
});
afterEach(async () => {
  disk.files.set();
  await rm(folder, { recursive: true });
});
const text = () => readFile(file, "utf8");

describe("appendWhole", () => {
  test("appends lines in the order of the calls, and creates the folders", async () => {
    const lines = Array.from({ length: 50 }, (_, i) => `line ${i}\n`);
    await Promise.all(lines.map((line) => appendWhole(file, line)));
    expect(await text()).toBe(lines.join(""));
  });

  test("begins on a new line after one that a crash left incomplete", async () => {
    await appendWhole(file, "one\n");
    await appendFile(file, "tw");
    await appendWhole(file, "three\n");
    expect(await text()).toBe("one\ntw\nthree\n");
  });

  test.each((["full", "silent", "lost"] as const).flatMap((kind) => [0, 1, 500].map((space) => ({ kind, space }))))(
    "a disk that is $kind after $space bytes: an error, and the old length; later appends succeed",
    async (fault) => {
      for (const start of ["one\n", "one\ntw"]) {
        await appendWhole(file, "");
        await rm(file);
        await appendFile(file, start);
        disk.files.set(fault);
        await expect(appendWhole(file, `${"x".repeat(600)}\n`)).rejects.toMatchObject({
          code: "DISK_FULL",
          path: file,
          expected: start.endsWith("\n") ? 601 : 602,
          message: expect.stringContaining("the file is as it was before; free space"),
        });
        disk.files.set();
        expect(await text()).toBe(start);
        await appendWhole(file, "later\n");
        expect(await text()).toBe(`${start}${start.endsWith("\n") ? "" : "\n"}later\n`);
      }
    },
  );

  test("a failure does not affect the appends that wait behind it", async () => {
    disk.files.set({ kind: "full", space: 3 });
    const failing = appendWhole(file, "first\n");
    const next = failing.catch(() => disk.files.set()).then(() => appendWhole(file, "second\n"));
    await expect(failing).rejects.toMatchObject({ code: "DISK_FULL" });
    await next;
    expect(await text()).toBe("second\n");
  });
});
