import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ImageFolderOptions, readImageFolder } from "./image-folder";
import { readFolder } from "./read-folder";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "weightcast-images-"));
});
afterEach(() => rm(dir, { recursive: true }));

async function write(files: Record<string, Uint8Array>): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), bytes);
  }
}

const chunk = (kind: string, data: Uint8Array) => {
  const body = Buffer.concat([Buffer.from(kind), data]);
  const bytes = Buffer.alloc(8 + body.length);
  bytes.writeUInt32BE(data.length);
  bytes.set(body, 4);
  bytes.writeUInt32BE(crc32(body), 4 + body.length);
  return bytes;
};

/** PNG of [height, width], gray if channels is 1, color if it is 3. */
function png(height: number, width: number, channels: 1 | 3, pixels: readonly number[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, channels === 3 ? 2 : 0], 8);
  const line = width * channels;
  const lines = Array.from({ length: height }, (_, y) => [0, ...pixels.slice(y * line, (y + 1) * line)]).flat();
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.from(lines))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** Color image [2, 1] that can be recognized. */
const dot = (mark: number) => png(2, 1, 3, [mark, 2, 3, 4, 5, 6]);
const pixels = (...marks: number[]) => Uint8Array.from(marks.flatMap((mark) => [mark, 2, 3, 4, 5, 6]));

const GOOD = {
  "train/cat/b.png": dot(12),
  "train/cat/a.PNG": dot(11),
  "train/ant/x.jpg": dot(13),
  "test/cat/1.png": dot(21),
  "test/ant/2.jpeg": dot(22),
};

const expected = {
  shape: [2, 1, 3],
  classes: 2,
  classNames: ["ant", "cat"],
  train: { images: pixels(13, 11, 12), labels: Uint8Array.of(0, 1, 1), count: 3 },
  test: { images: pixels(22, 21), labels: Uint8Array.of(0, 1), count: 2 },
};

/** Error of reading, with the folder called DIR. */
async function finding(options?: ImageFolderOptions): Promise<{ code: string; file: string; message: string }> {
  try {
    await readImageFolder(dir, options);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "DatasetError") throw error;
    const { code, file } = error as Error & { code: string; file: string };
    return { code, file: file.replace(dir, "DIR"), message: error.message.replaceAll(dir, "DIR") };
  }
  throw new Error("expected a DatasetError");
}

