import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { archiveOf, md5, noise, type Served, serve } from "../testing/archives";
import type { Archive } from "./archive";
import { type FetchProgress, fetchArchive, type Pace } from "./fetch-archive";

// Separate processes, like a user's programs: locks and kills mean nothing within one.

const FILES = [
  { path: "data/a.bin", bytes: noise(100_000, 1) },
  { path: "data/b.bin", bytes: noise(60_000, 2) },
];

/** Fetches, reports its progress, and kills or stops itself at the requested point. */
const PROGRAM = `
  const { fetchArchive } = require("./download/fetch-archive.js");
  let { archive, cache, pace, end } = JSON.parse(process.argv[2]);
  const onProgress = (progress) => {
    process.send(progress);
    if (progress.phase !== end?.phase || progress.received < end.received) return;
    const { how } = end;
    end = undefined;
    process.kill(process.pid, how);
  };
  fetchArchive(archive, { cache, onProgress }, pace).then(
    (folder) => process.send({ folder }, () => process.exit(0)),
    (error) => process.send({ error: error.message }, () => process.exit(1)),
  );
`;

interface End {
  readonly phase: FetchProgress["phase"];
  readonly received: number;
  readonly how: "SIGKILL" | "SIGSTOP";
}

let code: string;
let cache: string;
let served: Served;
let server: Awaited<ReturnType<typeof serve>>;
let archive: Archive;
let packed: Buffer;
const children: ChildProcess[] = [];

beforeAll(async () => {
  code = await mkdtemp(join(tmpdir(), "weightcast-process-"));
  buildSync({
    entryPoints: [fileURLToPath(new URL("fetch-archive.ts", import.meta.url))],
    outdir: join(code, "download"),
    bundle: true,
    format: "cjs",
    platform: "node",
    alias: { "@weightcast/disk": fileURLToPath(new URL("../../../disk/src/index.ts", import.meta.url)) },
  });
  await writeFile(join(code, "program.js"), PROGRAM);
});
afterAll(() => rm(code, { recursive: true }));

beforeEach(async () => {
  cache = join(await mkdtemp(join(tmpdir(), "weightcast-process-")), "cache");
  served = { body: new Uint8Array(), etag: '"one"', trickle: { bytes: 20_000, ms: 5 } };
  server = await serve(served);
  ({ archive, packed } = archiveOf(server.url, FILES));
  served.body = packed;
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await server.close();
  await rm(join(cache, ".."), { recursive: true });
});

const env = { ...process.env, NODE_NO_WARNINGS: "1" };

/** Starts a process and collects its messages until it ends. */
function start(end?: End, pace: Pace = {}) {
  const child = fork(join(code, "program.js"), [JSON.stringify({ archive, cache, pace, end })], { env, execArgv: [] });
  children.push(child);
  const messages: Partial<FetchProgress & { folder: string; error: string }>[] = [];
  child.on("message", (message: object) => messages.push(message));
  return { child, messages, ended: once(child, "exit") };
}

/** Waits until a condition holds; throws if a process ends before that. */
async function until(reached: () => Promise<boolean> | boolean, processes: readonly ReturnType<typeof start>[]) {
  while (!(await reached())) {
    for (const { child, messages } of processes)
      if (child.exitCode !== null) throw new Error(JSON.stringify(messages.at(-1)));
    await sleep(10);
  }
}

const arrivedOf = ({ md5: sum }: Archive): Promise<number> =>
  stat(join(cache, `tiny-${sum.slice(0, 12)}.part`, "archive.tar.gz")).then(
    ({ size }) => size,
    () => 0,
  );

async function expectWhole(folder: string) {
  expect(await readdir(cache)).toEqual([`tiny-${archive.md5.slice(0, 12)}`]);
  expect(md5(await readFile(join(folder, "a.bin")))).toBe(md5(FILES[0]!.bytes));
  expect(md5(await readFile(join(folder, "b.bin")))).toBe(md5(FILES[1]!.bytes));
}

