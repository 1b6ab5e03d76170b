import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { inputDigest } from "./input-digest";

/** Digest of a run with a folder of these files. @param links targets by name, relative to the folder that holds the link */
async function digest(
  files: Readonly<Record<string, string>>,
  links: Readonly<Record<string, string>> = {},
): Promise<string> {
  const above = await mkdtemp(join(tmpdir(), "weightcast-outside-"));
  onTestFinished(() => rm(above, { recursive: true }));
  const folder = join(above, "data");
  await mkdir(folder);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  for (const [name, target] of Object.entries(links)) await symlink(target, join(folder, name));
  return inputDigest({ use: [], data: { name: "d", samples: 1, folder } }, "/");
}

test("binaries and images count by name and content, also in folders; text files do not", async () => {
  const plain = await digest({ "train_1.bin.gz": "a", "test_1.bin": "b", "train/cat/1.png": "c" });
  expect(await digest({ "train_1.bin.gz": "a", "test_1.bin": "b", "train/cat/1.png": "c", "README.md": "d" })).toBe(
    plain,
  );
  const others = [
    await digest({ "train_1.bin.gz": "a", "test_1.bin": "B", "train/cat/1.png": "c" }),
    await digest({ "train_1.bin.gz": "a", "test_1.bin": "b", "train/dog/1.png": "c" }),
    await digest({ "train_1.bin.gz": "a", "test_1.bin": "b" }),
    await digest({}),
  ];
  expect(new Set([plain, ...others]).size).toBe(5);
});

test("every file of a class counts, whatever its name, and no file beside the classes", async () => {
  const plain = await digest({ "train/cat/1.png": "a", "test/cat/1.png": "b" });
  const beside = { "README.md": "d", "train/labels.csv": "e", "train/cat/Thumbs.db": "f", "labels/cat/1.txt": "g" };
  expect(await digest({ "train/cat/1.png": "a", "test/cat/1.png": "b", ...beside })).toBe(plain);
  const others = [
    await digest({ "train/cat/1.webp": "a", "test/cat/1.png": "b" }),
    await digest({ "train/cat/1.webp": "A", "test/cat/1.png": "b" }),
    await digest({ "train/cat/1.png": "a", "train/cat/old/photo": "c", "test/cat/1.png": "b" }),
  ];
  expect(new Set([plain, ...others]).size).toBe(4);
});

test("only the content of IDX files counts", async () => {
  const plain = await digest({ "train-images-idx3-ubyte": "a" });
  // SHA-256 of "a" and a zero byte.
  expect(plain).toBe("ffe9aaeaa2a2d5048174df0b80599ef0197ec024c4b051bc9860cff58ef7f9f3");
  expect(await digest({ "train-images-idx3-ubyte": "a", "extra.bin": "b" })).toBe(plain);
});

test("links to folders and files are followed, as the readers of images do", async () => {
  const plain = await digest({ "train/cat/1.png": "a", "test/cat/1.png": "a" });
  const linked = (text: string) => digest({ "../real/cat/1.png": text }, { train: "../real", test: "../real" });
  expect(await linked("a")).toBe(plain);
  expect(await linked("other")).not.toBe(plain);
  expect(
    await digest({ "train/cat/1.png": "a", "../1": "a", "test/cat/.DS_Store": "" }, { "test/cat/1.png": "../../../1" }),
  ).toBe(plain);
});

test("endless and broken links do no harm", async () => {
  const files = { "train/cat/1.png": "a" };
  expect(await digest(files, { "train/cat/back": "../..", "train/self": "." })).toBe(await digest(files));
  expect(await digest(files, { "train/cat/2.png": "nowhere" })).not.toBe(await digest(files));
});

test("the model file that a run starts from counts by its content, wherever it lies, and not as a data file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "weightcast-from-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries({ a: "1", b: "1", c: "2" })) await writeFile(join(folder, name), text);
  const data = { name: "d", samples: 1 };
  const from = (file?: string) => inputDigest({ use: [], data, ...(file && { from: file }) }, folder);
  expect(await from()).toBe("");
  expect(await from("a")).toBe(await from("b"));
  expect(new Set([await from("a"), await from("c"), await from("absent"), await from()]).size).toBe(4);
});
