import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runEventsFolder, whilePlanned, withClaim } from "@weightcast/runs";
import { appendRecord, eventTags, removeRuns } from "@weightcast/runs/record";
import { nameOf, resolveRun } from "@weightcast/runs/spec";
import { recordOf } from "@weightcast/runs/testing";
import { image, openEvents, scalar, text } from "@weightcast/tensorboard";
import { decode, encode } from "fast-png";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { type Board, openBoard } from "./board";
import type { Change, Details, RecordedPage, Snapshot } from "./protocol";

let folder: string;
let board: Board;
const errors: unknown[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "weightcast-board-"));
  errors.length = 0;
  board = await openBoard(folder, { onError: (error) => errors.push(error) });
});
afterEach(async () => {
  await board.close();
  rmSync(folder, { recursive: true, force: true });
  expect(errors).toEqual([]);
});

const get = (path: string) => fetch(board.url + path);
const jsonOf = async <T>(path: string): Promise<T> => (await get(path)).json() as Promise<T>;

/** Messages of the stream, as they come. */
async function messages() {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const { body } = await fetch(`${board.url}stream`, { signal: stop.signal });
  const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  return {
    /** Next message; waits for it. */
    async next<T>(): Promise<T> {
      while (!buffer.includes("\n\n")) buffer += (await reader.read()).value ?? expect.unreachable("the stream ended");
      const at = buffer.indexOf("\n\n");
      const [message, rest] = [buffer.slice(0, at), buffer.slice(at + 2)];
      buffer = rest;
      return JSON.parse(message.slice(message.indexOf("data: ") + 6)) as T;
    },
  };
}

const spec = resolveRun({ label: "live", training: { epochs: 4 } });
const run = { id: "0123456789ab", spec };
/** Begins the event files of a run of 4 epochs with 10 steps. */
async function begun() {
  const writer = await openEvents(runEventsFolder(folder, run));
  onTestFinished(() => writer.close());
  const notes = { id: run.id, label: nameOf(spec), steps: 40, stepsPerEpoch: 10, spec };
  await writer.add(0, [text(eventTags.run, JSON.stringify(notes))]);
  return writer;
}

/** Answer to a request with headers of its own. */
const statusWith = (headers: Record<string, string>, path: string, method = "GET"): Promise<number> =>
  new Promise((done, fail) => {
    const { port } = new URL(board.url);
    request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
      response.resume();
      done(response.statusCode!);
    })
      .on("error", fail)
      .end();
  });

test("only who knows the token and names this host gets anything", async () => {
  const { origin, pathname, port } = new URL(board.url);
  expect(pathname).toMatch(/^\/[0-9a-f]{32}\/$/);
  for (const path of ["/", "/runs", `/${"0".repeat(32)}/`, `${pathname.slice(0, -2)}/`, "/%2e%2e/"])
    expect((await fetch(origin + path)).status).toBe(403);
  expect(await statusWith({}, pathname)).toBe(200);
  expect(await statusWith({ host: `localhost:${port}` }, pathname)).toBe(200);
  // A name of someone else's that leads here: DNS rebinding.
  for (const host of [`evil.example:${port}`, "127.0.0.1", `127.0.0.1.evil.example:${port}`])
    expect(await statusWith({ host }, pathname)).toBe(403);
  expect(await statusWith({}, pathname, "POST")).toBe(405);
});

test("the page takes nothing from elsewhere, and leaves nothing", async () => {
  const { headers, status } = await get("");
  expect(status).toBe(200);
  const policy = headers.get("content-security-policy")!;
  expect(policy).toContain("default-src 'none'; script-src 'self';");
  expect(policy).not.toMatch(/https?:|\*/);
  expect(headers.get("referrer-policy")).toBe("no-referrer");
  expect(headers.get("cache-control")).toBe("no-store");
  expect((await get("nothing")).status).toBe(404);
  expect((await get("filters/0123456789ab.png")).status).toBe(404);
  expect((await get("../package.json")).status).toBe(403);
});

