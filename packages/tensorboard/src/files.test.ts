import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { eventAt, eventReader, histogram, image, type PlacedEvent, scalar, text } from ".";
import { openEvents } from "./writer";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "weightcast-events-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function all(read: () => AsyncGenerator<PlacedEvent>): Promise<PlacedEvent[]> {
  const events: PlacedEvent[] = [];
  for await (const event of read()) events.push(event);
  return events;
}

test("what is added is read, once, also while the file grows and in a further file", async () => {
  const path = join(folder(), "a/b");
  const read = eventReader(path);
  expect(await all(read)).toEqual([]);
  const writer = await openEvents(path);
  const png = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251);
  await writer.start(0);
  await writer.add(1, [scalar("loss", 0.5), text("run", "ü"), histogram("V", [1, 2])]);
  const [start, first] = await all(read);
  expect(start).toMatchObject({ step: 0, starts: true, summaries: [] });
  expect(first!.summaries).toEqual([scalar("loss", 0.5), text("run", "ü"), histogram("V", [1, 2])]);
  expect(first!.time).toBeCloseTo(Date.now() / 1000, -2);
  // Not awaited one by one: they are written in the order of the calls.
  await Promise.all([
    writer.add(2, [image("filters", png, { width: 2, height: 3 })]),
    writer.add(3, [scalar("loss", 0.25)]),
  ]);
  const [picture, last] = await all(read);
  expect(picture!.summaries).toEqual([image("filters", png, { width: 2, height: 3 })]);
  expect(last!.step).toBe(3);
  await writer.close();
  const further = await openEvents(path);
  await further.add(4, [scalar("loss", 0.125)]);
  await further.close();
  expect((await all(read)).map(({ step }) => step)).toEqual([4]);
  expect(await all(read)).toEqual([]);
  expect(await eventAt(picture!.place)).toEqual(picture);
  expect(readdirSync(path)).toHaveLength(2);
});

test("an event that is not complete is left to the next call", async () => {
  const path = folder();
  const writer = await openEvents(path);
  await writer.add(1, [scalar("loss", 0.5)]);
  const { size } = statSync(writer.file);
  await writer.add(2, [scalar("loss", 0.25)]);
  await writer.close();
  const bytes = readFileSync(writer.file);
  truncateSync(writer.file, size + 5);
  const read = eventReader(path);
  expect((await all(read)).map(({ step }) => step)).toEqual([1]);
  appendFileSync(writer.file, bytes.subarray(size + 5));
  expect((await all(read)).map(({ step }) => step)).toEqual([2]);
});

test("a damaged file is named once; the other files are read", async () => {
  const path = folder();
  const writer = await openEvents(path);
  await writer.add(1, [scalar("loss", 0.5)]);
  const { size } = statSync(writer.file);
  await writer.add(2, [scalar("loss", 0.25)]);
  await writer.close();
  const bytes = readFileSync(writer.file);
  bytes[size + 14]! ^= 1;
  writeFileSync(writer.file, bytes);
  writeFileSync(join(path, "zzz.tfevents"), "no event file, but it is named like one");
  const messages: string[] = [];
  const read = eventReader(path, { onDamaged: (message) => messages.push(message) });
  expect((await all(read)).map(({ step }) => step)).toEqual([1]);
  expect(await all(read)).toEqual([]);
  expect(messages).toEqual([
    `${writer.file}: left out from here on, as the checksum of the record at byte ${size} does not match (delete the file to end this message)`,
    expect.stringContaining("zzz.tfevents: left out from here on, as the bytes from 0 on are no record"),
  ]);
});

test("two writers at the same second have files of their own", async () => {
  const path = folder();
  const writers = await Promise.all([openEvents(path), openEvents(path)]);
  await Promise.all(writers.map((writer) => writer.close()));
  expect(new Set(writers.map(({ file }) => file)).size).toBe(2);
});

test("after a failure nothing more is written, and each call says why", async () => {
  const writer = await openEvents(folder());
  await writer.close();
  await expect(writer.add(1, [])).rejects.toMatchObject({ code: "EBADF" });
  await expect(writer.add(2, [])).rejects.toMatchObject({ code: "EBADF" });
});
