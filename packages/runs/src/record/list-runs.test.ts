import { existsSync, mkdirSync } from "node:fs";
import { appendFile, mkdtemp, open, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { recordOf } from "../testing/records";
import { removeRuns, tagRuns } from "./annotate";
import { withChecksum } from "./checksum";
import { listRuns, recordFollower } from "./list-runs";
import type { RunFailure } from "./record";
import { appendRecord, readRecord } from "./record-file";
import { lineOf } from "./record-line";

/** Runs whose pictures are so large that ten of them have an index. */
const runs = Array.from({ length: 10 }, (_, i) => {
  const record = recordOf(i % 2 === 0 ? "SE-Emp" : "nokernel", 0.01 + i / 1000, { seed: i });
  const [picture] = record.result.filters;
  return {
    ...record,
    threads: [1],
    result: { ...record.result, filters: Array.from({ length: 400 }, () => picture!) },
  };
});
const lines = runs.map(lineOf);
const { result: _, execution: __, threads: ___, ...rest } = { ...recordOf("RandCon", 0.5), execution: undefined };
const failed: RunFailure = { ...rest, failure: { code: "DIVERGED", message: "the loss is NaN" } };

let [folder, file, index] = ["", "", ""];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "weightcast-list-"));
  [file, index] = [join(folder, "record.jsonl"), join(folder, "record.index.json")];
  await writeFile(file, lines.join(""));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** Runs and messages of damaged lines. */
async function listed() {
  const messages: string[] = [];
  const all = await listRuns(folder, { onDamaged: ({ message }) => messages.push(message) });
  return { runs: all, messages };
}

/** Follower of the record, and its messages of damaged lines. */
function followed() {
  const messages: string[] = [];
  return { ...recordFollower(folder, { onDamaged: ({ message }) => messages.push(message) }), messages };
}

/** List without an index: the record is read from its beginning. */
async function read() {
  const kept = await readFile(index).catch(() => undefined);
  await rm(index, { force: true, recursive: true });
  const all = await listed();
  await (kept ? writeFile(index, kept) : rm(index, { force: true }));
  return all;
}

const labels = async () => (await listed()).runs.map(({ end }) => end.spec.label);

/** Puts the time 10 s ahead, so that the record's last change is not a moment ago. */
const later = () => {
  const now = Date.now();
  vi.spyOn(Date, "now").mockReturnValue(now + 10_000);
};

/** Makes an index say something that the record does not, to see whether it is used. */
async function forge(from: string, to: string) {
  const { sum: _, ...document } = JSON.parse(
    (await readFile(index, "utf8")).replaceAll(`"label":"${from}"`, `"label":"${to}"`),
  );
  await writeFile(index, withChecksum(document));
}

/** Changes a byte in place, and puts the time of the last change back. */
async function changeByte(text: string, to: string) {
  const { atime, mtime } = await stat(file);
  const at = (await readFile(file)).indexOf(text);
  const handle = await open(file, "r+");
  await handle.write(to, at);
  await handle.close();
  await utimes(file, atime, mtime);
}

