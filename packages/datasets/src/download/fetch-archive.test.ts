import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { archiveOf, md5, noise, type Served, serve, tar } from "../testing/archives";
import type { Archive } from "./archive";
import { fetchFiles } from "./archive-files";
import { type FetchOptions, type FetchProgress, fetchArchive, type Pace } from "./fetch-archive";

const FILES = [
  { path: "data/a.bin", bytes: noise(100_000, 1) },
  { path: "data/b.bin", bytes: noise(60_000, 2) },
];
const PACE: Pace = { retries: 2, backoffMs: 1 };

let cache: string;
let served: Served;
let server: Awaited<ReturnType<typeof serve>>;
let archive: Archive;
let packed: Buffer;

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "weightcast-fetch-"));
  served = { body: new Uint8Array(), etag: '"one"', stored: () => kept().catch(() => 0) };
  server = await serve(served);
  ({ archive, packed } = archiveOf(server.url, FILES));
  served.body = packed;
});
afterEach(async () => {
  vi.restoreAllMocks();
  await server.close();
  await rm(cache, { recursive: true });
});

/** Timers with exactly this delay, which the test fires itself instead of relying on the clock of a busy machine. */
function watchTimers(delay: number) {
  const real = setTimeout;
  const timers: { fire: () => void; refreshed: number }[] = [];
  vi.spyOn(globalThis, "setTimeout").mockImplementation(((fire: () => void, ms?: number) => {
    if (ms !== delay) return real(fire, ms);
    const timer = { fire, refreshed: 0, refresh: () => ++timer.refreshed };
    timers.push(timer);
    return timer;
  }) as typeof setTimeout);
  return { timers };
}

const FOR_LONG = { timeout: 20_000, interval: 5 };

const get = (options: FetchOptions = {}, pace = PACE) => fetchArchive(archive, { cache, ...options }, pace);

/** Expects the cache to contain only the finished folder, with the two files. */
async function expectWhole(folder: string) {
  expect(await readdir(cache)).toEqual([`tiny-${archive.md5.slice(0, 12)}`]);
  expect(join(cache, `tiny-${archive.md5.slice(0, 12)}`)).toBe(folder);
  expect((await readdir(folder)).sort()).toEqual(["SHA256SUMS", "a.bin", "b.bin"]);
  expect(md5(await readFile(join(folder, "a.bin")))).toBe(md5(FILES[0]!.bytes));
  expect(md5(await readFile(join(folder, "b.bin")))).toBe(md5(FILES[1]!.bytes));
}

/** Bytes of the download that are kept. */
const kept = () =>
  stat(join(cache, `tiny-${archive.md5.slice(0, 12)}.part`, "archive.tar.gz")).then(({ size }) => size);

