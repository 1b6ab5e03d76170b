import type { Dataset } from "../dataset";
import { DatasetError } from "../error";
import { list } from "../files/paths";
import { isCifarFolder, readCifarFolder } from "./cifar-folder";
import { isIdxFolder, readIdxFolder } from "./idx-folder";
import { readImageFolder } from "./image-folder";
import { isStl10Folder, readStl10Folder } from "./stl10-folder";

/** Options of {@link readFolder}. */
export interface FolderOptions {
  /** @default the folder's name */
  readonly name?: string;
}

/**
 * Reads a folder of any supported kind: IDX files (`readIdxFolder`), CIFAR's or STL-10's binary files or their
 * archives (`readCifarFolder`, `readStl10Folder`), or images in one folder per class (`readImageFolder`). The names
 * in the folder decide which. Most of those functions take options that this one does not.
 * @throws DatasetError if it is none of these, or a file is absent, damaged, or not what it must be
 */
export async function readFolder(dir: string, options: FolderOptions = {}): Promise<Dataset> {
  const names = await list(dir, "data files");
  if (isIdxFolder(names)) return readIdxFolder(dir, options);
  if (isStl10Folder(names)) return readStl10Folder(dir, options);
  if (isCifarFolder(names)) return readCifarFolder(dir, options);
  if (names.includes("train")) return readImageFolder(dir, options);
  throw new DatasetError("wrong-format", {
    file: dir,
    rule:
      "hold IDX files (train-images-idx3-ubyte …), CIFAR's (data_batch_1.bin …, train*.bin and test*.bin, or an archive), " +
      "STL-10's (train_X.bin …, or the archive), or images in train/<class> and test/<class>",
    found: names.length === 0 ? "an empty folder" : `${names.slice(0, 5).join(", ")}${names.length > 5 ? ", …" : ""}`,
    advice: "see that it is the right folder",
  });
}