describe("fetchArchive in several processes", () => {
  test("three at once: one downloads, all get the data, and those that wait report it", async () => {
    let release = () => {};
    served.hold = new Promise<void>((resolve) => {
      release = resolve;
    });
    const processes = [start(), start(), start()];
    const waiting = () => processes.filter(({ messages }) => messages.some(({ phase }) => phase === "waiting")).length;
    await until(() => server.seen.length > 0 && waiting() === 2, processes);
    release();
    for (const { ended } of processes) expect(await ended).toEqual([0, null]);
    const folder = join(cache, `tiny-${archive.md5.slice(0, 12)}`);
    for (const { messages } of processes) expect(messages.at(-1)).toEqual({ folder });
    expect(server.seen).toHaveLength(1);
    const phases = processes.map(({ messages }) => new Set(messages.map(({ phase }) => phase)));
    expect(phases.filter((phase) => phase.has("downloading"))).toHaveLength(1);
    expect(phases.filter((phase) => phase.has("waiting") && !phase.has("downloading"))).toHaveLength(2);
    await expectWhole(folder);
  });

  test.each<[string, Omit<End, "how">, number]>([
    ["before the first byte", { phase: "downloading", received: 0 }, 0],
    ["in the middle of the download", { phase: "downloading", received: 60_000 }, 60_000],
    ["while it verifies", { phase: "verifying", received: 1 }, 160_000],
    ["while it extracts", { phase: "extracting", received: 1 }, 160_000],
  ])("killed %s: nothing looks finished, and the next one resumes at once", async (_, end, arrived) => {
    const { ended } = start({ ...end, how: "SIGKILL" });
    expect(await ended).toEqual([null, "SIGKILL"]);
    const key = `tiny-${archive.md5.slice(0, 12)}`;
    expect((await readdir(cache)).sort()).toEqual([`${key}.lock`, `${key}.part`]);
    const phases = new Set<string>();
    await expectWhole(await fetchArchive(archive, { cache, onProgress: ({ phase }) => phases.add(phase) }));
    // The lock of a process that no longer exists delays no one.
    expect([...phases]).not.toContain("waiting");
    const ranges = server.seen.slice(1).map(({ range }) => Number(range?.slice(6, -1) ?? 0));
    expect(ranges.length).toBeLessThanOrEqual(arrived === 160_000 ? 0 : 1);
    for (const range of ranges) expect(range).toBeGreaterThanOrEqual(arrived);
  });

  test.skipIf(process.platform === "win32")("one that hangs is given up; when it wakes, it does no harm", async () => {
    const pace: Pace = { lock: { beatMs: 50, goneMs: 400 } };
    const hanging = start({ phase: "downloading", received: 40_000, how: "SIGSTOP" }, pace);
    const { child, messages, ended } = hanging;
    // Its last messages may be held back with it.
    await until(async () => (await arrivedOf(archive)) >= 40_000, [hanging]);
    const waits: FetchProgress[] = [];
    const onProgress = (progress: FetchProgress) => progress.phase === "waiting" && waits.push(progress);
    const folder = await fetchArchive(archive, { cache, onProgress }, pace);
    await expectWhole(folder);
    expect(waits.at(-1)!.received).toBeGreaterThanOrEqual(40_000);
    child.kill("SIGCONT");
    expect(await ended).toEqual([1, null]);
    expect(messages.at(-1)!.error).toMatch(
      /must be held by the process that writes to the cache|must be a folder to write to/,
    );
    await expectWhole(folder);
  });

  test("a lock of an unknown machine that has not been renewed for long delays no one", async () => {
    await mkdir(cache);
    const lock = join(cache, `tiny-${archive.md5.slice(0, 12)}.lock`);
    await writeFile(lock, JSON.stringify({ token: "x", pid: 1, place: "elsewhere" }));
    await expectWhole(await fetchArchive(archive, { cache }, { lock: { beatMs: 50, goneMs: 100 } }));
    await rm(cache, { recursive: true });
    await mkdir(cache);
    // As left by a process that is killed between creating the file and writing to it.
    await writeFile(lock, "");
    await expectWhole(await fetchArchive(archive, { cache }, { lock: { beatMs: 50, goneMs: 100 } }));
  });
});