test("runs of an index are those of the record, whatever is appended later", async () => {
  const expected = runs.map((end) => ({ end: { ...end, result: { ...end.result, filters: [] } }, tags: [] }));
  expect((await listed()).runs).toEqual(expected);
  expect((await stat(index)).size).toBeLessThan((await stat(file)).size / 50);
  expect((await listed()).runs).toEqual(expected);
  const [one, second, third] = expected;
  const steps = [
    () => appendRecord(folder, failed),
    () => tagRuns(folder, [one!], { add: ["best"] }),
    () => appendFile(file, "not a line\n\n"),
    () => removeRuns(folder, [second!.end.id, failed.id]),
    () => appendRecord(folder, { id: "000000000000", tags: ["early"], tagged: "" }, ...runs.slice(0, 2)),
    () => appendRecord(folder, { ...runs[1]!, id: "000000000000" }),
    () => removeRuns(folder, [third!.end.id]),
    () => appendFile(file, lines[1]!.trimEnd()),
    () => appendFile(file, "\n"),
  ];
  const follower = followed();
  for (const step of steps) {
    await step();
    expect(await listed()).toEqual(await read());
    // One that goes on, and one that begins with the index.
    for (const one of [follower, followed()]) {
      await one.look();
      expect(one.state().runs()).toEqual((await listed()).runs);
    }
  }
  for (const one of [follower, followed()]) {
    await one.look();
    expect([second, third].map((run) => one.state().wasRemoved(run!.end.id))).toEqual([false, true]);
    expect(one.messages).toEqual([expect.stringContaining("line 13")]);
  }
  const ids = (await readRecord(folder, { onDamaged: () => {} })).map(({ id }) => id);
  const { runs: all, messages } = await listed();
  expect(all.map(({ end }) => end.id)).toEqual(ids);
  expect(messages).toEqual([expect.stringMatching(/record\.jsonl, line 13: left out, as its 10 bytes are not/)]);
  later();
  await listed();
  expect(await listed()).toEqual(await read());
});

test("of a record that has not changed, only the index is read", async () => {
  later();
  await listed();
  await forge("SE-Emp", "forged");
  expect(await labels()).toContain("forged");
});

test("after a change of the file, the index is used if the record begins with its bytes", async () => {
  await listed();
  await forge("SE-Emp", "forged");
  await appendRecord(folder, failed);
  expect(await labels()).toEqual(expect.arrayContaining(["forged", "RandCon"]));
});

test.each([
  ["in place", async () => {}],
  ["in place, and more is appended", () => appendRecord(folder, failed)],
])("a change of the first lines %s is noticed, although size and time are as before", async (_, append) => {
  later();
  await listed();
  await forge("SE-Emp", "forged");
  await changeByte('"testError":0.01', '"testError":0.07');
  await append();
  const { runs: all, messages } = await listed();
  expect(messages).toEqual([expect.stringMatching(/line 1: left out, as its checksum does not match/)]);
  expect(all.map(({ end }) => end.spec.label)).not.toContain("forged");
  expect(await listed()).toEqual(await read());
});

test("a record that was cut, or replaced by another, is read again", async () => {
  await listed();
  await writeFile(file, lines.slice(0, 9).join(""));
  expect((await listed()).runs).toHaveLength(9);
  await writeFile(file, lines.toReversed().join(""));
  expect((await listed()).runs.map(({ end }) => end.id)).toEqual(runs.map(({ id }) => id).toReversed());
  await rm(file);
  expect((await listed()).runs).toEqual([]);
});

test.each([
  ["cut", (text: string) => text.slice(0, -30)],
  ["empty", () => ""],
  ["changed", (text: string) => text.replace("0.01", "0.03")],
  ["of another version", (text: string) => withChecksum({ ...JSON.parse(text), version: 0, sum: undefined })],
])("an index that is %s is made again", async (_, change) => {
  await listed();
  const good = await readFile(index, "utf8");
  await writeFile(index, change(good));
  expect(await listed()).toEqual(await read());
  await listed();
  expect(await readFile(index, "utf8")).toBe(good);
});

test("where an index can't be written, runs are listed without it; a small record has none", async () => {
  mkdirSync(index);
  expect((await listed()).runs).toHaveLength(10);
  await rm(index, { recursive: true });
  await writeFile(file, lines.slice(0, 2).join(""));
  expect((await listed()).runs).toHaveLength(2);
  expect(existsSync(index)).toBe(false);
});

test("several at once make one index that fits", async () => {
  const all = await Promise.all([listed(), listed(), listed()]);
  expect(all[1]).toEqual(all[0]);
  expect(await listed()).toEqual(all[0]);
  await forge("SE-Emp", "forged");
  expect(await labels()).toContain("forged");
});
