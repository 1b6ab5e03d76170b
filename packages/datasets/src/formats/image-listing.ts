import { stat } from "node:fs/promises";
import { join } from "node:path";
import { DatasetError } from "../error";
import { unreadable } from "../files/file-errors";
import { list } from "../files/paths";

/** Image files of a split, class by class, each with its label. */
export interface Listing {
  readonly files: readonly string[];
  readonly labels: Uint8Array;
}

/** Names of the folder of test examples; the first that exists is read. */
const TEST_FOLDERS = ["test", "val", "valid", "validation"];

/**
 * Files of a folder of images: `train/<class>/<image>`, `test/<class>/<image>`, sorted by code point.
 * @param wanted classes, in the order of their labels @default the folders of `train`, sorted
 * @throws DatasetError if a folder is absent, a class is empty or unknown, or there are more than 256 classes
 */
export async function listImages(
  dir: string,
  wanted?: readonly string[],
): Promise<{ classNames: readonly string[]; train: Listing; test: Listing }> {
  const names = new Set(await folders(dir, "train and test images"));
  const testFolder = TEST_FOLDERS.find((name) => names.has(name));
  if (!names.has("train") || testFolder === undefined)
    throw new DatasetError("absent", {
      file: dir,
      rule: "hold the folders train and test (or val, valid, validation)",
      found: names.size === 0 ? "no folder" : [...names].join(", "),
      advice: "put a folder for each class, with its images, into both",
    });
  const [trainDir, testDir] = [join(dir, "train"), join(dir, testFolder)];
  const trainClasses = await folders(trainDir, "folders, one for each class");
  const testClasses = await folders(testDir, "folders, one for each class");
  const classNames = wanted ?? trainClasses;
  if (classNames.length === 0)
    throw new DatasetError("empty", {
      file: trainDir,
      rule: "hold a folder for each class",
      found: "none",
      advice: "put each class's images into a folder of its own",
    });
  if (classNames.length > 256)
    throw new DatasetError("label-out-of-range", {
      file: trainDir,
      rule: "hold at most 256 classes, as labels are bytes",
      found: `${classNames.length}`,
      advice: "choose some by the option classes",
    });
  for (const name of classNames) if (!trainClasses.includes(name)) throw noClass(join(trainDir, name), trainClasses);
  if (!wanted) {
    const unknown = testClasses.find((name) => !trainClasses.includes(name));
    if (unknown !== undefined)
      throw new DatasetError("label-out-of-range", {
        file: join(testDir, unknown),
        rule: `be named like a folder of ${trainDir}`,
        found: `"${unknown}"`,
        advice: "rename it, add it to train, or choose classes by the option classes",
      });
  }
  return {
    classNames,
    train: await listSplit(trainDir, classNames),
    test: await listSplit(
      testDir,
      classNames.map((name) => (testClasses.includes(name) ? name : undefined)),
    ),
  };
}

/** @param classNames folders in the order of their labels; undefined if a class has none */
async function listSplit(dir: string, classNames: readonly (string | undefined)[]): Promise<Listing> {
  const files: string[] = [];
  const labels: number[] = [];
  for (const [label, name] of classNames.entries()) {
    if (name === undefined) continue;
    const folder = join(dir, name);
    const images = (await visible(folder, "images")).filter((file) => /\.(png|jpe?g)$/i.test(file));
    if (images.length === 0)
      throw new DatasetError("empty", {
        file: folder,
        rule: "hold images: .png, .jpg or .jpeg files",
        found: "none",
        advice: "put the class's images into it, not into folders within, or remove it",
      });
    for (const image of images) {
      files.push(join(folder, image));
      labels.push(label);
    }
  }
  if (files.length === 0)
    throw new DatasetError("empty", {
      file: dir,
      rule: "hold a folder of images for a class of train",
      found: "none",
      advice: "put each class's images into a folder of its own",
    });
  return { files, labels: Uint8Array.from(labels) };
}

/** Names of the folders in a folder, including links to folders. */
async function folders(dir: string, kind: string): Promise<string[]> {
  const names: string[] = [];
  for (const name of await visible(dir, kind)) {
    const file = join(dir, name);
    const found = await stat(file).catch((error: unknown) => {
      throw unreadable(file, error);
    });
    if (found.isDirectory()) names.push(name);
  }
  return names;
}

/** Names in a folder except hidden ones, by code point, which is the order of their UTF-8 bytes. */
const visible = async (dir: string, kind: string): Promise<string[]> =>
  (await list(dir, kind))
    .filter((name) => !name.startsWith("."))
    .map((name) => ({ name, bytes: Buffer.from(name) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ name }) => name);

const noClass = (folder: string, there: readonly string[]) =>
  new DatasetError("absent", {
    file: folder,
    rule: "be the folder of a class",
    found: `nothing there, but ${there.slice(0, 10).join(", ")}${there.length > 10 ? ", …" : ""}`,
    advice: "correct the option classes",
  });
