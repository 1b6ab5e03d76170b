import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FileError, readSafetensors } from "@weightcast/files/safetensors";
import { readOnnx } from "./onnx/read";
import type { ForeignFile } from "./simplify";
import { readSafetensorsTable } from "./tensors/safetensors";
import { readTfjs, weightPaths } from "./tfjs/read";
import { joined } from "./wire/fields";

/** File of a model, opened. */
export interface OpenedFile {
  /** The file that tells the format: `model.json` of a folder. */
  readonly path: string;
  /** Its tensors; undefined if Weightcast wrote it. */
  readonly foreign: ForeignFile | undefined;
}

/**
 * Model that others have written: an ONNX file, a TensorFlow.js model (its folder or its `model.json`), or a safetensors file. The format
 * is told from the bytes, not from the name.
 *
 * @throws FileError `FILE_ABSENT` or `FILE_UNREADABLE` if it can't be read, `FILE_DAMAGED` if it breaks a rule of its format
 */
export async function openForeign(path: string): Promise<OpenedFile> {
  const own = (await isFolder(path)) ? join(path, "model.json") : path;
  const bytes = await contentOf(own);
  const kind = kindOf(bytes, own);
  if (kind === "json") return { path: own, foreign: await tfjsFile(own, new TextDecoder().decode(bytes)) };
  if (kind === "onnx") return { path: own, foreign: readOnnx(bytes, own) };
  return { path: own, foreign: isOwn(bytes, own) ? undefined : readSafetensorsTable(bytes, own) };
}

async function tfjsFile(path: string, json: string): Promise<ForeignFile> {
  const parts: Uint8Array[] = [];
  for (const name of weightPaths(json, path)) parts.push(await contentOf(join(dirname(path), name)));
  return readTfjs(json, joined(parts), path);
}

/** Format of a file by its first bytes; its name tells only what a damaged one was meant to be. */
function kindOf(bytes: Uint8Array, path: string): "json" | "onnx" | "safetensors" {
  const text = new TextDecoder().decode(bytes.subarray(0, 64)).replace(/^\ufeff?\s+/, "");
  if (text.startsWith("{")) return "json";
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  // A header of safetensors is shorter than 2³² bytes, and JSON.
  const isSafetensors = bytes.length > 8 && bytes.subarray(4, 8).every((byte) => byte === 0) && bytes[8] === 0x7b;
  return isGzip || isSafetensors || /\.safetensors(\.gz)?$/.test(path) ? "safetensors" : "onnx";
}

/** Whether Weightcast wrote a file, or is to say what is wrong with it. */
function isOwn(bytes: Uint8Array, path: string): boolean {
  try {
    return ["weightcast", "weightcast-adapter"].includes(readSafetensors(bytes, path).metadata.get("format") ?? "");
  } catch {
    return bytes[0] === 0x1f;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

async function contentOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT")
      throw new FileError("FILE_ABSENT", `${path}: there is no such file; give the path of a saved model`, error);
    throw new FileError("FILE_UNREADABLE", `${path}: it can't be read: ${message}`, error);
  }
}
