import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FaultyFiles } from "@weightcast/disk/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { recordOf } from "../testing/records";
import { appendRecord, readRecord } from "./record-file";
import { lineOf } from "./record-line";
import type { DamagedLine } from "./record-reader";

const disk = vi.hoisted(() => ({ files: undefined as unknown as FaultyFiles }));
vi.mock("node:fs/promises", async (importOriginal) => {
  const { faultyFiles } = await import("@weightcast/disk/testing");
  disk.files = faultyFiles(await importOriginal());
  return disk.files.module;
});

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "weightcast-record-"));
});
afterEach(async () => {
  disk.files.set();
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

describe("the record of runs", () => {
  const [first, second] = [recordOf("nokernel", 0.02), recordOf("SE-Emp", 0.021)];

  test("returns what was appended, in order, and starts empty", async () => {
    expect(await readRecord(join(folder, "new"))).toEqual([]);
    await appendRecord(folder, first);
    await appendRecord(folder, second);
    expect(await readRecord(folder)).toEqual([first, second]);
  });

  test("a line that a crash left incomplete counts as not written, and nothing written later is lost", async () => {
    await appendRecord(folder, first);
    const file = join(folder, "record.jsonl");
    await appendFile(file, JSON.stringify(second).slice(0, 100));
    expect(await readRecord(folder)).toEqual([first]);
    const later = [recordOf("RandCon", 0.04), recordOf("RandFixU", 0.03), second];
    await Promise.all(later.map((record) => appendRecord(folder, record)));
    const found = await readRecord(folder);
    expect(found.map(({ spec }) => spec.label).sort()).toEqual(["RandCon", "RandFixU", "SE-Emp", "nokernel"]);
    expect(await readFile(file, "utf8")).toContain(JSON.stringify(second).slice(0, 100));
  });

  test("each damaged line is named once, with its number, and the others are read", async () => {
    const file = join(folder, "record.jsonl");
    const changed = lineOf(second).replace('"testError":0.021', '"testError":0.011');
    const text = [
      lineOf(first),
      "null\n",
      "\n",
      changed,
      "{\n",
      "[1]\r\n",
      lineOf(second).replace("\n", "\r\n"),
      '{"id":"x',
    ];
    await writeFile(file, text.join(""));
    const damaged: DamagedLine[] = [];
    expect(await readRecord(folder, { onDamaged: (line) => damaged.push(line) })).toEqual([first, second]);
    const all = (line: number, reason: string) => ({
      file,
      line,
      message: `${file}, line ${line}: left out, as ${reason}; its run counts as not done (delete the line to end this message)`,
    });
    expect(damaged).toEqual([
      all(2, "it is not a record of a run"),
      all(4, "its checksum does not match: it was changed after it was written"),
      all(5, "its 1 bytes are not a complete JSON document"),
      all(6, "it is not a record of a run"),
      all(8, "its 8 bytes are not a complete JSON document"),
    ]);
  });

  test("of some runs only, the others are passed over, but damaged lines named", async () => {
    await appendRecord(folder, first);
    await appendRecord(folder, second);
    await appendFile(join(folder, "record.jsonl"), "{\n");
    const damaged: DamagedLine[] = [];
    const only = new Set([second.id]);
    expect(await readRecord(folder, { only, onDamaged: (line) => damaged.push(line) })).toEqual([second]);
    expect(damaged.map(({ line }) => line)).toEqual([3]);
  });

  test("by default a damaged line is a warning, once", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    await writeFile(join(folder, "record.jsonl"), `null\n${lineOf(first)}`);
    for (let i = 0; i < 3; i++) expect(await readRecord(folder)).toEqual([first]);
    expect(warn.mock.calls).toEqual([
      [expect.stringContaining("record.jsonl, line 1: left out, as it is not a record")],
    ]);
  });

  test("a file much larger than one read, with letters of several bytes, is read line by line", async () => {
    const records = Array.from({ length: 600 }, (_, i) => ({
      ...first,
      id: `${i}`,
      spec: { ...first.spec, label: "größer 大".repeat(1 + (i % 5)) },
    }));
    await writeFile(join(folder, "record.jsonl"), records.map(lineOf).join(""));
    expect((await readFile(join(folder, "record.jsonl"))).length).toBeGreaterThan(2 * 2 ** 20);
    expect(await readRecord(folder)).toEqual(records);
  });

  test.each(["full", "silent", "lost"] as const)(
    "a disk that is %s: an error, and the record as before",
    async (kind) => {
      await appendRecord(folder, first);
      const file = join(folder, "record.jsonl");
      const before = await readFile(file);
      disk.files.set({ kind, space: 1000 });
      await expect(appendRecord(folder, second)).rejects.toMatchObject({ code: "DISK_FULL", path: file });
      disk.files.set();
      expect(await readFile(file)).toEqual(before);
      await appendRecord(folder, second);
      expect(await readRecord(folder)).toEqual([first, second]);
    },
  );
});