test("rows of the record: a page of them, selected and sorted; a damaged line is named", async () => {
  const records = [0.03, 0.01, 0.02].map((error, i) => recordOf("SE-Emp", error, { seed: i + 1 }));
  await appendRecord(folder, ...records);
  appendFileSync(join(folder, "record.jsonl"), '{"id":\n');
  const failure = { code: "DIVERGED", message: "the loss is not finite" };
  const { spec: failedSpec, engine } = recordOf("RandCon", 1);
  await appendRecord(folder, {
    id: "00000000000f",
    spec: failedSpec,
    engine,
    failure,
    finished: "2026-01-02T00:00:00Z",
  });
  const stream = await messages();
  const { counts } = await stream.next<Snapshot>();
  expect(counts).toEqual({ running: 0, waiting: 0, stopped: 0, done: 3, failed: 1 });
  const ids = async (query: string) => (await jsonOf<RecordedPage>(`runs?${query}`)).runs.map(({ id }) => id);
  const [a, b, c] = records.map(({ id }) => id);
  expect(await ids("")).toEqual(["00000000000f", c, b, a]);
  expect(await ids("filter=method%3DSE-Emp&sort=error")).toEqual([b, c, a]);
  expect(await ids("from=1&count=2")).toEqual([c, b]);
  expect(await jsonOf<RecordedPage>("runs?filter=testError<2%25")).toMatchObject({
    total: 1,
    runs: [{ id: b, error: "1.00%", learned: records[1]!.result.account.proportion, epochs: 2, failed: false }],
  });
  const answer = await get("runs?filter=colour%3D1");
  expect([answer.status, await answer.text()]).toEqual([
    400,
    expect.stringContaining("must name a field that a run has"),
  ]);
});

test("runs that a process has still to begin: the first six, and how many there are", async () => {
  const runs = Array.from({ length: 30 }, (_, i) => ({
    id: `0000000000${10 + i}`,
    label: `dense seed ${i}`,
    epochs: 10,
  }));
  const stream = await messages();
  expect((await stream.next<Snapshot>()).counts.waiting).toBe(0);
  await whilePlanned(folder, runs, async () => {
    const { counts, live } = await stream.next<Change>();
    expect(counts).toMatchObject({ waiting: 30 });
    expect(live).toHaveLength(6);
    expect(live![3]).toEqual({
      ...{ id: "000000000013", label: "dense seed 3", state: "waiting", epoch: 0, epochs: 10, share: 0 },
    });
    // One that ends makes room for another.
    await appendRecord(folder, { ...recordOf("dense", 0.1), id: runs[3]!.id });
    const next = await stream.next<Change>();
    expect(next).toMatchObject({ counts: { waiting: 29, done: 1 }, gone: [runs[3]!.id], live: [{ id: runs[6]!.id }] });
  });
  expect(await stream.next<Change>()).toMatchObject({ counts: { waiting: 0 }, gone: expect.any(Array) });
});

test("a live run: progress, points and pictures as they come; only changes are sent; the end", async () => {
  const writer = await begun();
  let end = () => {};
  const claimed = withClaim(folder, run.id, {}, () => new Promise<void>((done) => (end = done)));
  await expect.poll(() => readFileSync(join(folder, "checkpoints", `${run.id}.lock`), "utf8")).toContain("pid");
  const stream = await messages();
  const snapshot = await stream.next<Snapshot>();
  expect(snapshot.live).toMatchObject([
    { id: run.id, label: nameOf(spec), state: "running", epoch: 0, epochs: 4, share: 0 },
  ]);
  await writer.start(1);
  await writer.add(5, [scalar(eventTags.loss, 0.5), scalar(eventTags.speed, 7)]);
  const first = await stream.next<Change>();
  expect(first).toEqual({
    live: [expect.objectContaining({ epoch: 1, share: 0.125, loss: 0.5, stepsPerSecond: 7, secondsLeft: 5 })],
    points: { [run.id]: { loss: [[0.5, 0.5]], error: [] } },
  });
  const png = encode({ width: 1, height: 1, data: Uint8Array.of(1, 2, 3, 255), channels: 4 });
  await writer.add(10, [scalar("error/test error", 0.25), image(eventTags.filters, png, { width: 1, height: 1 })]);
  const second = await stream.next<Change>();
  expect(second.points).toEqual({ [run.id]: { loss: [], error: [[1, 0.25]] } });
  expect(second.live).toMatchObject([{ error: "25.00%", errorName: "test error", picture: 10 }]);
  expect(Object.keys(second).sort()).toEqual(["live", "points"]);
  expect(new Uint8Array(await (await get(`filters/${run.id}.png`)).arrayBuffer())).toEqual(new Uint8Array(png));
  const details = await jsonOf<Details>(`details?ids=${run.id}`);
  expect(details.curves[run.id]).toEqual({ loss: [[0.5, 0.5]], error: [[1, 0.25]] });

  // It goes on from a checkpoint at step 7: what came later no longer counts.
  await writer.start(8);
  const third = await stream.next<Change>();
  expect(third.cut).toEqual([run.id]);
  expect((await jsonOf<Details>(`details?ids=${run.id}`)).curves[run.id]).toEqual({ loss: [[0.5, 0.5]], error: [] });

  const record = { ...recordOf("SE-Emp", 0.02), id: run.id };
  await appendRecord(folder, record);
  end();
  await claimed;
  let change: Change = {};
  while (!change.gone) change = { ...change, ...(await stream.next<Change>()) };
  expect(change).toMatchObject({ gone: [run.id], recorded: true, counts: { running: 0, done: 1 } });
});

