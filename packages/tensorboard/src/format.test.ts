import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { eventIn } from "./decode";
import { eventBytes, versionBytes } from "./encode";
import type { Event } from "./event";
import { framed, RecordError, recordAt } from "./framing";

const fixture = (name: string) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url));

/** Events of the fixture, which fixtures/events.py has TensorBoard write. */
const events: Event[] = JSON.parse(fixture("events.json").toString(), (key, value) =>
  key === "data" ? Uint8Array.from(value) : value,
);
const theirs = new Uint8Array(fixture("tensorboard.tfevents"));

test("events have the bytes that TensorBoard's own writer gives them", () => {
  const records = [versionBytes(events[0]!.time), ...events.map(eventBytes)].map(framed);
  expect(Buffer.concat(records).toString("hex")).toBe(Buffer.from(theirs).toString("hex"));
});

test("a file that TensorBoard wrote has the events that went in", () => {
  const found: (Event | undefined)[] = [];
  for (let record = recordAt(theirs, 0); record; record = recordAt(theirs, record.end))
    found.push(eventIn(record.data));
  expect(found).toEqual([undefined, ...events]);
});

test("what TensorBoard shows of that file: the last start drops what came after its step", () => {
  const shown = JSON.parse(fixture("shown.json").toString());
  const start = events.findLast(({ starts }) => starts)!;
  const before = events.slice(0, events.indexOf(start)).filter(({ step }) => step < start.step);
  const counted = [...before, ...events.slice(events.indexOf(start))];
  const of = (kind: string, tag: string) =>
    counted.flatMap(({ step, summaries }) =>
      summaries.filter((one) => one.kind === kind && one.tag === tag).map((one) => [step, one] as const),
    );
  expect(shown.scalars.loss).toEqual(of("scalar", "loss").map(([step, one]) => [step, "value" in one && one.value]));
  expect(shown.scalars.loss.map(([step]: [number]) => step)).toEqual([1, 300, 301]);
  expect(shown.scalars.rate).toEqual([[1, 0]]);
  const [[, histogram]] = shown.histograms["hidden_1/V"];
  expect(events[3]!.summaries[1]).toMatchObject({ histogram });
  expect(shown.images.filters[0].slice(0, 3)).toEqual([300, 1, 1]);
  expect(shown.texts.run).toEqual([[0, '    {"seed": 1, "über": "W = U V"}']]);
});

test.each([
  ["a bit of the data", 20],
  ["a bit of the length", 0],
])("%s has changed", (_, at) => {
  const changed = theirs.slice();
  changed[at]! ^= 1;
  expect(() => recordAt(changed, 0)).toThrow(RecordError);
});

test("a record without its end is not there yet", () => {
  const first = recordAt(theirs, 0)!.end;
  for (const length of [0, 11, 12, first - 1]) expect(recordAt(theirs.subarray(0, length), 0)).toBeUndefined();
  expect(recordAt(theirs.subarray(0, first), 0)).toBeDefined();
});