describe("readImageFolder", () => {
  test("reads class by class, folders and files sorted; the contents decide the format of an image", async () => {
    await write(GOOD);
    expect(await readImageFolder(dir)).toEqual({ ...expected, name: basename(dir) });
    expect(await readImageFolder(dir, { name: "pets" })).toEqual({ ...expected, name: "pets" });
    expect(await readFolder(dir, { name: "pets" })).toEqual({ ...expected, name: "pets" });
  });

  test("sorts by code point", async () => {
    // The emoji comes before the ligature in UTF-16, after it by code point; capitals come before small letters.
    const names = ["B", "a", "é", "ﬁ", "🐜"];
    for (const [i, name] of names.toReversed().entries())
      await write({ [`train/${name}/1.png`]: dot(i), [`test/${name}/1.png`]: dot(i) });
    expect((await readImageFolder(dir)).classNames).toEqual(names);
  });

  test("images keep their order if there are more than are decoded at a time", async () => {
    const marks = Array.from({ length: 60 }, (_, i) => i);
    await write({ "train/a/1.png": dot(200), "test/a/1.png": dot(201) });
    for (const mark of marks) await write({ [`train/a/m${100 + mark}.png`]: dot(mark) });
    expect((await readImageFolder(dir)).train.images).toEqual(pixels(200, ...marks));
  });

  test.each(["val", "valid", "validation"])("test examples may be in %s", async (name) => {
    const { "test/cat/1.png": cat, "test/ant/2.jpeg": ant, ...train } = GOOD;
    await write({ ...train, [`${name}/cat/1.png`]: cat, [`${name}/ant/2.jpeg`]: ant });
    expect(await readImageFolder(dir)).toMatchObject(expected);
    await write({ "test/cat/1.png": dot(99) });
    expect((await readImageFolder(dir)).test.images).toEqual(pixels(99));
  });

  test("files of systems are skipped; what is beside the classes is listed; a class may be absent from test", async () => {
    await write({
      ...GOOD,
      "train/.DS_Store": Buffer.of(1),
      "train/cat/Thumbs.db": Buffer.of(1),
      "train/cat/._a.PNG": Buffer.of(1),
      "train/cat/.ipynb_checkpoints/a.png": dot(1),
      "__MACOSX/train/cat/a.png": Buffer.of(1),
      "README.md": Buffer.of(1),
      "logo.png": dot(1),
      "val/cat/1.png": dot(99),
      "train/labels.csv": Buffer.of(1),
      "test/.cache/1.png": dot(1),
      "train/dog/1.png": dot(14),
    });
    const { train, test: tests, classNames, unused } = await readImageFolder(dir);
    expect(classNames).toEqual(["ant", "cat", "dog"]);
    expect(train).toEqual({ images: pixels(13, 11, 12, 14), labels: Uint8Array.of(0, 1, 1, 2), count: 4 });
    expect(tests).toEqual(expected.test);
    expect(unused?.map(({ file, why }) => [file.replace(dir, "DIR"), why])).toEqual([
      ["DIR/README.md", "it is not in train or test"],
      ["DIR/logo.png", "it is not in train or test"],
      ["DIR/val", "test is read instead"],
      ["DIR/train/labels.csv", "it is in no class's folder"],
      ["DIR/test/.cache", "it is hidden"],
    ]);
  });

  test("folders within a class's folder are read, in the order of torchvision's ImageFolder", async () => {
    // It sorts the folders' paths as strings, "" < "a" < "a-c" < "a/b", and the names in each.
    await write({
      ...GOOD,
      "train/cat/a/2.png": dot(31),
      "train/cat/a/b/1.png": dot(32),
      "train/cat/a-c/1.png": dot(33),
      "train/cat/a/10.png": dot(30),
      "train/bee/x/y/1.png": dot(34),
    });
    await mkdir(join(dir, "train/cat/empty.png"));
    const { train } = await readImageFolder(dir);
    expect(train.images).toEqual(pixels(13, 34, 11, 12, 30, 31, 33, 32));
    expect([...train.labels]).toEqual([0, 1, 2, 2, 2, 2, 2, 2]);
  });

  test("names from outside are printed with their control characters as escapes, and used unchanged", async () => {
    const name = "cat\x1b[2J\u202e";
    await write({ [`train/${name}/1.png`]: dot(1), [`test/${name}/1.png`]: dot(2) });
    expect(await readImageFolder(dir)).toMatchObject({ classNames: ["cat\\x1b[2J\\u202e"] });
    expect(await readImageFolder(dir, { classes: [name] })).toMatchObject({ classNames: ["cat\\x1b[2J\\u202e"] });
    await write({ [`train/${name}/2.png`]: Buffer.of(1) });
    expect(await finding()).toMatchObject({
      file: `DIR/train/${name}/2.png`,
      message: expect.stringMatching(/^DIR\/train\/cat\\x1b\[2J\\u202e\/2\.png: must be a PNG/),
    });
  });

  test("links to folders and files are followed; a broken one is reported", async () => {
    await write({ "elsewhere/b.png": dot(12), "elsewhere/one.png": dot(11), ...GOOD });
    await rm(join(dir, "train/cat"), { recursive: true });
    await symlink(join(dir, "elsewhere"), join(dir, "train/cat"));
    await symlink(join(dir, "elsewhere/one.png"), join(dir, "elsewhere/a.png"));
    await rm(join(dir, "test/cat/1.png"));
    await symlink(join(dir, "train/ant/x.jpg"), join(dir, "test/cat/1.png"));
    const { train, test: tests } = await readImageFolder(dir);
    expect(train.images).toEqual(pixels(13, 11, 12, 11));
    expect(tests.images).toEqual(pixels(22, 13));
    await symlink(join(dir, "nothing.png"), join(dir, "test/cat/3.png"));
    expect(await finding()).toMatchObject({ code: "absent", file: "DIR/test/cat/3.png" });
  });

  test("links that lead in a circle are refused", async () => {
    await write(GOOD);
    await symlink("..", join(dir, "train/cat/back"));
    expect(await finding()).toMatchObject({
      code: "unreadable",
      message:
        "DIR/train/cat/back/cat: must be a folder of images; got a link to a folder that contains it; remove the link",
    });
    await rm(join(dir, "train/cat/back"));
    await symlink("self.png", join(dir, "train/cat/self.png"));
    expect(await finding()).toMatchObject({
      code: "unreadable",
      message: expect.stringContaining("got symbolic links that lead in a circle; remove the link"),
    });
  });

  test.skipIf(process.platform === "win32")("named pipes are refused at once", async () => {
    await write(GOOD);
    execFileSync("mkfifo", [join(dir, "train/cat/c.png")]);
    expect(await finding()).toMatchObject({
      code: "unreadable",
      message: "DIR/train/cat/c.png: must be a file; got a named pipe; put the data file itself there",
    });
    await rm(join(dir, "train/cat/c.png"));
    execFileSync("mkfifo", [join(dir, "train/pipe")]);
    expect((await readImageFolder(dir)).unused).toMatchObject([{ file: join(dir, "train/pipe") }]);
  });

  test("classes selects some, in the given order", async () => {
    await write({ ...GOOD, "train/dog/1.png": dot(14), "test/eel/1.png": dot(1) });
    const chosen = await readImageFolder(dir, { classes: ["dog", "ant"] });
    expect(chosen).toMatchObject({ classes: 2, classNames: ["dog", "ant"] });
    expect(chosen.train).toEqual({ images: pixels(14, 13), labels: Uint8Array.of(0, 1), count: 2 });
    expect(chosen.test).toEqual({ images: pixels(22), labels: Uint8Array.of(1), count: 1 });
    expect(await finding({ classes: ["dog", "../ant"] })).toMatchObject({
      code: "absent",
      message:
        "DIR/ant: must be the folder of a class; got nothing there, but ant, cat, dog; correct the option classes",
    });
  });

  test("gray images are [height, width]; channels converts all to gray or all to color", async () => {
    await write({ "train/a/1.png": png(1, 2, 1, [7, 200]), "test/a/1.png": png(1, 2, 1, [8, 9]) });
    const gray = await readImageFolder(dir);
    expect(gray).toMatchObject({ shape: [1, 2], train: { images: Uint8Array.of(7, 200) } });
    const color = await readImageFolder(dir, { channels: 3 });
    expect(color).toMatchObject({ shape: [1, 2, 3], test: { images: Uint8Array.of(8, 8, 8, 9, 9, 9) } });
    await write({ "train/a/2.png": png(1, 2, 3, [255, 0, 0, 0, 255, 0]) });
    // 0.299 · 255 and 0.587 · 255.
    expect((await readImageFolder(dir, { channels: 1 })).train.images).toEqual(Uint8Array.of(7, 200, 76, 150));
    expect(await finding()).toMatchObject({
      code: "shape-mismatch",
      message:
        "DIR/train/a/2.png: must be an image of [1, 2] in gray, as DIR/train/a/1.png is; got [1, 2] in color; " +
        "set size to resize all images, channels to make all gray (1) or color (3): for weightcast, --size and --channels",
    });
  });

  test("images of different sizes are refused, or resized", async () => {
    const flat = (height: number, width: number) => png(height, width, 1, Array(height * width).fill(90));
    await write({ "train/a/1.png": flat(2, 3), "train/a/2.png": flat(4, 2), "test/a/1.png": flat(1, 1) });
    expect(await finding()).toMatchObject({ code: "shape-mismatch", file: "DIR/train/a/2.png" });
    const { shape, train, test: tests } = await readImageFolder(dir, { size: [3, 2] });
    expect(shape).toEqual([3, 2]);
    expect(train.images).toEqual(new Uint8Array(12).fill(90));
    expect(tests.images).toEqual(new Uint8Array(6).fill(90));
  });

  test.each<[string, () => Promise<unknown>, { code: string; file: string }]>([
    ["no folder", () => rm(join(dir, "test"), { recursive: true }), { code: "absent", file: "DIR" }],
    ["no train", () => rm(join(dir, "train"), { recursive: true }), { code: "absent", file: "DIR" }],
    [
      "a class that is in test but not in train",
      () => write({ "test/dog/1.png": dot(1) }),
      { code: "label-out-of-range", file: "DIR/test/dog" },
    ],
    ["an empty class", () => mkdir(join(dir, "train/bee")), { code: "empty", file: "DIR/train/bee" }],
    [
      "an image beside the classes, whatever its name",
      () => write({ "train/first": dot(1) }),
      { code: "misplaced", file: "DIR/train/first" },
    ],
    [
      "a text among the images of a class",
      () => write({ "test/cat/notes.txt": Buffer.from("cats") }),
      { code: "wrong-format", file: "DIR/test/cat/notes.txt" },
    ],
    [
      "a hidden file among the images of a class",
      () => write({ "test/cat/.hidden.png": Buffer.of(1) }),
      { code: "wrong-format", file: "DIR/test/cat/.hidden.png" },
    ],
    [
      "no class",
      () => rm(join(dir, "train"), { recursive: true }).then(() => mkdir(join(dir, "train"))),
      { code: "empty", file: "DIR/train" },
    ],
    [
      "no test image",
      () => rm(join(dir, "test"), { recursive: true }).then(() => mkdir(join(dir, "test"))),
      { code: "empty", file: "DIR/test" },
    ],
    [
      "a damaged image",
      () => write({ "train/cat/b.png": dot(1).map((byte, i) => (i === 45 ? byte ^ 255 : byte)) }),
      { code: "corrupt", file: "DIR/train/cat/b.png" },
    ],
    [
      "an image cut short",
      () => write({ "test/cat/1.png": dot(1).subarray(0, 50) }),
      { code: "corrupt", file: "DIR/test/cat/1.png" },
    ],
    [
      "a file that is not an image",
      () => write({ "train/cat/c.png": Buffer.from("<svg/>") }),
      { code: "wrong-format", file: "DIR/train/cat/c.png" },
    ],
    [
      "an empty file",
      () => write({ "train/cat/c.png": Buffer.alloc(0) }),
      { code: "wrong-format", file: "DIR/train/cat/c.png" },
    ],
    [
      "a small file that claims to be a huge image",
      () => write({ "train/cat/c.png": png(20_000, 20_000, 1, []) }),
      { code: "oversize", file: "DIR/train/cat/c.png" },
    ],
    [
      "a huge file",
      () => truncate(join(dir, "train/cat/b.png"), 2 ** 26 + 1),
      { code: "oversize", file: "DIR/train/cat/b.png" },
    ],
    [
      "the first of several bad files",
      () => write({ "train/cat/c.png": png(1, 1, 1, [1]), "train/cat/b.png": Buffer.of(1) }),
      { code: "wrong-format", file: "DIR/train/cat/b.png" },
    ],
  ])("%s is reported", async (_, spoil, found) => {
    await write(GOOD);
    await spoil();
    expect(await finding()).toMatchObject(found);
  });

  test("an absent folder and too many classes are refused", async () => {
    await expect(readImageFolder(join(dir, "none"))).rejects.toMatchObject({ code: "absent" });
    await mkdir(join(dir, "test"));
    for (let i = 0; i < 257; i++) await mkdir(join(dir, `train/${i}`), { recursive: true });
    expect(await finding()).toMatchObject({ code: "label-out-of-range", file: "DIR/train" });
  });

  test.each<[ImageFolderOptions, string]>([
    [{ size: [0, 3] }, "readImageFolder: size must be [height, width], in [1, 8192]; got [0, 3]"],
    [{ size: [2.5, 3] }, "readImageFolder: size must be [height, width], in [1, 8192]; got [2.5, 3]"],
    [
      { size: [3] as unknown as [number, number] },
      "readImageFolder: size must be [height, width], in [1, 8192]; got [3]",
    ],
    [{ channels: 2 as 1 }, "readImageFolder: channels must be 1 or 3; got 2"],
    [{ classes: [] }, "readImageFolder: classes must be names of folders, each once; got []"],
    [{ classes: ["a", "a"] }, 'readImageFolder: classes must be names of folders, each once; got ["a","a"]'],
  ])("an invalid option is reported: %o", async (options, message) => {
    await expect(readImageFolder(dir, options)).rejects.toThrow(new RangeError(message));
  });
});
