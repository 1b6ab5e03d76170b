import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DatasetError } from "../error";
import { idx } from "../testing/examples";
import { readIdxFile } from "./idx-file";

const IMAGES = idx([4, 2, 3], Array(24).keys());
const LABELS = idx([4], [0, 2, 1, 2]);
const ZIPPED = gzipSync(IMAGES);
const ABSURD = idx([2 ** 32 - 1, 28, 28], [1, 2, 3]);

let dir: string;
let file: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "weightcast-idx-"));
  file = join(dir, "images");
});
afterAll(() => rm(dir, { recursive: true }));

/** Error for a file of these bytes. */
async function failure(bytes: Uint8Array): Promise<DatasetError> {
  await writeFile(file, bytes);
  const outcome: unknown = await readIdxFile(file, 3).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(DatasetError);
  return outcome as DatasetError;
}

/** Gzip file with one changed bit in the checksum at its end. */
const flipped = (bytes: Uint8Array) => bytes.map((byte, i) => (i === bytes.length - 6 ? byte ^ 1 : byte));

describe("readIdxFile", () => {
  test.each([
    ["plain", IMAGES],
    ["gzip", ZIPPED],
    ["gzip in two members", Buffer.concat([gzipSync(IMAGES.subarray(0, 9)), gzipSync(IMAGES.subarray(9))])],
  ])("reads %s", async (_, bytes) => {
    await writeFile(file, bytes);
    expect(new Uint8Array(await readIdxFile(file, 3))).toEqual(IMAGES);
  });

  const size = "must hold 40 bytes, as its header of shape [4,2,3] says; got";
  const head = "must hold a header of at least 16 bytes; got";
  test.each<[string, string, Uint8Array, string]>([
    ["cut short", "truncated", IMAGES.subarray(0, 30), `${size} 30`],
    ["cut short in the header", "truncated", IMAGES.subarray(0, 7), `${head} 7`],
    ["empty", "truncated", new Uint8Array(), `${head} 0`],
    ["with a byte after its end", "trailing", Uint8Array.of(...IMAGES, 0), `${size} 41`],
    ["with a header that states more", "truncated", idx([60_000, 28, 28], [1]), "must hold 47040016 bytes"],
    ["with an absurd header", "oversize", ABSURD, "must be at most 2147483647 bytes long; got a header of shape"],
    ["of labels", "wrong-format", LABELS, "must begin with 0x00000803 (images); got 0x00000801 (labels)"],
    ["of a web page", "wrong-format", Buffer.from("<!doctype html><title>"), "got 0x3c21646f (not an IDX file)"],
    ["gzip cut short", "truncated", ZIPPED.subarray(0, 25), "a whole gzip file; got one that ends after 25 bytes"],
    ["gzip with a bit changed", "corrupt", flipped(ZIPPED), 'a whole gzip file; got "incorrect data check"'],
    ["gzip with garbage after it", "corrupt", Buffer.concat([ZIPPED, Buffer.from("garbage")]), "a whole gzip file"],
    ["gzip of a file cut short", "truncated", gzipSync(IMAGES.subarray(0, 30)), `${size} 30`],
    ["gzip of a header cut short", "truncated", gzipSync(IMAGES.subarray(0, 7)), `${head} 7`],
    ["gzip of labels", "wrong-format", gzipSync(LABELS), "got 0x00000801 (labels)"],
    ["gzip with an absurd header", "oversize", gzipSync(ABSURD), "must be at most 2147483647 bytes long"],
  ])("refuses a file %s: %s", async (_, code, bytes, message) => {
    const error = await failure(bytes);
    expect(error).toMatchObject({ code, file });
    expect(error.message).toContain(`${file}: must `);
    expect(error.message).toContain(message);
  });

  test("stops a gzip bomb at the length in its header: 400 MB of zeros after a small array", async () => {
    const zeros = gzipSync(new Uint8Array(2 ** 22));
    const before = process.memoryUsage().arrayBuffers;
    const error = await failure(Buffer.concat([ZIPPED, ...Array<Buffer>(100).fill(zeros)]));
    expect(error).toMatchObject({ code: "trailing" });
    expect(error.message).toContain(`${size} more`);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 26);
  });

  test("refuses a folder and an absent file", async () => {
    await expect(readIdxFile(dir, 3)).rejects.toThrow("must be a file; got a folder");
    await expect(readIdxFile(join(dir, "no"), 3)).rejects.toMatchObject({ code: "absent", file: join(dir, "no") });
  });
});
