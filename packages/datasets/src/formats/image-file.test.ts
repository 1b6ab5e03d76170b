import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
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