test("a run that nobody does is stopped; one that waits in a queue is claimed, without files; a removed one is gone", async () => {
  await begun();
  const claimed = withClaim(
    folder,
    "00000000000a",
    {},
    (stop) => new Promise<void>((done) => stop.addEventListener("abort", () => done())),
  );
  void claimed.catch(() => {});
  await expect.poll(() => readFileSync(join(folder, "checkpoints", "00000000000a.lock"), "utf8")).toContain("pid");
  const stream = await messages();
  const { live, counts } = await stream.next<Snapshot>();
  expect(live.map(({ id, state }) => [id, state]).sort()).toEqual([
    ["00000000000a", "waiting"],
    [run.id, "stopped"],
  ]);
  expect(counts).toMatchObject({ running: 0, waiting: 1, stopped: 1 });
  await removeRuns(folder, [run.id]);
  rmSync(join(folder, "checkpoints", "00000000000a.lock"));
  let gone: readonly string[] = [];
  while (gone.length < 2) gone = [...gone, ...((await stream.next<Change>()).gone ?? [])];
  expect(gone.toSorted()).toEqual(["00000000000a", run.id]);
});

test("chosen runs: curves, settings that differ, the filters of the record", async () => {
  const [a, b] = [recordOf("SE-Emp", 0.02), recordOf("RandCon", 0.03, { proportion: 0.1 })];
  await appendRecord(folder, a, b);
  const details = await jsonOf<Details>(`details?ids=${a.id},${b.id},0000000000ff`);
  expect(Object.keys(details.curves)).toEqual([a.id, b.id]);
  expect(details.curves[a.id]).toEqual({
    loss: a.result.history.map(({ loss }, i) => [i + 1, loss]),
    error: [
      [1, 0.04],
      [2, 0.02],
    ],
  });
  expect(details.differences[0]).toEqual({ field: "label", values: ["SE-Emp", "RandCon"] });
  expect(details.names[a.id]).toMatchObject({ error: "2.00%", errorName: "test error" });
  const picture = decode(new Uint8Array(await (await get(`filters/${a.id}.png`)).arrayBuffer()));
  expect([picture.width, picture.height]).toEqual([28, 28]);
  expect((await get("details?ids=x")).status).toBe(400);
  const report = await get(`report?ids=${a.id}`);
  expect(await report.text()).toContain("First-layer filters");
  expect(report.headers.get("content-security-policy")).toContain("script-src 'unsafe-inline'");
});

test("a damaged event file is named", async () => {
  await begun();
  writeFileSync(join(runEventsFolder(folder, run), "zz.tfevents"), "no event file, whatever its name says");
  const stream = await messages();
  const { live, notes } = await stream.next<Snapshot>();
  expect(live).toHaveLength(1);
  expect(notes).toEqual([expect.stringContaining("zz.tfevents: left out from here on")]);
  appendFileSync(join(folder, "record.jsonl"), '{"id":\n');
  expect(await stream.next<Change>()).toEqual({ notes: [expect.stringContaining("record.jsonl, line 1: left out")] });
});

test("a port that is none", async () => {
  await expect(openBoard(folder, { port: -1 })).rejects.toThrow(
    new RangeError("openBoard: port must be an integer in [0, 65535]; got -1"),
  );
});
