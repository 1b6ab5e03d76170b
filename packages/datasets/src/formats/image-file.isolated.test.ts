import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import formats from "../../fixtures/image-formats.json";
import fixture from "../../fixtures/images.json";
import { imageReader } from "./image-file";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "weightcast-image-"));
});
afterAll(() => rm(dir, { recursive: true }));

const [height, width] = fixture.shape as [number, number];

const gap = (actual: ArrayLike<number>, expected: readonly number[]) =>
  Math.max(...expected.map((value, i) => Math.abs(value - actual[i]!)));

describe("images are decoded as Pillow does", () => {
  test.each(fixture.cases)("$name", async ({ name, bytes, color, gray, resized }) => {
    const file = join(dir, name);
    await writeFile(file, Buffer.from(bytes, "base64"));
    // PNG is exact; decoders of JPEG may round differently.
    const tolerance = name.endsWith("png") ? 0 : 2;

    const colors = await (await imageReader({ channels: 3 }))(file);
    expect(colors).toMatchObject({ height, width, channels: 3 });
    expect(colors.data).toHaveLength(color.length);
    expect(gap(colors.data, color)).toBeLessThanOrEqual(tolerance);

    const luma = await (await imageReader({ channels: 1 }))(file);
    expect(luma).toMatchObject({ height, width, channels: 1 });
    expect(luma.data).toHaveLength(gray.length);
    expect(gap(luma.data, gray)).toBeLessThanOrEqual(tolerance);

    const own = await (await imageReader({}))(file);
    expect(own).toEqual(/gray|bits/.test(name) ? luma : colors);

    const small = await (await imageReader({ channels: 3, size: [4, 3] }))(file);
    expect(small).toMatchObject({ height: 4, width: 3, channels: 3 });
    // Two implementations of one filter: they differ most in noise, where neighboring pixels may be black and white.
    expect(gap(small.data, resized)).toBeLessThanOrEqual(/smooth|jp/.test(name) ? 3 : 18);
    const error = resized.reduce((sum, value, i) => sum + Math.abs(value - small.data[i]!), 0) / resized.length;
    expect(error).toBeLessThan(6);
  });
});

describe("every format and variant is decoded as Pillow does", () => {
  test.each(formats.cases)("$name", async ({ name, bytes, shape, channels, color }) => {
    // The contents decide the format, not the name.
    const file = join(dir, `${name}.png`);
    await writeFile(file, Buffer.from(bytes, "base64"));
    const [rows, columns] = shape as [number, number];
    const own = await (await imageReader({}))(file);
    expect(own).toMatchObject({ height: rows, width: columns, channels });
    const colors = await (await imageReader({ channels: 3 }))(file);
    expect(colors).toMatchObject({ height: rows, width: columns, channels: 3 });
    expect(colors.data).toHaveLength(color.length);
    // Where a GIF is transparent, Pillow keeps the color of the palette's entry; the decoder here gives black.
    const black = (i: number) =>
      name === "transparent.gif" && [0, 1, 2].every((c) => colors.data[i - (i % 3) + c] === 0);
    const differences = color.map((value, i) => (black(i) ? 0 : Math.abs(value - colors.data[i]!)));
    expect(Math.max(...differences)).toBeLessThanOrEqual(/avif|jpg|lossy/.test(name) ? 1 : 0);
  });

  test("the transparent pixels of a GIF, and only those, are black", async () => {
    const { bytes, color } = formats.cases.find(({ name }) => name === "transparent.gif")!;
    const file = join(dir, "transparent");
    await writeFile(file, Buffer.from(bytes, "base64"));
    const { data } = await (await imageReader({ channels: 3 }))(file);
    const changed = new Set<string>();
    for (let i = 0; i < color.length; i += 3)
      if (data[i] === 0 && data[i + 1] === 0 && data[i + 2] === 0) changed.add(String(color.slice(i, i + 3)));
    // One entry of the palette is the transparent one.
    expect(changed.size).toBe(1);
  });
});

