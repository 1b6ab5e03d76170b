import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { recordOf } from "../testing/records";
import { appendRecord, readRecord } from "./record-file";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "weightcast-record-"));
});
afterEach(() => rm(folder, { recursive: true }));

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
});
