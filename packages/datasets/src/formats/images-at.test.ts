import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FoundImage, type ImageSource, imageSources, imagesAt } from "./images-at";

let dir = "";
const at = (name: string) => join(dir, name);
/** Three gray images of 2 × 3 pixels, as an IDX file. */
const pixels = Uint8Array.from({ length: 18 }, (_, i) => 10 * i);
const idx = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 3, ...pixels);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "weightcast-at-"));
  await mkdir(at("folder/deeper"), { recursive: true });
  const png = (data: Uint8Array, channels: 1 | 3) =>
    sharp(data, { raw: { width: 3, height: 2, channels } })
      .png()
      .toBuffer();
  await writeFile(at("folder/b.png"), await png(pixels.subarray(0, 6), 1));
  await writeFile(at("folder/a"), await png(pixels, 3));
  await writeFile(at("folder/deeper/train-images-idx3-ubyte.gz"), gzipSync(idx));
  await writeFile(at("folder/readme.txt"), "no image");
  await writeFile(at("folder/.DS_Store"), "no image");
  await writeFile(at("idx"), idx);
});
afterAll(() => rm(dir, { recursive: true }));

async function all(source: ImageSource, shape: readonly number[]): Promise<FoundImage[]> {
  const found: FoundImage[] = [];
  for await (const image of imagesAt(source, shape)) found.push(image);
  return found;
}

test("files of images by their contents, of folders in order; a path that is named always counts", async () => {
  const { sources, unused } = await imageSources([at("idx"), at("folder"), at("folder/readme.txt"), at("nothing")]);
  expect(sources).toEqual([
    { file: at("idx"), kind: "idx" },
    { file: at("folder/a"), kind: "image" },
    { file: at("folder/b.png"), kind: "image" },
    { file: at("folder/deeper/train-images-idx3-ubyte.gz"), kind: "idx" },
    { file: at("folder/readme.txt"), kind: "image" },
    { file: at("nothing"), kind: "image" },
  ]);
  expect(unused).toEqual([at("folder/readme.txt")]);
});

test("images as they are, in color and in gray; IDX files image by image, plain and packed", async () => {
  const [image] = await all({ file: at("folder/b.png"), kind: "image" }, [2, 3]);
  expect(image).toEqual({ name: at("folder/b.png"), data: expect.anything() });
  expect([...image!.data]).toEqual([...pixels.subarray(0, 6)]);
  const [color] = await all({ file: at("folder/a"), kind: "image" }, [2, 3, 3]);
  expect([...color!.data]).toEqual([...pixels]);
  for (const file of ["idx", "folder/deeper/train-images-idx3-ubyte.gz"]) {
    const found = await all({ file: at(file), kind: "idx" }, [2, 3, 1]);
    expect(found.map(({ name }) => name)).toEqual([0, 1, 2].map((i) => `${at(file)}[${i}]`));
    expect(found.flatMap(({ data }) => [...data])).toEqual([...pixels]);
    expect(found[0]).not.toHaveProperty("resized");
  }
  const [, second] = await all({ file: at("idx"), kind: "idx" }, [2, 3, 3]);
  expect([...second!.data]).toEqual([...pixels.subarray(6, 12)].flatMap((value) => [value, value, value]));
});

test("an image of another size is resized, and its own size is told; so are those of IDX files, in the same way", async () => {
  const [image] = await all({ file: at("folder/b.png"), kind: "image" }, [5, 4]);
  expect(image).toMatchObject({ resized: [2, 3] });
  expect(image!.data).toHaveLength(20);
  const [first] = await all({ file: at("idx"), kind: "idx" }, [5, 4]);
  expect(first).toMatchObject({ resized: [2, 3] });
  expect([...first!.data]).toEqual([...image!.data]);
});

test.each([
  ["nothing", "absent"],
  ["folder/readme.txt", "wrong-format"],
])("%s is a DatasetError: %s", async (file, code) =>
  expect(all({ file: at(file), kind: "image" }, [2, 3])).rejects.toMatchObject({ code, file: at(file) }),
);

test("a damaged IDX file is a DatasetError", async () => {
  await writeFile(at("short"), idx.subarray(0, 20));
  await expect(all({ file: at("short"), kind: "idx" }, [2, 3])).rejects.toMatchObject({ code: "truncated" });
});
