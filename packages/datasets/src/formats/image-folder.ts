import { basename, resolve } from "node:path";
import { printable } from "@weightcast/types";
import type { Dataset, Split } from "../dataset";
import { DatasetError } from "../error";
import { type Image, type ImageTarget, imageReader } from "./image-file";
import { type Listing, listImages } from "./image-listing";

/** Options of {@link readImageFolder}. */
export interface ImageFolderOptions {
  /** @default the folder's name */
  readonly name?: string;
  /** Classes to read, in the order of their labels. @default all folders of `train`, sorted by code point */
  readonly classes?: readonly string[];
  /**
   * [height, width] to which every image is resized (Lanczos), without keeping its proportions.
   * @default the size of the images, which must agree
   */
  readonly size?: readonly [number, number];
  /** 3: gray is repeated; 1: color becomes luma (BT.601). @default the channels of the images, which must agree */
  readonly channels?: 1 | 3;
}

/** Number of images decoded at a time. */
const AT_A_TIME = 8;

/** Largest array of a split's images. */
const MOST_BYTES = 2 ** 32 - 1;

/**
 * Reads a folder of images, laid out as torchvision's ImageFolder expects: `train/<class>/…` and `test/<class>/…` (or `val`,
 * `valid`, `validation`; the first that exists). Labels number the class folders of `train`, sorted; examples come class by
 * class, in the order of ImageFolder, also from folders within. Images are PNG, JPEG, WebP, GIF, TIFF or AVIF, as their contents
 * tell, not their names. They are [height, width, 3], gray ones [height, width]; all have the same size, or are resized. Links
 * are followed. A class may be absent from `test`, but not from `train`. Either the whole data set or an error: never a part.
 *
 * Every file in a class's folder must be an image; only those that systems leave there are skipped, such as `.DS_Store` and
 * `Thumbs.db`. What is beside the folders of the classes, such as a README, is listed in `unused`; an image there is an error.
 *
 * The pixels are those of Pillow's `convert("RGB")`: transparency is dropped (in GIF, transparent pixels are black), 16 bits
 * become 8, color profiles are not applied, and an orientation noted in the file is only applied to TIFF. Of animations and files
 * of several pages, the first image is read.
 *
 * Decoding needs the package `sharp` (`npm install sharp`), which is loaded on the first call. The limits are 64 MiB
 * per file and 2²⁵ pixels per image.
 *
 * @throws DatasetError if a folder is absent or empty, if a file is not an image, damaged, too large or different
 * from the first one, or if `sharp` is not installed; its `code` is the kind of fault, its `file` the file
 * @throws RangeError if an option is out of range
 */
export async function readImageFolder(dir: string, options: ImageFolderOptions = {}): Promise<Dataset> {
  const { name = printable(basename(resolve(dir))), classes, size, channels } = options;
  if (size && (size.length !== 2 || !size.every((axis) => Number.isInteger(axis) && axis >= 1 && axis <= 8192)))
    throw new RangeError(`readImageFolder: size must be [height, width], in [1, 8192]; got [${size.join(", ")}]`);
  if (channels !== undefined && channels !== 1 && channels !== 3)
    throw new RangeError(`readImageFolder: channels must be 1 or 3; got ${channels}`);
  if (classes && (classes.length === 0 || new Set(classes).size !== classes.length))
    throw new RangeError(
      `readImageFolder: classes must be names of folders, each once; got ${JSON.stringify(classes)}`,
    );
  const { folders, train, test, unused } = await listImages(dir, classes);
  const target: ImageTarget = { ...(size && { size }), ...(channels && { channels }) };
  const read = await imageReader(target);
  const first = { file: train.files[0]!, ...(await read(train.files[0]!)) };
  const shape = [first.height, first.width, ...(first.channels === 1 ? [] : [3])];
  return {
    name,
    shape,
    classes: folders.length,
    // Anyone may have named the folders, and the names are printed.
    classNames: folders.map((folder) => printable(folder)),
    train: await readSplit(train, first, read),
    test: await readSplit(test, first, read),
    ...(unused.length > 0 && { unused }),
  };
}

async function readSplit(
  { files, labels }: Listing,
  first: Image & { readonly file: string },
  read: (file: string) => Promise<Image>,
): Promise<Split> {
  const length = first.data.length;
  if (files.length * length > MOST_BYTES)
    throw new DatasetError("oversize", {
      file: first.file,
      rule: `be small enough for ${files.length} images like it in ${MOST_BYTES} bytes`,
      found: `${length} bytes`,
      advice: "pass a smaller size, or fewer classes",
    });
  const images = new Uint8Array(files.length * length);
  for (let start = 0; start < files.length; start += AT_A_TIME) {
    const some = files.slice(start, start + AT_A_TIME);
    // Waits for all of them: with several bad files, the error is always that of the first.
    const results = await Promise.allSettled(some.map(read));
    for (const [i, result] of results.entries()) {
      if (result.status === "rejected") throw result.reason;
      images.set(fitting(some[i]!, result.value, first), (start + i) * length);
    }
  }
  return { images, labels, count: files.length };
}

function fitting(file: string, image: Image, first: Image & { readonly file: string }): Uint8Array {
  const [found, expected] = [image, first].map(
    ({ height, width, channels }) => `[${height}, ${width}]${channels === 1 ? " in gray" : " in color"}`,
  );
  if (found !== expected)
    throw new DatasetError("shape-mismatch", {
      file,
      rule: `be an image of ${expected}, as ${first.file} is`,
      found: `${found}`,
      advice:
        "set size to resize all images, channels to make all gray (1) or color (3): for weightcast, --size and --channels",
    });
  return image.data;
}
