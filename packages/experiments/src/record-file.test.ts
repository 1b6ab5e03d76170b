import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { appendRecord, readRecord } from "./record-file";
import { recordOf } from "./testing/records";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "weightcast-record-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("the record of runs", () => {
  const [first, second] = [recordOf("nokernel", 0.02), recordOf("SE-Emp", 0.021)];

  test("gives back what was appended, in order, and starts empty", async () => {
    expect(await readRecord(join(folder, "new"))).toEqual([]);
    await appendRecord(folder, first);
    await appendRecord(folder, second);
    expect(await readRecord(folder)).toEqual([first, second]);
  });

  test("a line that a crash cut short counts as not written, and is cut off by the next run", async () => {
    await appendRecord(folder, first);
    const file = join(folder, "record.jsonl");
    await appendFile(file, JSON.stringify(second).slice(0, 100));
    expect(await readRecord(folder)).toEqual([first]);
    await appendRecord(folder, second);
    expect(await readRecord(folder)).toEqual([first, second]);
    expect((await readFile(file, "utf8")).split("\n")).toHaveLength(3);
  });

  test("a broken line elsewhere is named", async () => {
    await writeFile(join(folder, "record.jsonl"), `${JSON.stringify(first)}\n{"id":\n`);
    await expect(readRecord(folder)).rejects.toThrow(/record\.jsonl: line 2 is not JSON; delete that line/);
  });
});
