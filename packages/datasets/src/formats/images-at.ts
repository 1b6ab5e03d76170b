import { stat } from "node:fs/promises";
import { sizeOf } from "@weightcast/types";
import { withOpenFile } from "../files/data-file";
import { filesBelow } from "./class-files";
import { parseIdx } from "./idx";
import { readIdxFile } from "./idx-file";
import { converted, imageReader, loadSharp } from "./image-file";
import { imageFormat, SIGNATURE_BYTES } from "./image-format";

/** File that holds images: one, or an IDX file of many. */
export interface ImageSource {
  readonly file: string;
  readonly kind: "image" | "idx";
}

/** Files of images at some paths. */
export interface ImageSources {
  /** In the order of the paths; of a folder, in the order of {@link filesBelow}. */
  readonly sources: readonly ImageSource[];
  /** Files in folders that hold no images. */
  readonly unused: readonly string[];
}

/**
 * Files of images at paths: image files, IDX files of images, and folders of such files, which may contain folders. What a file is, its
 * first bytes tell. A path that is named counts as an image whatever it is, so that its reader says what is wrong.
 * @throws DatasetError if a folder can't be read
 */
export async function imageSources(paths: readonly string[]): Promise<ImageSources> {
  const sources: ImageSource[] = [];
  const unused: string[] = [];
  for (const path of paths) {
    const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
    for (const file of isFolder ? await filesBelow(path) : [path]) {
      const kind = (await kindOf(file)) ?? (isFolder ? undefined : "image");
      if (kind) sources.push({ file, kind });
      else unused.push(file);
    }
  }
  return { sources, unused };
}

/** Image as a network takes it. */
export interface FoundImage {
  /** Its file; of an image in an IDX file, with its number from 0: `t10k-images-idx3-ubyte[7]`. */
  readonly name: string;
  /** prod(shape) bytes, row-major. */
  readonly data: Uint8Array;
  /** Height and width before it was resized, if it was. */
  readonly resized?: readonly [number, number];
}

/**
 * Images of a file, in a given size, in color or gray, as `readImageFolder` converts them: resized without keeping their proportions.
 * @param shape [height, width], [height, width, 1] or [height, width, 3]
 * @throws DatasetError if the file is damaged or no image, or if the package sharp is needed and not installed
 */
export async function* imagesAt(
  { file, kind }: ImageSource,
  [height = 1, width = 1, channels = 1]: readonly number[],
): AsyncGenerator<FoundImage> {
  const target = { size: [height, width], channels: channels === 3 ? 3 : 1 } as const;
  if (kind === "image") {
    const { data, own } = await (await imageReader(target))(file);
    const isResized = own[0] !== height || own[1] !== width;
    yield { name: file, data, ...(isResized && { resized: own }) };
    return;
  }
  const { shape, data } = parseIdx(await readIdxFile(file, 3), file, 3);
  const [count = 0, rows = 0, columns = 0] = shape;
  const size = sizeOf([rows, columns]);
  const isResized = rows !== height || columns !== width;
  const sharp = isResized ? await loadSharp() : undefined;
  for (let i = 0; i < count; i++) {
    const name = `${file}[${i}]`;
    const gray = data.subarray(i * size, (i + 1) * size);
    if (channels !== 3 && !sharp) yield { name, data: gray };
    else {
      const colors = Uint8Array.from({ length: 3 * size }, (_, at) => gray[Math.floor(at / 3)]!);
      if (!sharp) yield { name, data: colors };
      else {
        const image = await converted(sharp, { data: colors, height: rows, width: columns }, target);
        yield { name, data: image.data, resized: [rows, columns] };
      }
    }
  }
}

/** Kind of a file by its first bytes; undefined if it holds no images. One that can't be read is left to its reader. */
const kindOf = (file: string): Promise<ImageSource["kind"] | undefined> =>
  withOpenFile(file, async (handle) => {
    const head = new Uint8Array(SIGNATURE_BYTES);
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    if (imageFormat(head.subarray(0, bytesRead))) return "image" as const;
    const isIdx = head[0] === 0 && head[1] === 0 && head[2] === 8 && head[3] === 3;
    const isPacked = head[0] === 0x1f && head[1] === 0x8b && /idx3/.test(file);
    return isIdx || isPacked ? ("idx" as const) : undefined;
  }).catch(() => "image" as const);
