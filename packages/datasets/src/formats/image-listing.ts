import { join } from "node:path";
import type { Unused } from "../dataset";
import { DatasetError } from "../error";
import { type Entry, listEntries } from "../files/paths";
import { isSystemFile } from "../files/system-files";
import { filesBelow } from "./class-files";
import { formatOfFile } from "./image-bytes";

/** Image files of a split, class by class, each with its label. */
export interface Listing {
  readonly files: readonly string[];
  readonly labels: Uint8Array;
}

/** Contents of a folder of images. */
export interface FolderListing {
  /** Names of the folders of the classes, by label. */
  readonly folders: readonly string[];
  readonly train: Listing;
  readonly test: Listing;
  readonly unused: readonly Unused[];
}

/** Names of the folder of test examples; the first that exists is read. */
const TEST_FOLDERS = ["test", "val", "valid", "validation"];

/**
 * Whether a file of this path below a folder of images is taken for an image of a class: `train/<class>/…` or
 * `test/<class>/…`, and not a system's own file.
 * @param path relative to the folder, with "/"
 */
export function isInClass(path: string): boolean {
  const parts = path.split("/");
  return ["train", ...TEST_FOLDERS].includes(parts[0]!) && parts.length > 2 && !parts.some(isSystemFile);
}

/**
 * Files of a folder of images: `train/<class>/…`, `test/<class>/…`. Classes are sorted by code point; for the order of a class's
 * files see {@link filesBelow}.
 * @param wanted classes, in the order of their labels @default the folders of `train`, sorted
 * @throws DatasetError if a folder is absent, a class is empty or unknown, an image is in no class, or there are more than 256
 * classes
 */
export async function listImages(dir: string, wanted?: readonly string[]): Promise<FolderListing> {
  const entries = (await listEntries(dir, "train and test images")).filter(({ name }) => !isSystemFile(name));
  const testFolder = testFolderIn(dir, entries);
  const [trainDir, testDir] = [join(dir, "train"), join(dir, testFolder)];
  const train = await listClasses(trainDir);
  const test = await listClasses(testDir);
  const folders = wanted ?? train.folders;
  checkClasses(trainDir, train.folders, folders);
  if (!wanted) {
    const unknown = test.folders.find((name) => !train.folders.includes(name));
    if (unknown !== undefined)
      throw new DatasetError("label-out-of-range", {
        file: join(testDir, unknown),
        rule: `be named like a folder of ${trainDir}`,
        found: `"${unknown}"`,
        advice: "rename it, add it to train, or choose classes by the option classes",
      });
  }
  const tested = folders.map((name) => (test.folders.includes(name) ? name : undefined));
  return {
    folders,
    train: await listSplit(trainDir, folders),
    test: await listSplit(testDir, tested),
    unused: [...besides(dir, entries, testFolder), ...train.unused, ...test.unused],
  };
}

function testFolderIn(dir: string, entries: readonly Entry[]): string {
  const names = entries.filter(({ isFolder }) => isFolder).map(({ name }) => name);
  const testFolder = TEST_FOLDERS.find((name) => names.includes(name));
  if (names.includes("train") && testFolder !== undefined) return testFolder;
  throw new DatasetError("absent", {
    file: dir,
    rule: "hold the folders train and test (or val, valid, validation)",
    found: names.length === 0 ? "no folder" : some(names),
    advice: "put a folder for each class, with its images, into both",
  });
}

/** What is beside the folders of train and test. */
const besides = (dir: string, entries: readonly Entry[], testFolder: string): Unused[] =>
  entries
    .filter(({ name, isFolder }) => !(isFolder && (name === "train" || name === testFolder)))
    .map(({ name, isFolder }) => ({
      file: join(dir, name),
      why: isFolder && TEST_FOLDERS.includes(name) ? `${testFolder} is read instead` : "it is not in train or test",
    }));

/** Folders of the classes of a split, and what is beside them: nothing that could be an image. */
async function listClasses(dir: string): Promise<{ folders: readonly string[]; unused: readonly Unused[] }> {
  const folders: string[] = [];
  const unused: Unused[] = [];
  for (const { name, isFolder } of await listEntries(dir, "class folders")) {
    const file = join(dir, name);
    if (isSystemFile(name)) continue;
    if (name.startsWith(".")) unused.push({ file, why: "it is hidden" });
    else if (isFolder) folders.push(name);
    else if ((await formatOfFile(file)) === undefined) unused.push({ file, why: "it is in no class's folder" });
    else
      throw new DatasetError("misplaced", {
        file,
        rule: "be in the folder of its class",
        found: `an image beside the classes in ${dir}`,
        advice: "put each class's images into a folder of its own; labels in other files, such as CSV, are not read",
      });
  }
  return { folders, unused };
}

function checkClasses(trainDir: string, there: readonly string[], wanted: readonly string[]): void {
  if (wanted.length === 0)
    throw new DatasetError("empty", {
      file: trainDir,
      rule: "hold a folder for each class",
      found: "none",
      advice: "put each class's images into a folder of its own",
    });
  if (wanted.length > 256)
    throw new DatasetError("label-out-of-range", {
      file: trainDir,
      rule: "hold at most 256 classes, as labels are bytes",
      found: `${wanted.length}`,
      advice: "choose some by the option classes",
    });
  const absent = wanted.find((name) => !there.includes(name));
  if (absent !== undefined)
    throw new DatasetError("absent", {
      file: join(trainDir, absent),
      rule: "be the folder of a class",
      found: `nothing there, but ${some(there)}`,
      advice: "correct the option classes",
    });
}

/** @param folders of the classes, in the order of their labels; undefined if a class has none */
async function listSplit(dir: string, folders: readonly (string | undefined)[]): Promise<Listing> {
  const files: string[] = [];
  const labels: number[] = [];
  for (const [label, name] of folders.entries()) {
    if (name === undefined) continue;
    const images = await filesBelow(join(dir, name));
    if (images.length === 0)
      throw new DatasetError("empty", {
        file: join(dir, name),
        rule: "hold the images of a class",
        found: "none",
        advice: "put the class's images into it, or remove it",
      });
    for (const image of images) {
      files.push(image);
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

const some = (names: readonly string[]): string => `${names.slice(0, 10).join(", ")}${names.length > 10 ? ", …" : ""}`;
