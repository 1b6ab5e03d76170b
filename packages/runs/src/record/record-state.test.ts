import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { recordOf } from "../testing/records";
import { removeRuns, tagRuns } from "./annotate";
import { listRuns } from "./list-runs";
import type { RunFailure } from "./record";
import { appendRecord, readRecord } from "./record-file";
import { lineOf } from "./record-line";
import type { DamagedLine } from "./record-reader";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "weightcast-record-"));
});
afterEach(() => rm(folder, { recursive: true }));

const [first, second] = [recordOf("nokernel", 0.02), recordOf("SE-Emp", 0.021)];
const { id, spec, engine, finished } = second;
const failed: RunFailure = { id, spec, engine, finished, failure: { code: "DIVERGED", message: "the loss is NaN" } };
const ids = async () => (await readRecord(folder)).map((record) => record.id);

test("a removed run is not done; done again, it counts again, once, without its tags", async () => {
  await appendRecord(folder, first, second);
  await tagRuns(folder, await listRuns(folder), { add: ["old"] });
  await removeRuns(folder, [first.id]);
  expect(await ids()).toEqual([second.id]);
  expect(await readFile(join(folder, "record.jsonl"), "utf8")).toContain(lineOf(first));
  await appendRecord(folder, first, first);
  expect(await ids()).toEqual([second.id, first.id]);
  expect((await listRuns(folder)).map(({ tags }) => tags)).toEqual([["old"], []]);
});

test("a run is listed by its last end, and as failed only if it has no result", async () => {
  await appendRecord(folder, failed, first);
  expect((await listRuns(folder)).map(({ end }) => "failure" in end)).toEqual([true, false]);
  expect(await ids()).toEqual([first.id]);
  await appendRecord(folder, second, failed);
  expect((await listRuns(folder)).map(({ end }) => "failure" in end)).toEqual([false, false]);
});

test("runs are listed without the pictures of their filters, whatever their texts look like", async () => {
  const named = { ...first, spec: { ...first.spec, label: ',"filters":[ ]},"finished":' } };
  await appendRecord(folder, named, second);
  const withoutPictures = [named, second].map((end) => ({
    end: { ...end, result: { ...end.result, filters: [] } },
    tags: [],
  }));
  expect(await listRuns(folder)).toEqual(withoutPictures);
  // Lines of earlier versions have no checksum.
  await writeFile(join(folder, "record.jsonl"), `${JSON.stringify(named)}\n${JSON.stringify(second)}\n`);
  expect(await listRuns(folder)).toEqual(withoutPictures);
});

test("damaged pictures are named, although they are not read", async () => {
  await appendRecord(folder, first);
  const line = lineOf(second);
  await appendFile(join(folder, "record.jsonl"), line.replace('"level":-127', '"level":-128'));
  const damaged: DamagedLine[] = [];
  expect(await listRuns(folder, { onDamaged: (one) => damaged.push(one) })).toHaveLength(1);
  expect(damaged.map((one) => one.line)).toEqual([2]);
});

test("tags are a set; a change that changes nothing writes nothing; a tag is a word", async () => {
  await appendRecord(folder, first, second);
  await tagRuns(folder, await listRuns(folder), { add: ["a", "b"] });
  const changed = await tagRuns(folder, (await listRuns(folder)).slice(1), { add: ["c"], remove: ["a"] });
  expect(changed.map(({ tags }) => tags)).toEqual([["b", "c"]]);
  expect((await listRuns(folder)).map(({ tags }) => tags)).toEqual([
    ["a", "b"],
    ["b", "c"],
  ]);
  const before = await readFile(join(folder, "record.jsonl"), "utf8");
  await tagRuns(folder, await listRuns(folder), { add: ["b"] });
  expect(await readFile(join(folder, "record.jsonl"), "utf8")).toBe(before);
  await expect(tagRuns(folder, [], { add: ["two words"] })).rejects.toThrow(
    /^tag: must be a word .*; got "two words"$/,
  );
});

test("the path of the record file is as good as that of its folder", async () => {
  await appendRecord(join(folder, "record.jsonl"), first);
  expect(await ids()).toEqual([first.id]);
  expect(await readRecord(join(folder, "record.jsonl"))).toHaveLength(1);
});
