import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { archiveOf, md5, noise, type Served, serve, type TarEntry, tar } from "../testing/archives";
import { extract } from "./extract";
import { fetchArchive } from "./fetch-archive";

const A: TarEntry = { path: "data/a.bin", bytes: noise(5000, 1) };
const B: TarEntry = { path: "data/b.bin", bytes: noise(3000, 2) };
const FOLDER: TarEntry = { path: "data/", type: "5" };
const README: TarEntry = { path: "data/readme.html", bytes: noise(700, 3) };
const WANTED = [A, B].map(({ path, bytes }) => ({ path, bytes: bytes!.length }));
const REST = 20_000;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "weightcast-extract-"));
});
afterEach(() => rm(dir, { recursive: true }));

/** MD5 of the files that are extracted from an archive with these bytes, by path. */
async function take(packed: Uint8Array) {
  const file = join(dir, "archive.tar.gz");
  await writeFile(file, packed);
  const taken: Record<string, string> = {};
  await extract(file, { files: WANTED, rest: REST }, async ({ path }, bytes) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytes) chunks.push(chunk.slice());
    taken[path] = md5(Buffer.concat(chunks));
  });
  return taken;
}

const whole = { [A.path]: md5(A.bytes!), [B.path]: md5(B.bytes!) };

describe("extract", () => {
  test.each<[string, Uint8Array]>([
    ["in order, among others", gzipSync(tar([FOLDER, A, README, B]))],
    ["in another order, under ./", gzipSync(tar([{ ...B, path: "./data/b.bin" }, README, A]))],
    [
      "in several gzip members",
      Buffer.concat([gzipSync(tar([A, B]).subarray(0, 3000)), gzipSync(tar([A, B]).subarray(3000))]),
    ],
    ["padded to a record of 10,240 bytes, as GNU tar does", gzipSync(Buffer.concat([tar([A, B]), Buffer.alloc(7168)]))],
  ])("extracts the requested files %s", async (_, packed) => {
    expect(await take(packed)).toEqual(whole);
  });

  test("files of several chunks, with various lengths", async () => {
    for (const length of [2 ** 18 - 512, 2 ** 18, 2 ** 18 + 1, 600_123]) {
      const big = { path: "big", bytes: noise(length, length) };
      const file = join(dir, "big.tar.gz");
      await writeFile(file, gzipSync(tar([big]), { level: 1 }));
      let sum = "";
      await extract(file, { files: [{ path: "big", bytes: length }], rest: REST }, async (_, bytes) => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of bytes) chunks.push(chunk.slice());
        sum = md5(Buffer.concat(chunks));
      });
      expect(sum).toBe(md5(big.bytes));
    }
  });

  // Larger than the decoder's buffer of 1 MiB: with small files between them, reading once hung.
  const BIG = [3_000_000, 1_048_577].map((length, i) => ({
    path: `data/${i}`,
    bytes: new Uint8Array(length).fill(i + 1),
  }));
  const [first, last] = BIG as [TarEntry, TarEntry];
  const small = (path: string, length: number): TarEntry => ({ path, bytes: new Uint8Array(length).fill(9) });
  const NOTE = small("data/note.txt", 61);
  const BLANK: TarEntry = { path: "data/blank" };

  test.each<[string, TarEntry[]]>([
    ["first", [NOTE, first, last]],
    ["in the middle", [first, NOTE, last]],
    ["last", [first, last, NOTE]],
    ["everywhere, including empty ones", [FOLDER, BLANK, README, first, NOTE, BLANK, README, last, BLANK, NOTE]],
    [
      "larger than the requested ones",
      [small("a", 5_000_000), first, small("b", 4_000_001), last, small("c", 5_000_000)],
    ],
    ["one of which fills its blocks", [small("a", 512), first, small("b", 1024), last]],
  ])("large files, with others %s", async (_, entries) => {
    const file = join(dir, "big.tar.gz");
    await writeFile(file, gzipSync(tar(entries), { level: 1 }));
    const taken: Record<string, number> = {};
    const files = BIG.map(({ path, bytes }) => ({ path, bytes: bytes.length }));
    await extract(file, { files, rest: 2 ** 24 }, async ({ path }, bytes) => {
      taken[path] = 0;
      for await (const chunk of bytes) {
        expect(chunk.findIndex((byte) => byte !== Number(path.at(-1)) + 1)).toBe(-1);
        taken[path] += chunk.length;
      }
    });
    expect(taken).toEqual({ "data/0": 3_000_000, "data/1": 1_048_577 });
  });

  test("a large file that was not requested counts towards the limit", async () => {
    const file = join(dir, "big.tar.gz");
    await writeFile(file, gzipSync(tar([NOTE, small("big", 2_000_000), A, B]), { level: 1 }));
    await expect(extract(file, { files: WANTED, rest: 2_000_000 }, async () => {})).rejects.toMatchObject({
      code: "oversize",
      message: expect.stringContaining("must hold 2008000 bytes at most, decompressed"),
    });
  });

  test.each([
    ["small", [A, B]],
    ["large", [{ path: A.path, bytes: new Uint8Array(5000) }, small("big", 3_000_000), B]],
  ])("errors of take are thrown, also in the middle of a file; %s files", async (_, entries) => {
    const mine = new Error("mine");
    const file = join(dir, "archive.tar.gz");
    await writeFile(file, gzipSync(tar(entries), { level: 1 }));
    const read = extract(file, { files: WANTED, rest: 2 ** 22 }, async (_, bytes) => {
      for await (const _chunk of bytes) throw mine;
    });
    await expect(read).rejects.toBe(mine);
  });
});