describe("fetchArchive", () => {
  test("downloads, extracts, and keeps only the files; a second call needs no server", async () => {
    const seen: FetchProgress[] = [];
    const folder = await get({ onProgress: (progress) => seen.push(progress) });
    await expectWhole(folder);
    expect(server.seen).toEqual([{ range: undefined, ifRange: undefined, encoding: "identity", sent: packed.length }]);
    expect([...new Set(seen.map(({ phase }) => phase))]).toEqual(["downloading", "verifying", "extracting"]);
    for (const phase of ["downloading", "verifying", "extracting"])
      expect(seen.filter((progress) => progress.phase === phase).at(-1)).toEqual({
        phase,
        received: packed.length,
        total: packed.length,
      });
    await server.close();
    expect(await get()).toBe(folder);
  });

  test("after a broken connection, it resumes where it broke, and no byte is sent twice", async () => {
    served.ends = [
      { after: 50_000, how: "break" },
      { after: 30_000, how: "break" },
    ];
    await expectWhole(await get());
    expect(server.seen.map(({ range, ifRange }) => ({ range, ifRange }))).toEqual([
      { range: undefined, ifRange: undefined },
      { range: "bytes=50000-", ifRange: '"one"' },
      { range: "bytes=80000-", ifRange: '"one"' },
    ]);
    expect(server.seen.reduce((sum, { sent }) => sum + sent, 0)).toBe(packed.length);
  });

  test("a later call resumes where an earlier one gave up, by date if there is no ETag", async () => {
    served.etag = 'W/"weak"';
    served.lastModified = "Mon, 08 Jun 2009 20:00:00 GMT";
    served.ends = [{ after: 70_000, how: "break" }];
    await expect(get({}, { ...PACE, retries: 0 })).rejects.toMatchObject({
      name: "DatasetError",
      code: "download",
      file: server.url,
      message: expect.stringMatching(
        /must send the whole file; got a broken connection after 70000 bytes .*; try again/,
      ),
    });
    expect(await kept()).toBe(70_000);
    await expectWhole(await get());
    expect(server.seen[1]).toMatchObject({ range: "bytes=70000-", ifRange: "Mon, 08 Jun 2009 20:00:00 GMT" });
    expect(server.seen[1]!.sent).toBe(packed.length - 70_000);
  });

  test("retries end if the ETag changes every time and every connection breaks", async () => {
    served.ends = Array.from({ length: 99 }, (_, i) => ({ after: 10_000 + 20_000 * (i % 2), how: "break" as const }));
    served.tag = (i) => `"${i}"`;
    await expect(get()).rejects.toMatchObject({ code: "download" });
    // 10,000, then 30,000, a new maximum; after that, two retries that bring no more.
    expect(server.seen).toHaveLength(4);
  });

  test("retries end if the server answers every range request with a wrong range", async () => {
    served.ends = Array.from({ length: 99 }, () => ({ after: 10_000, how: "break" as const }));
    served.contentRange = "bytes 0-9/100";
    await expect(get()).rejects.toMatchObject({ code: "download" });
    // The whole file, of which the beginning arrives, and two retries; the part is discarded in between.
    expect(server.seen.map(({ range }) => range)).toEqual([undefined, "bytes=10000-", undefined]);
  });

  test("retries end; those that made progress do not count", async () => {
    served.ends = Array.from({ length: 99 }, () => ({ after: 0, how: "break" as const }));
    await expect(get()).rejects.toMatchObject({ code: "download" });
    expect(server.seen).toHaveLength(3);
    served.ends = Array.from({ length: 3 + 6 }, () => ({ after: 25_000, how: "break" as const }));
    await expectWhole(await get());
    expect(server.seen).toHaveLength(3 + 7);
  });

  test.each([
    ["a server without ranges", { ranges: false }],
    ["a server that does not identify its file", { etag: undefined }],
    ["a server whose file has changed", { etag: '"two"' }],
    ["a server whose file has changed and that ignores If-Range", { etag: '"two"', ranges: "always" as const }],
  ])("%s: the download restarts", async (_, change) => {
    served.ends = [{ after: 50_000, how: "break" }];
    if ("etag" in change && change.etag === undefined) served.etag = undefined;
    await expect(get({}, { ...PACE, retries: 0 })).rejects.toMatchObject({ code: "download" });
    Object.assign(served, change);
    await expectWhole(await get());
    expect(server.seen.at(-1)!.sent).toBe(packed.length);
  });

  test("other bytes of the right length fail the checksum and are removed; the next call succeeds", async () => {
    served.body = Buffer.from(packed);
    served.body[1000]! ^= 1;
    await expect(get()).rejects.toMatchObject({
      code: "checksum",
      message: expect.stringContaining(`be the archive whose MD5 is ${archive.md5}; got ${md5(served.body)}`),
    });
    expect(await readdir(cache)).toEqual([]);
    served.body = packed;
    await expectWhole(await get());
    expect(server.seen[1]!.range).toBeUndefined();
  });

  test("a changed file of the same length and date is detected by its checksum", async () => {
    served.ends = [{ after: 50_000, how: "break" }];
    const other = Buffer.from(packed).reverse();
    await expect(get({}, { ...PACE, retries: 0 })).rejects.toMatchObject({ code: "download" });
    served.body = other;
    await expect(get()).rejects.toMatchObject({ code: "checksum" });
    expect(await readdir(cache)).toEqual([]);
  });

  test("silence for stallMs is an error that keeps the received bytes", async () => {
    served.ends = [{ after: 40_000, how: "stall" }];
    const watch = watchTimers(7777);
    const got = get({ stallMs: 7777 }, { ...PACE, retries: 0 });
    void vi.waitFor(async () => expect(await kept()).toBe(40_000), FOR_LONG).then(() => watch.timers[0]!.fire());
    await expect(got).rejects.toMatchObject({
      code: "stalled",
      message: `${server.url}: must send something every 7.777 s; got nothing more after 40000 bytes; try again: what arrived is kept, and the download goes on from there`,
    });
    expect(await kept()).toBe(40_000);
    await expectWhole(await get());
    expect(server.seen[1]!.range).toBe("bytes=40000-");
  });

  test("silence before the first byte: a retry succeeds; a slow server is not silent", async () => {
    served.ends = [{ after: 0, how: "stall" }];
    served.trickle = { bytes: 40_000, ms: 5 };
    const watch = watchTimers(7777);
    const got = get({ stallMs: 7777 });
    await vi.waitFor(() => expect(server.seen).toHaveLength(1), FOR_LONG);
    watch.timers[0]!.fire();
    await expectWhole(await got);
    expect(server.seen).toHaveLength(2);
    // The watch restarts with every chunk.
    expect(watch.timers).toHaveLength(2);
    expect(watch.timers[0]!.refreshed).toBe(0);
    expect(watch.timers[1]!.refreshed).toBeGreaterThan(0);
  });

  test("HTTP errors: 404 is thrown at once, 503 after retries; the part is kept", async () => {
    served.ends = [{ after: 40_000, how: "break" }];
    await expect(get({}, { ...PACE, retries: 0 })).rejects.toMatchObject({ code: "download" });
    Object.assign(served, { ranges: false, status: 404 });
    await expect(get()).rejects.toMatchObject({
      code: "download",
      message: expect.stringContaining("got HTTP 404 Not Found"),
    });
    expect(server.seen).toHaveLength(2);
    served.status = 503;
    await expect(get()).rejects.toMatchObject({ code: "download", message: expect.stringContaining("HTTP 503") });
    expect(server.seen).toHaveLength(5);
    expect(await kept()).toBe(40_000);
    Object.assign(served, { ranges: true, status: 200 });
    await expectWhole(await get());
    expect(server.seen[5]!.range).toBe("bytes=40000-");
  });

  test("a server that does not run", async () => {
    await server.close();
    await expect(get()).rejects.toMatchObject({ code: "download", message: expect.stringContaining("ECONNREFUSED") });
    await expect(get()).rejects.toMatchObject({
      message: expect.stringMatching(
        /^http:.*; without a network, fetch that address elsewhere, put the file into a folder, and read the folder: for weightcast, --data FOLDER$/,
      ),
    });
    expect(await readdir(cache)).toEqual([]);
  });

  test.each([
    ["larger", 1_000_000, "oversize"],
    ["smaller", 1000, "wrong-format"],
  ])("a %s file is refused by its Content-Length, before its body", async (_, length, code) => {
    served.body = new Uint8Array(length);
    served.headers = { "Content-Type": "text/html" };
    served.hold = new Promise(() => {});
    await expect(get()).rejects.toMatchObject({
      code,
      message: expect.stringContaining(`must hold ${packed.length} bytes, as was published; got ${length} (text/html)`),
    });
    expect(server.seen).toHaveLength(1);
    expect(server.seen[0]!.sent).toBe(0);
    expect(await readdir(cache)).toEqual([]);
  });

  test("an absurd Content-Length, and a longer body without one, are refused", async () => {
    served.headers = { "Content-Length": "99999999999999" };
    await expect(get()).rejects.toMatchObject({ code: "oversize" });
    served.headers = { "Transfer-Encoding": "chunked" };
    served.body = noise(packed.length + 1, 4);
    await expect(get()).rejects.toMatchObject({ code: "oversize", message: expect.stringContaining("got more") });
    served.body = packed;
    await expectWhole(await get());
  });

  test("another md5 means another folder and any size up to twice the published one", async () => {
    const other = archiveOf(server.url, FILES, FILES, gzipSync(packed));
    // A gzip of the gzip: the checksum is right, but there is no tar inside.
    served.body = other.packed;
    await expect(get({ md5: other.archive.md5 })).rejects.toMatchObject({ code: "corrupt" });
    served.body = noise(2 * packed.length + 1, 5);
    await expect(get({ md5: md5(served.body) })).rejects.toMatchObject({ code: "oversize" });
    served.body = packed;
    await expectWhole(await get());
  });

  test("an HTML page of the right length is named as such", async () => {
    served.body = Buffer.alloc(packed.length, "<html>please log in</html> ");
    await expect(get()).rejects.toMatchObject({
      code: "checksum",
      message: expect.stringContaining("bytes, an HTML page"),
    });
    expect(await readdir(cache)).toEqual([]);
  });

  test("an encoding that was not requested is refused", async () => {
    served.headers = { "Content-Encoding": "gzip" };
    await expect(get()).rejects.toMatchObject({
      code: "download",
      message: expect.stringContaining("Content-Encoding"),
    });
  });

  test("aborted: throws the signal's reason and keeps the received bytes", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    served.trickle = { bytes: 20_000, ms: 10 };
    const onProgress = ({ received }: FetchProgress) => {
      if (received >= 40_000) controller.abort(reason);
    };
    await expect(get({ signal: controller.signal, onProgress })).rejects.toBe(reason);
    expect(await kept()).toBeGreaterThanOrEqual(40_000);
    await expect(get({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    delete served.trickle;
    await expectWhole(await get());
    expect(server.seen[1]!.range).toMatch(/^bytes=\d{5,}-$/);
  });

  test("aborted while it extracts: only the archive is left", async () => {
    const controller = new AbortController();
    const onProgress = ({ phase }: FetchProgress) => phase === "extracting" && controller.abort();
    await expect(get({ signal: controller.signal, onProgress })).rejects.toMatchObject({ name: "AbortError" });
    expect(await readdir(join(cache, (await readdir(cache))[0]!))).toEqual(["archive.tar.gz", "archive.tar.gz.json"]);
    await expectWhole(await get());
    expect(server.seen).toHaveLength(1);
  });

  test("another archive, aborted after all bytes have arrived: the next call sends no request", async () => {
    const other = archiveOf(server.url, FILES, FILES, gzipSync(tar(FILES), { level: 1 }));
    served.body = other.packed;
    const asked = { md5: other.archive.md5 };
    for (const change of [{}, { headers: { "Transfer-Encoding": "chunked" } }, { etag: undefined }]) {
      Object.assign(served, change);
      server.seen.length = 0;
      const controller = new AbortController();
      const onProgress = ({ phase }: FetchProgress) => phase === "verifying" && controller.abort();
      const stopped = get({ ...asked, signal: controller.signal, onProgress });
      await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
      const folder = await get(asked);
      expect(server.seen).toHaveLength(1);
      expect(md5(await readFile(join(folder, "a.bin")))).toBe(md5(FILES[0]!.bytes));
      await rm(folder, { recursive: true });
    }
  });

  test("the remains of a killed process are removed", async () => {
    const left = join(cache, `tiny-${archive.md5.slice(0, 12)}.part`, "files-of-another");
    await mkdir(join(left, "deeper"), { recursive: true });
    await writeFile(join(left, "deeper", "a.bin"), "half");
    await expectWhole(await get());
  });

  test("errors of onProgress are thrown", async () => {
    const mine = new TypeError("mine");
    const onProgress = () => {
      throw mine;
    };
    await expect(get({ onProgress })).rejects.toBe(mine);
  });

  test("two calls of one process: one downloads, the other waits and reports it", async () => {
    const pace = { ...PACE, lock: { beatMs: 20 } };
    const waiting = new Set<number>();
    const call = (i: number, release: () => void) =>
      get({ onProgress: ({ phase }) => phase === "waiting" && waiting.add(i) && release() }, pace);
    let calls: Promise<string>[] = [];
    served.hold = new Promise<void>((release) => {
      calls = [call(0, release), call(1, release)];
    });
    const [one, two] = await Promise.all(calls);
    expect(one).toBe(two);
    expect(server.seen).toHaveLength(1);
    expect(waiting.size).toBe(1);
  });

  test("a server that trickles forever is given up, without a retry; the part is kept", async () => {
    served.trickle = { bytes: 10, ms: 5 };
    await expect(get({ leastSpeed: 100_000 }, { ...PACE, speedMs: 100 })).rejects.toMatchObject({
      code: "stalled",
      message: expect.stringMatching(
        /must send at least 100000 bytes per second; got [\d.]+ over the last 0 s; try again/,
      ),
    });
    expect(server.seen).toHaveLength(1);
    served.trickle = { bytes: 1e6, ms: 0 };
    await expectWhole(await get());
    expect(Number(/^bytes=(\d+)-$/.exec(server.seen[1]!.range!)![1])).toBeGreaterThan(0);
  });

  test("connections that each bring a byte and break are given up, too", async () => {
    served.ends = Array.from({ length: 1000 }, () => ({ after: 1, how: "break" as const }));
    await expect(get({ leastSpeed: 1e6 }, { ...PACE, speedMs: 200 })).rejects.toMatchObject({
      code: "stalled",
    });
    expect(server.seen.length).toBeLessThan(1000);
  });

  test.skipIf(process.platform === "win32")("links out of the cache are not followed", async () => {
    const outside = await mkdtemp(join(tmpdir(), "weightcast-outside-"));
    await writeFile(join(outside, "a.bin"), "mine");
    const name = `tiny-${archive.md5.slice(0, 12)}`;
    for (const link of [name, `${name}.part`]) {
      await symlink(outside, join(cache, link));
      await expect(get()).rejects.toMatchObject({
        code: "unreadable",
        file: join(cache, link),
        message: expect.stringContaining("must be a folder in the cache itself; got a symbolic link; remove it"),
      });
      await rm(join(cache, link));
    }
    // A link in the place of the archive is removed, and what it leads to stays.
    await mkdir(join(cache, `${name}.part`));
    await symlink(join(outside, "a.bin"), join(cache, `${name}.part`, "archive.tar.gz"));
    const folder = await get();
    await expectWhole(folder);
    await rm(join(folder, "a.bin"));
    await symlink(join(outside, "a.bin"), join(folder, "a.bin"));
    await expect(fetchFiles(archive, { cache })).rejects.toMatchObject({
      code: "unreadable",
      message: expect.stringContaining(`must be a file; got a symbolic link; delete the folder ${folder}`),
    });
    expect(await readdir(outside)).toEqual(["a.bin"]);
    expect(await readFile(join(outside, "a.bin"), "utf8")).toBe("mine");
    await rm(outside, { recursive: true });
  });

  test("what a process leaves that is killed after the folder got its name is removed", async () => {
    const folder = await get();
    await mkdir(join(cache, `${folder}.part`.slice(cache.length + 1)));
    await writeFile(`${folder}.part/archive.tar.gz`, "left");
    expect(await get()).toBe(folder);
    await expectWhole(folder);
    expect(server.seen).toHaveLength(1);
  });

  test("a cache that cannot be written to is refused", async () => {
    const file = join(cache, "file");
    await writeFile(file, "");
    await expect(fetchArchive(archive, { cache: file })).rejects.toMatchObject({
      code: "unreadable",
      file,
      message: expect.stringContaining("must be a folder to write to; got a file; "),
    });
    await rm(file);
  });

  test("invalid options are refused", async () => {
    await expect(get({ url: "ftp://x/y" })).rejects.toThrow("tiny: url must be an address that begins with http");
    await expect(get({ md5: "xyz" })).rejects.toThrow(TypeError);
    await expect(get({ stallMs: 0 })).rejects.toThrow(RangeError);
    expect(server.seen).toEqual([]);
  });
});
