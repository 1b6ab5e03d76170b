import type { Dataset } from "../dataset";
import { DatasetError } from "../error";
import { list } from "../files/paths";
import { timitIn } from "../speech/timit-files";
import { isCifarFolder, readCifarFolder } from "./cifar-folder";
import { isIdxFolder, readIdxFolder } from "./idx-folder";
import { type ImageFolderOptions, readImageFolder } from "./image-folder";
import { isStl10Folder, readStl10Folder } from "./stl10-folder";

/** Options of {@link readFolder}. `size` and `channels` are for images; for other files they are refused. */
export type FolderOptions = Pick<ImageFolderOptions, "name" | "size" | "channels">;

/**
 * Reads a folder of any supported kind: IDX files (`readIdxFolder`), CIFAR's or STL-10's binary files or their
 * archives (`readCifarFolder`, `readStl10Folder`), or images in one folder per class (`readImageFolder`). The names
 * in the folder decide which. Most of those functions take options that this one does not.
 * @throws DatasetError if it is none of these, or a file is absent, damaged, or not what it must be
 * @throws RangeError if an option is invalid, or is for images and these are other files
 */
export async function readFolder(dir: string, options: FolderOptions = {}): Promise<Dataset> {
  const names = await list(dir, "data files");
  const { name, ...ofImages } = options;
  const read = [
    { fits: isIdxFolder, read: readIdxFolder },
    { fits: isStl10Folder, read: readStl10Folder },
    { fits: isCifarFolder, read: readCifarFolder },
  ].find(({ fits }) => fits(names))?.read;
  if (read) {
    const given = Object.entries(ofImages).find(([, value]) => value !== undefined);
    if (given) throw new RangeError(`readFolder: ${given[0]} is for folders of images; ${dir} holds other data files`);
    return read(dir, name === undefined ? {} : { name });
  }
  if ((await timitIn(dir)) !== undefined)
    throw new DatasetError("wrong-format", {
      ...{ file: dir, rule: "hold images", found: "speech, the corpus TIMIT" },
      advice: "weightcast train and reproduce speech read it, and readTimitFolder in code",
    });
  if (names.includes("train")) return readImageFolder(dir, options);
  throw new DatasetError("wrong-format", {
    file: dir,
    rule:
      "hold IDX files (train-images-idx3-ubyte …), CIFAR's (data_batch_1.bin …, train*.bin and test*.bin, or an archive), " +
      "STL-10's (train_X.bin …, or the archive), or images in train/<class> and test/<class>",
    found: names.length === 0 ? "an empty folder" : `${names.slice(0, 5).join(", ")}${names.length > 5 ? ", …" : ""}`,
    advice:
      "see that it is the right folder; images belong in a folder for each class, and labels in a CSV file are not read",
  });
}