const good = tar([FOLDER, A, README, B]);
const packed = gzipSync(good);
const broken = (at: number) => {
  const copy = Buffer.from(packed);
  copy[at]! ^= 0xff;
  return copy;
};
const header = (entry: TarEntry, change: (header: Buffer) => void) => {
  const bytes = tar([entry, B]);
  change(bytes);
  return gzipSync(bytes);
};

/** Archives that must be refused, with nothing written outside the cache and nothing left in it. */
const HOSTILE: readonly [string, Uint8Array, { readonly code: string; readonly says: string }][] = [
  [
    "a path that leads out",
    gzipSync(tar([A, { path: "../evil.bin", bytes: A.bytes! }, B])),
    { code: "wrong-format", says: '"../evil.bin"' },
  ],
  [
    "one that leads out from the middle",
    gzipSync(tar([{ ...A, path: "data/../../evil" }, A, B])),
    { code: "wrong-format", says: "paths inside" },
  ],
  [
    "one that leads out with backslashes",
    gzipSync(tar([{ ...A, path: "data\\..\\..\\evil" }, A, B])),
    { code: "wrong-format", says: "paths inside" },
  ],
  [
    "an absolute path",
    gzipSync(tar([{ ...A, path: "/tmp/evil" }, A, B])),
    { code: "wrong-format", says: '"/tmp/evil"' },
  ],
  ["a path with a drive", gzipSync(tar([{ ...A, path: "C:evil" }, A, B])), { code: "wrong-format", says: '"C:evil"' }],
  [
    "a requested file under a name that leads out",
    gzipSync(tar([{ ...A, path: "x/../data/a.bin" }, B])),
    { code: "wrong-format", says: "paths inside" },
  ],
  [
    "a symbolic link",
    gzipSync(tar([{ path: "data", type: "2", link: "/tmp" }, A, B])),
    { code: "wrong-format", says: "a symlink" },
  ],
  [
    "a requested file that is a symbolic link",
    gzipSync(tar([{ path: A.path, type: "2", link: "/etc/passwd" }, B])),
    { code: "wrong-format", says: "a symlink" },
  ],
  [
    "a hard link",
    gzipSync(tar([A, { path: B.path, type: "1", link: A.path }])),
    { code: "wrong-format", says: "a link" },
  ],
  [
    "a device",
    gzipSync(tar([{ path: "data/null", type: "3" }, A, B])),
    { code: "wrong-format", says: "a character-device" },
  ],
  [
    "a requested file that is a folder",
    gzipSync(tar([{ path: A.path, type: "5" }, B])),
    { code: "wrong-format", says: "a directory of 0" },
  ],
  [
    "a file twice",
    gzipSync(tar([A, { ...A, bytes: noise(5000, 9) }, B])),
    { code: "wrong-format", says: `must hold ${A.path} once` },
  ],
  ["a file twice, the second last", gzipSync(tar([A, B, A])), { code: "wrong-format", says: "a second time" }],
  [
    "a file too short",
    gzipSync(tar([{ ...A, bytes: noise(4999, 1) }, B])),
    { code: "wrong-format", says: "as a file of 5000 bytes; got a file of 4999" },
  ],
  [
    "a file too long",
    gzipSync(tar([{ ...A, bytes: noise(5001, 1) }, B])),
    { code: "wrong-format", says: "got a file of 5001" },
  ],
  [
    "an absent file",
    gzipSync(tar([A, README])),
    { code: "absent", says: `must hold ${B.path}; got an archive without` },
  ],
  ["an empty archive", gzipSync(tar([])), { code: "absent", says: `${A.path}, ${B.path}` }],
  [
    "an absurd size in a header",
    gzipSync(tar([{ ...README, size: 0o77777777777 }, A, B])),
    { code: "oversize", says: "8589934591 bytes" },
  ],
  [
    "an absurd size of a requested file",
    gzipSync(tar([{ ...A, size: 0o77777777777 }, B])),
    { code: "oversize", says: "8589934591 bytes" },
  ],
  [
    "a size in base 256 beyond all integers",
    header(A, (bytes) => bytes.fill(0xff, 124, 136)),
    { code: "corrupt", says: "checksum" },
  ],
  [
    "an absurd size in an extended header",
    gzipSync(tar([{ path: "pax", type: "x", bytes: Buffer.from("19 size=8000000000\n") }, A, B])),
    { code: "oversize", says: "8000000000 bytes" },
  ],
  [
    "a path that leads out in an extended header",
    gzipSync(tar([{ path: "pax", type: "x", bytes: Buffer.from("16 path=../evil\n") }, A, B])),
    { code: "wrong-format", says: '"../evil"' },
  ],
  [
    "something after the end",
    gzipSync(Buffer.concat([tar([A, B]), Buffer.from("more")])),
    { code: "corrupt", says: "EOF" },
  ],
  ["no end", gzipSync(tar([A, B]).subarray(0, -1024)), { code: "truncated", says: "truncated" }],
  ["a header with a wrong checksum", header(A, (bytes) => bytes.write("X", 5)), { code: "corrupt", says: "checksum" }],
  [
    "a size that is not a number",
    header(A, (bytes) => bytes.write("zzz", 124)),
    { code: "corrupt", says: "must hold a whole tar archive" },
  ],
  ["a tar cut short in a file", gzipSync(good.subarray(0, 3000)), { code: "truncated", says: "truncated" }],
  ["a tar cut short in a header", gzipSync(good.subarray(0, 700)), { code: "truncated", says: "truncated" }],
  ["a gzip cut short", packed.subarray(0, 4000), { code: "truncated", says: "ends after 4000 bytes" }],
  ["a gzip cut short in its last bytes", packed.subarray(0, -3), { code: "truncated", says: "a whole gzip file" }],
  ["a gzip with a wrong byte", broken(2000), { code: "corrupt", says: "a whole gzip file" }],
  ["a gzip with a wrong checksum", broken(packed.length - 6), { code: "corrupt", says: "incorrect data check" }],
  [
    "a gzip bomb",
    gzipSync(Buffer.concat([tar([A]).subarray(0, -1024), Buffer.alloc(30_000_000)])),
    { code: "oversize", says: "must hold 28000 bytes at most, decompressed; got more" },
  ],
  ["no bytes", new Uint8Array(1).fill(0x1f), { code: "truncated", says: "a whole gzip file" }],
  [
    "an HTML page",
    Buffer.from("<!doctype html><title>Sign in</title>"),
    { code: "corrupt", says: "incorrect header check" },
  ],
  ["a tar that is not compressed", good, { code: "corrupt", says: "incorrect header check" }],
];

describe("a damaged, hostile or wrong archive is refused", () => {
  const served: Served = { body: new Uint8Array() };
  let server: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    server = await serve(served);
  });
  afterAll(() => server.close());

  test.each(HOSTILE)("%s", async (_, body, { code, says }) => {
    const outside = join(dir, "outside");
    const cache = join(outside, "cache");
    await mkdir(cache, { recursive: true });
    served.body = body;
    const { archive } = archiveOf(server.url, [A, B], [A, B], Buffer.from(body));
    await expect(fetchArchive(archive, { cache })).rejects.toMatchObject({
      name: "DatasetError",
      code,
      file: server.url,
      message: expect.stringContaining(says),
    });
    expect(await readdir(dir, { recursive: true })).toEqual(["outside", join("outside", "cache")]);
    await expect(take(body)).rejects.toMatchObject({ code, file: join(dir, "archive.tar.gz") });
  });
});