describe("other images are refused by the name of their format", () => {
  const text = (latin1: string) => Buffer.from(latin1.padEnd(80, "\0"), "latin1");
  test.each<[string, Buffer]>([
    ["BMP", text("BM\xa6\0\0\0\0\0\0\0\x36\0\0\0\x28")],
    ["HEIC", text("\0\0\0\x18ftypheic\0\0\0\0mif1heic")],
    ["HEIC", text("\0\0\0\x18ftypmif1\0\0\0\0mif1heic")],
    ["JPEG XL", text("\xff\x0a\xfa\x1f")],
    ["JPEG 2000", text("\0\0\0\x0cjP  \r\n\x87\n")],
    ["PBM, PGM or PPM", text("P6 5 7 255\n")],
    ["ICO", text("\0\0\x01\0\x03\0\x10\x10")],
    ["SVG", text('\xef\xbb\xbf <?xml version="1.0"?><svg/>')],
    ["SVG", text("<svg/>")],
    ["PSD", text("8BPS\0\x01")],
    ["BigTIFF", text("II+\0\x08\0\0\0")],
  ])("%s", async (name, bytes) => {
    const file = join(dir, "image.png");
    await writeFile(file, bytes);
    await expect((await imageReader({}))(file)).rejects.toMatchObject({
      code: "wrong-format",
      message: `${file}: must be a PNG, JPEG, WebP, GIF, TIFF or AVIF image; got ${name}; convert it to PNG, for instance with ImageMagick: magick mogrify -format png FILE`,
    });
  });

  test.each([
    ["an empty file", Buffer.alloc(0)],
    ["a file of zeros", Buffer.alloc(100)],
    ["a file that begins with 0x3c21646f", Buffer.from("<!doctype html>")],
  ])("%s", async (found, bytes) => {
    const file = join(dir, "image.jpg");
    await writeFile(file, bytes);
    await expect((await imageReader({}))(file)).rejects.toMatchObject({
      code: "wrong-format",
      message: expect.stringContaining(`; got ${found}; replace it, remove it`),
    });
  });

  test("a TIFF of other numbers than 8 or 16 bits: no guess how they become bytes", async () => {
    const file = join(dir, "float.tif");
    await writeFile(file, floatTiff());
    await expect((await imageReader({}))(file)).rejects.toMatchObject({
      code: "wrong-format",
      message: expect.stringContaining("got b-w of type float; convert it to an 8-bit PNG"),
    });
  });
});

/** TIFF of 2 × 2 float32 in [0, 1]. */
function floatTiff(): Buffer {
  const entries = [
    ...([
      [256, 2],
      [257, 2],
      [258, 32],
      [259, 1],
      [262, 1],
      [273, 8],
      [277, 1],
      [278, 2],
      [279, 16],
      [339, 3],
    ] as const),
  ];
  const bytes = Buffer.alloc(24 + 2 + 12 * entries.length + 4);
  bytes.write("II*\0", "latin1");
  bytes.writeUInt32LE(24, 4);
  for (const [i, value] of [0, 0.25, 0.5, 1].entries()) bytes.writeFloatLE(value, 8 + 4 * i);
  bytes.writeUInt16LE(entries.length, 24);
  for (const [i, [tag, value]] of entries.entries()) {
    const at = 26 + 12 * i;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(4, at + 2);
    bytes.writeUInt32LE(1, at + 4);
    bytes.writeUInt32LE(value, at + 8);
  }
  return bytes;
}

test("without sharp, the error names the package to install", async () => {
  vi.resetModules();
  vi.doMock("sharp", () => {
    throw new Error("Cannot find package 'sharp'\nimported from here");
  });
  try {
    const { imageReader: reader } = await import("./image-file");
    await expect(reader({})).rejects.toMatchObject({
      name: "DatasetError",
      code: "absent",
      message: expect.stringMatching(
        /^sharp: must be an installed package, as it decodes images; got ".*"; npm install sharp$/,
      ),
    });
  } finally {
    vi.doUnmock("sharp");
  }
});
